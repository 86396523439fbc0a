/** The two periods of a comparison: their dates on one grid, each period in the order of time. */
import { PlatformError } from '../core/errors.ts';
import { parseTime } from '../core/series/time.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { Layer } from '../tasks/layer.ts';
import { openBands } from './align.ts';
import type { DatedLayers, FormulaDates, RasterDates } from './dated-layers.ts';
import { openFormulaDates, openRasterDates } from './dated-layers.ts';
import { timeText } from './series-times.ts';

export interface Periods extends Pick<DatedLayers, 'grid' | 'formula' | 'unit'> {
  readonly before: readonly Layer[];
  readonly after: readonly Layer[];
  readonly uses: readonly InputUse[];
  readonly notes: readonly string[];
}

/**
 * @param count  How many rasters or dates of `input` belong to the period before; every band of a raster is a date.
 * @throws {PlatformError} `usage` where a period has none; as `openRasterDates` and `openFormulaDates`
 */
export async function openPeriods(
  input: RasterDates | FormulaDates,
  count: number,
  signal?: AbortSignal,
): Promise<Periods> {
  const inputs = 'formula' in input ? input.dates.length : input.rasters.length;
  if (count < 1)
    throw new PlatformError(
      'usage',
      'Name the rasters or scenes before the change: landmeter change BEFORE --after AFTER',
    );
  if (count >= inputs) throw new PlatformError('usage', 'Name the rasters or scenes after the change with --after');
  const opened = 'formula' in input ? await openFormulaDates(input, signal) : await openRasterDates(input, signal);
  const layersBefore = 'formula' in input ? count : await countBands(input, count, signal);
  const days = opened.found.map(({ time }) => (time === null ? NaN : parseTime(time)));
  const early = inOrder(days, 0, layersBefore);
  const late = inOrder(days, layersBefore, days.length);
  const role = (period: string, k: number, place: number) =>
    Number.isNaN(days[k]) ? `${period} ${place + 1}: ` : `${period}, ${timeText(days[k]!)}: `;
  return {
    grid: opened.grid,
    formula: opened.formula,
    unit: opened.unit,
    before: early.map((k) => opened.layers[k]!),
    after: late.map((k) => opened.layers[k]!),
    uses: [
      ...early.flatMap((k, place) => opened.usesOf(k, role('before', k, place))),
      ...late.flatMap((k, place) => opened.usesOf(k, role('after', k, place))),
    ],
    notes: [...opened.notes, ...noteOrder(days, layersBefore)],
  };
}

async function countBands({ rasters }: RasterDates, count: number, signal?: AbortSignal): Promise<number> {
  let bands = 0;
  for (const { path } of rasters.slice(0, count)) bands += (await openBands(path, signal)).length;
  return bands;
}

/** Indices from `from` to before `to`: by time where all have one, else as they were given. */
function inOrder(days: readonly number[], from: number, to: number): number[] {
  const indices = Array.from({ length: to - from }, (_, i) => from + i);
  if (indices.some((k) => Number.isNaN(days[k]))) return indices;
  return indices.sort((a, b) => days[a]! - days[b]! || a - b);
}

function noteOrder(days: readonly number[], before: number): string[] {
  const [early, late] = [days.slice(0, before), days.slice(before)];
  if (days.some(Number.isNaN)) return [];
  const [firstBefore, lastBefore] = [Math.min(...early), Math.max(...early)];
  const [firstAfter, lastAfter] = [Math.min(...late), Math.max(...late)];
  if (firstBefore > lastAfter)
    return [
      `The period before (from ${timeText(firstBefore)}) is later than the one after (to ${timeText(lastAfter)}): ` +
        'what is called an increase here was a decrease in time; swap them if that is not meant',
    ];
  if (lastBefore >= firstAfter)
    return [`The periods overlap: before ends with ${timeText(lastBefore)}, after begins with ${timeText(firstAfter)}`];
  return [];
}
