/** When each pixel was mown or harvested, of rasters of many dates → COG. */
import type { MowingOptions } from '../core/series/mowing.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { TaskRunner } from '../runner.ts';
import { STACK_BYTES } from '../tasks/series-region.ts';
import type { DateLayers } from '../tasks/series-region.ts';
import type { FormulaDates, RasterDates } from './dated-layers.ts';
import { openFormulaDates, openRasterDates } from './dated-layers.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { seriesSpec } from './series-raster-spec.ts';
import { groupDates, settleTimes, timeText } from './series-times.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface MowingRasterRequest {
  /** Of a vegetation index. */
  readonly input: RasterDates | FormulaDates;
  /** One per date, in their order: RFC 3339 or a date; null: names and metadata tell. */
  readonly times: readonly string[] | null;
  readonly options: MowingOptions;
  readonly output: string;
}

export interface MowingRasterReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly dates: readonly string[];
  /** Share of the pixels that were seen at all. */
  readonly seenShare: number;
  readonly notes: readonly string[];
}

/**
 * Several rasters of one time are merged to their mean.
 * @throws {PlatformError} as `settleTimes` and what opening the files throws; as the tasks and `writeCogFromRegions` do
 */
export async function runMowingRaster(
  { input, times, options, output }: MowingRasterRequest,
  startRunner: () => Promise<TaskRunner>,
  controls: RunControls = {},
): Promise<MowingRasterReport> {
  const { signal, passport } = controls;
  const opened = 'formula' in input ? await openFormulaDates(input, signal) : await openRasterDates(input, signal);
  const groups = groupDates(settleTimes(opened.found, times), opened.found, 'mean');
  const dates = groups.map(({ day, indices }): DateLayers => ({ day, layers: indices.map((k) => opened.layers[k]!) }));
  const analysis = { kind: 'mowing', options } as const;
  const days = dates.map(({ day }) => day);
  // the mean of two dates is a date on which nothing happened
  const spec: CogSpec = { ...seriesSpec(opened, analysis, days, 'float32'), overviewResampling: 'nearest' };
  const runner = await startRunner();
  passport?.begin(
    {
      inputs: groups.flatMap(({ day, indices }) => indices.flatMap((k) => opened.usesOf(k, `${timeText(day)}: `))),
      method: {
        summary: spec.metadata!['SERIES']!,
        ...(opened.formula && { formula: { id: opened.formula.id, expression: opened.formula.expression } }),
        ...storageOf(spec),
      },
    },
    runner,
  );
  const { precision, notes } = opened;
  const task = { spec, dates, duplicates: 'mean', analysis, precision, integers: null } as const;
  const inputs = cogRegions(spec).map((region) => ({ ...task, region }));
  const pixels = spec.width * spec.height;
  const bytesPerPixel = STACK_BYTES / (4 * spec.blockSize!) ** 2 + 16 + 12 * spec.bands;
  let seen = 0;
  async function* regions() {
    for await (const region of runRegions(runner, 'series-region', inputs, spec, bytesPerPixel, controls)) {
      seen += region.seenPixels;
      yield region;
    }
    passport?.found({ pixels, validPixels: seen, validShare: seen / pixels }, notes);
  }
  const sizeBytes = await writeCogFromRegions(output, spec, regions(), controls);
  const { width, height } = spec;
  return {
    output,
    sizeBytes,
    width,
    height,
    dates: groups.map(({ day }) => timeText(day)),
    seenShare: seen / pixels,
    notes,
  };
}
