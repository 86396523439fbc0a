/**
 * Exact statistics of zones through time → a table of one row per zone and date. Indices are evaluated where zones are;
 * no raster is written in between.
 */
import { dateInName } from '../catalog/date-in-name.ts';
import { PlatformError } from '../core/errors.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import type { Formula } from '../core/indices/resolve.ts';
import { parseTime } from '../core/series/time.ts';
import type { InputUse } from '../passport/recorder.ts';
import { openBand } from './align.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { openFormulaLayer, openMaskedLayer } from './date-layer.ts';
import type { DateLayer } from './date-layer.ts';
import { bandUse } from './run-facts.ts';
import { gridOf } from './zonal-coverage.ts';
import { valuesOf } from './zonal.ts';
import { planZoneTable, ZONE_PLACEMENT } from './zone-series-run.ts';
import type { ZoneDate, ZoneSeriesPlan, ZoneTableWords } from './zone-series-run.ts';

/** A raster of one date: a path or URL, with `#3` or `#name` behind it for one band of several. */
export interface RasterDate {
  readonly raster: string;
  readonly classes: ClassInput | null;
}

export interface SeriesDate {
  /** RFC 3339, or a date alone; null: as the scene says, else as the name of the file or its folder does. */
  readonly time: string | null;
  readonly source: RasterDate | DateInput | SceneInput;
}

export interface ZoneSeriesRequest extends ZoneTableWords {
  readonly dates: readonly SeriesDate[];
  /** Id of an index or an expression, of scenes and bands; null: the dates are rasters, taken as they are. */
  readonly formula: string | null;
  readonly calibration: CalibrationWords;
}

interface OpenedDate extends ZoneDate {
  readonly uses: (prefix: string) => readonly InputUse[];
  readonly notes: readonly string[];
}

/**
 * Reads the zones and the headers of all dates.
 * @param rdGrid  Correction grid of RD New; null where there is none.
 * @throws {PlatformError} `usage`, `parameter-invalid`, `crs-missing`, `crs-unsupported`, `band-missing`, `grid-mismatch`,
 *   and what opening the files throws
 */
export async function planZoneSeries(
  { dates, formula: asked, calibration, ...words }: ZoneSeriesRequest,
  rdGrid: string | null,
  signal?: AbortSignal,
): Promise<ZoneSeriesPlan> {
  if (dates.length === 0) throw new PlatformError('usage', 'Name the rasters or scenes of at least one date');
  const formula = asked === null ? null : resolveFormula(asked);
  const open = async () => {
    const opened: OpenedDate[] = [];
    for (const date of dates) opened.push(await openDate(date, formula, calibration, signal));
    return {
      dates: opened,
      inputs: opened.flatMap(({ uses }, k) => uses(`date ${k + 1}: `)),
      notes: opened.flatMap(({ notes }) => notes),
      formula,
    };
  };
  return planZoneTable(words, rdGrid, open, signal);
}

async function openDate(
  { time, source }: SeriesDate,
  formula: Formula | null,
  calibration: CalibrationWords,
  signal?: AbortSignal,
): Promise<OpenedDate> {
  const name = nameOf(source);
  if (formula && 'raster' in source)
    throw new PlatformError('usage', `${name} is a raster; ${formula.title} is made of scenes or bands`);
  if (!formula && !('raster' in source))
    throw new PlatformError('usage', `${name} is a scene; name the index that is wanted of it with --index`);
  if (!formula && 'raster' in source && !source.classes) return openRasterDate(source.raster, time, signal);
  const opened =
    'raster' in source
      ? await openMaskedLayer(source.raster, source.classes!, signal)
      : await openFormulaLayer(source, formula!, calibration, signal);
  return layerDate(name, time, opened);
}

async function openRasterDate(path: string, time: string | null, signal?: AbortSignal): Promise<OpenedDate> {
  const band = await openBand({ path, name: null }, signal);
  return {
    name: path,
    days: daysOf(path, time, null),
    values: valuesOf(band),
    grid: gridOf(band.raster),
    uses: (prefix) => [bandUse(`${prefix}raster`, band, { placement: ZONE_PLACEMENT })],
    notes: band.note === null ? [] : [band.note],
  };
}

function layerDate(name: string, time: string | null, opened: DateLayer): OpenedDate {
  const { layer, grid, target, uses, notes } = opened;
  const { width, height, transform, epsg } = grid;
  return {
    name,
    days: daysOf(name, time, opened.time),
    values: { kind: 'layer', layer },
    grid: gridOf({ ...target, width, height, transform, epsg }),
    uses,
    notes,
  };
}

function nameOf(source: SeriesDate['source']): string {
  if ('raster' in source) return source.raster;
  return 'scene' in source ? source.scene : (source.bands[0]?.path ?? 'a date without bands');
}

/** @throws {PlatformError} `parameter-invalid` where nothing tells the time */
function daysOf(name: string, asked: string | null, known: string | null): number {
  const text = asked ?? known ?? dateInName(name.replace(/#\w+$/, ''));
  const days = text === null ? NaN : parseTime(text);
  if (!Number.isNaN(days)) return days;
  const found = text === null ? 'does not say when it was taken' : `has the time "${text}"`;
  throw new PlatformError(
    'parameter-invalid',
    `${name} ${found}; name its time with --times, such as 2024-05-12, or put the date into the file's name`,
    { detail: { path: name } },
  );
}
