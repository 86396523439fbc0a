/** A band of backscatter on its way into a task: read with its surroundings, as linear power. */
import type { Window } from '../core/grid/window.ts';
import type { Frame } from '../core/radar/frame.ts';
import type { RadarUnit } from '../core/radar/units.ts';
import { toPower } from '../core/radar/units.ts';
import type { Layer } from './layer.ts';
import { computeValues, readLayer } from './layer.ts';
import { withScratch } from './scratch.ts';

export interface RadarBand {
  readonly layer: Layer;
  readonly unit: RadarUnit;
}

export function frameOf({ col, row, width, height }: Window, halo: number): Frame {
  return { col, row, width, height, halo };
}

/** Linear power of a frame with its halo; NaN where invalid and beyond the raster. */
export async function readPower({ layer, unit }: RadarBand, frame: Frame): Promise<Float32Array> {
  const values = await readValues(layer, frame);
  toPower(values, unit);
  return values;
}

/** As the band has them. */
export async function readValues(layer: Layer, { col, row, width, height, halo }: Frame): Promise<Float32Array> {
  const window = { col: col - halo, row: row - halo, width: width + 2 * halo, height: height + 2 * halo };
  const values = new Float32Array(window.width * window.height);
  await withScratch(async (scratch) => computeValues(layer, await readLayer(layer, window, scratch), values));
  return values;
}
