/** Decibels of a region after the speckle filter: what a threshold is found in, and then used on. */
import type { Window } from '../core/grid/window.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import { filterSpeckle, haloOf } from '../core/radar/speckle.ts';
import { addPower, createPowerMean, meanPower } from '../core/radar/temporal-mean.ts';
import { fromPower } from '../core/radar/units.ts';
import type { RadarBand } from './radar-layer.ts';
import { frameOf, readPower } from './radar-layer.ts';

/**
 * @param dates  Their mean is filtered.
 * @param filter  Null: none. Its looks are those of one date.
 * @returns NaN where invalid.
 */
export async function readFiltered(
  dates: readonly RadarBand[],
  region: Window,
  filter: SpatialChoice | null,
): Promise<Float32Array> {
  const frame = frameOf(region, filter === null ? 0 : haloOf(filter.side));
  let power = await readPower(dates[0]!, frame);
  if (dates.length > 1) {
    const mean = createPowerMean(power.length);
    addPower(mean, power);
    for (const date of dates.slice(1)) addPower(mean, await readPower(date, frame));
    meanPower(mean, power);
  }
  if (filter !== null) {
    const filtered = new Float32Array(region.width * region.height);
    filterSpeckle(power, frame, { ...filter, looks: filter.looks * dates.length }, filtered);
    power = filtered;
  }
  fromPower(power, 'db');
  return power;
}
