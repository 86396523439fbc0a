/** Analyses of the series of every pixel: `landmeter series` on rasters. */
import { PlatformError } from '../core/errors.ts';
import type { Analysis } from '../core/series/analysis.ts';
import type { PixelAnalysis } from '../core/series/pixel/create-analyst.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { DateLayers, SeriesRegionInput } from '../tasks/series-region.ts';
import { STACK_BYTES } from '../tasks/series-region.ts';
import type { FormulaDates, RasterDates } from './dated-layers.ts';
import { openFormulaDates, openRasterDates } from './dated-layers.ts';
import { indexStorage } from './composite-storage.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { seriesSpec } from './series-raster-spec.ts';
import type { SameDate } from './series-times.ts';
import { findDate, groupDates, settleTimes, timeText } from './series-times.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface SeriesRasterRequest {
  readonly input: RasterDates | FormulaDates;
  /** One per date, in their order: RFC 3339 or a date; null: names and metadata tell. */
  readonly times: readonly string[] | null;
  readonly duplicates: SameDate;
  readonly analysis: Analysis;
  /** Of `phenology`: the year whose season is written. */
  readonly year: number | null;
  /** Of `anomaly`: the date that is judged; null: the last. */
  readonly date: string | null;
  /** `int16` stores round(value · 10000), where all bands are values of the series. */
  readonly dtype: 'float32' | 'int16';
  readonly output: string;
}

export interface SeriesRasterPlan extends Omit<SeriesRegionInput, 'region'> {
  readonly path: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
}

export interface SeriesRasterReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly analysis: Analysis;
  readonly width: number;
  readonly height: number;
  /** As text, ascending. */
  readonly dates: readonly string[];
  readonly bands: readonly string[];
  /** Share of the pixels that have a result in the first band, and of those that were seen at all. */
  readonly validShare: number;
  readonly seenShare: number;
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `usage`, `parameter-invalid`: of the times and the date, as `settleTimes`, `groupDates` and
 *   `findDate` say; of the analysis, as `createPixelAnalyst` says; what opening the files throws
 */
export async function planSeriesRaster(request: SeriesRasterRequest, signal?: AbortSignal): Promise<SeriesRasterPlan> {
  const { input, duplicates, output } = request;
  const opened = 'formula' in input ? await openFormulaDates(input, signal) : await openRasterDates(input, signal);
  const groups = groupDates(settleTimes(opened.found, request.times), opened.found, duplicates);
  const dates = groups.map(({ day, indices }): DateLayers => ({ day, layers: indices.map((k) => opened.layers[k]!) }));
  const days = dates.map(({ day }) => day);
  const analysis = settleAnalysis(request, days);
  const spec = seriesSpec(opened, analysis, days, request.dtype);
  const uses = groups.flatMap(({ day, indices }) => indices.flatMap((k) => opened.usesOf(k, `${timeText(day)}: `)));
  const { formula } = opened;
  const summary = `${spec.metadata!['SERIES']!}${formula ? ` of ${formula.title}` : ''}`;
  return {
    spec,
    dates,
    duplicates: duplicates === 'refuse' ? 'first' : duplicates,
    analysis,
    precision: opened.precision,
    integers: indexStorage(request.dtype).integers,
    path: output,
    notes: abridged(opened.notes),
    facts: {
      inputs: uses,
      method: {
        summary,
        ...(formula && { formula: { id: formula.id, expression: formula.expression } }),
        ...storageOf(spec),
      },
    },
  };
}

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runSeriesRaster(
  plan: SeriesRasterPlan,
  request: SeriesRasterRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<SeriesRasterReport> {
  const { path, facts, notes: _, ...task } = plan;
  const { spec, dates, analysis } = task;
  controls.passport?.begin(facts, runner);
  const { width, height } = spec;
  const pixels = width * height;
  const inputs = cogRegions(spec).map((region) => ({ ...task, region }));
  const side = Math.min(Math.max(width, height), 4 * spec.blockSize!);
  // the stack and what reading a date takes; a region's bands, a part of them, and what encoding takes
  const bytesPerPixel = STACK_BYTES / (side * side) + 16 + 3 * 4 * spec.bands;
  const notes = [...plan.notes];
  let [seen, valid, lost] = [0, 0, 0];
  async function* regions() {
    for await (const region of runRegions(runner, 'series-region', inputs, spec, bytesPerPixel, controls)) {
      seen += region.seenPixels;
      valid += region.validPixels;
      lost += region.lostPixels;
      yield region;
    }
    if (valid === 0)
      notes.push(
        `No pixel has a result: it needs ${NEEDS[analysis.kind]}; ${seen} of ${pixels} pixels were seen on any of ${dates.length} dates`,
      );
    if (lost > 0)
      notes.push(`${lost} values beyond ±3.2767 do not fit into int16 and became nodata; use --dtype float32`);
    controls.passport?.found({ pixels, validPixels: valid, validShare: valid / pixels, lostPixels: lost }, notes);
  }
  const sizeBytes = await writeCogFromRegions(path, spec, regions(), controls);
  return {
    output: path,
    sizeBytes,
    analysis: request.analysis,
    width,
    height,
    dates: dates.map(({ day }) => timeText(day)),
    bands: spec.bandNames!,
    validShare: valid / pixels,
    seenShare: seen / pixels,
    notes,
  };
}

/** Without which a pixel has no result. */
const NEEDS: Readonly<Record<PixelAnalysis['kind'], string>> = {
  trend: 'four dates',
  smooth: 'three dates',
  fill: 'two dates',
  phenology: 'ten dates, a year from first to last, and a peak between lower values in that year',
  breaks: 'two years, three dates per coefficient, and three per segment',
  anomaly: 'a value on that date, and five around that time of two other years',
  forecast: 'more than two periods without long gaps',
  mowing: 'three dates',
};

const NOTES = 3;

/** Of seventy files with the same peculiarity a few are enough: the passport says how each is read. */
function abridged(notes: readonly string[]): string[] {
  const more = notes.length - NOTES;
  return more > 1
    ? [...notes.slice(0, NOTES), `… and ${more} more such notes; the passport says how each file is read`]
    : [...notes];
}

function settleAnalysis({ analysis, year, date }: SeriesRasterRequest, days: readonly number[]): PixelAnalysis {
  if (year !== null && analysis.kind !== 'phenology')
    throw new PlatformError('usage', `--year belongs to phenology; ${analysis.kind} has none`);
  if (date !== null && analysis.kind !== 'anomaly')
    throw new PlatformError('usage', `--date belongs to anomaly; ${analysis.kind} has none`);
  if (analysis.kind === 'anomaly') return { ...analysis, day: date === null ? days.at(-1)! : findDate(date, days) };
  if (analysis.kind !== 'phenology') return analysis;
  if (year === null)
    throw new PlatformError('usage', 'A raster of phenology holds the season of one year: name it with --year');
  return { ...analysis, year };
}
