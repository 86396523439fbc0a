/** Clouds and their shadows over the region on one date. */
import { createNoise } from '../random.ts';
import type { SampleGrid } from '../landscape/grid.ts';

export interface Sky {
  /** Optical thickness of cloud, 0 to 255. */
  readonly cloud: Uint8Array;
  /** 1 where a cloud takes the sun. */
  readonly shadow: Uint8Array;
}

/** Where a cloud's shadow falls, in pixels: the sun stands in the south-east, so it falls to the north-west. */
const SHADOW_COLS = -38;
const SHADOW_ROWS = -52;
/** Cloud thicker than this throws a shadow that matters. */
const OPAQUE = 90;

export function createSky(grid: SampleGrid, threshold: number, seed: number): Sky {
  const { width, height } = grid;
  const cloud = new Uint8Array(width * height);
  const shadow = new Uint8Array(width * height);
  if (threshold >= 1) return { cloud, shadow };
  const noise = createNoise({ seed, wavelength: 620, octaves: 8, persistence: 0.58 });
  const values = new Float32Array(width);
  for (let row = 0; row < height; row++) {
    noise.row(values, grid.col, grid.row + row);
    for (let col = 0; col < width; col++) {
      const thickness = (values[col]! - threshold) * 900;
      cloud[row * width + col] = thickness <= 0 ? 0 : thickness >= 255 ? 255 : thickness;
    }
  }
  for (let row = 0; row < height; row++) {
    const from = row - SHADOW_ROWS;
    if (from < 0 || from >= height) continue;
    for (let col = 0; col < width; col++) {
      const source = col - SHADOW_COLS;
      if (
        source >= 0 &&
        source < width &&
        cloud[from * width + source]! > OPAQUE &&
        cloud[row * width + col]! < OPAQUE / 2
      )
        shadow[row * width + col] = 1;
    }
  }
  return { cloud, shadow };
}
