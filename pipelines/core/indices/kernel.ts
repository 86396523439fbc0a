/** Kernel indices: the radial basis function exp(-(a - b)² / (2 σ²)) of two bands, with the default σ of the list, 0.5. */
import type { IndexDefinition } from './definition.ts';

export const KERNEL: readonly IndexDefinition[] = [
  {
    id: 'kEVI',
    title: 'Kernel Enhanced Vegetation Index',
    formula:
      '2.5 * (1 - exp(-(nir - red)^2 / 0.5)) / (1 + 6 * exp(-(nir - red)^2 / 0.5) - 7.5 * exp(-(nir - blue)^2 / 0.5) + exp(-(nir - 1)^2 / 0.5))',
    range: [-1, 1],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { nir: 0.42, red: 0.04, blue: 0.03 }, value: 1.3274656808468777 },
  },
  {
    id: 'kIPVI',
    title: 'Kernel Infrared Percentage Vegetation Index',
    formula: '1 / (1 + exp(-(nir - red)^2 / 0.5))',
    range: [0.5, 0.8],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 0.5717023277151565 },
  },
  {
    id: 'kNDVI',
    title: 'Kernel Normalized Difference Vegetation Index',
    formula: '(1 - exp(-(nir - red)^2 / 0.5)) / (1 + exp(-(nir - red)^2 / 0.5))',
    range: [0, 0.4],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 0.143404655430313 },
  },
  {
    id: 'kRVI',
    title: 'Kernel Ratio Vegetation Index',
    formula: '1 / exp(-(nir - red)^2 / 0.5)',
    range: [1, 2.5],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 1.3348247368828574 },
  },
  {
    id: 'kVARI',
    title: 'Kernel Visible Atmospherically Resistant Index',
    formula: '(1 - exp(-(green - red)^2 / 0.5)) / (1 + exp(-(green - red)^2 / 0.5) - exp(-(green - blue)^2 / 0.5))',
    range: [-0.02, 0.02],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { green: 0.06, red: 0.04, blue: 0.03 }, value: 0.0007988822409142713 },
  },
];
