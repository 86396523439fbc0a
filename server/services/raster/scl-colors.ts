import type { ColorAtValue } from '../../../pipelines/render/look.ts';

/**
 * Colours of the scene classification of Sentinel-2, chosen to be told apart: cloud light, shadow dark, water blue.
 * Class 0 (no data) has none.
 */
export const SCL_COLORS: readonly ColorAtValue[] = [
  [1, '#e4003a'],
  [2, '#3d3a45'],
  [3, '#6a5344'],
  [4, '#3f9b45'],
  [5, '#e6c65b'],
  [6, '#2b62c4'],
  [7, '#8a8f98'],
  [8, '#c3c8cf'],
  [9, '#f4f6f8'],
  [10, '#a7d8ee'],
  [11, '#ef9bd6'],
];
