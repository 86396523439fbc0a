/** The layers of many dates on the grid that they share: bands of rasters as they are, or a formula over the bands of each date. */
import { compileKernel } from '../core/expression/compile.ts';
import { PlatformError } from '../core/errors.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import type { Formula as ResolvedFormula } from '../core/indices/resolve.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { SpecialValues } from '../tasks/aligned-band.ts';
import type { Layer } from '../tasks/layer.ts';
import { openBand, openBands, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { calibrationOf, chooseBands, resolveDate } from './band-inputs.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { toClassMask } from './class-inputs.ts';
import { sharedStorage } from './composite-storage.ts';
import { layerUses, metadataUses } from './run-facts.ts';
import type { Dated } from './series-times.ts';
import { timeOfBand, timeOfDate } from './series-times.ts';

/** Rasters as they are: every band is a date. */
export interface RasterDates {
  readonly rasters: readonly { readonly path: string; readonly classes: ClassInput | null }[];
  /** A number that is no value although the files do not say so. */
  readonly nodata: number | null;
  readonly calibration: CalibrationWords;
}

/** An index or expression, evaluated for each date; nothing is written in between. */
export interface FormulaDates {
  readonly formula: string;
  readonly dates: readonly (DateInput | SceneInput)[];
  readonly calibration: CalibrationWords;
}

export interface DatedLayers {
  readonly grid: SharedGrid;
  readonly layers: readonly Layer[];
  /** One per layer. */
  readonly found: readonly Dated[];
  /** The files of one layer. @param prefix  Goes before each role. */
  readonly usesOf: (k: number, prefix: string) => readonly InputUse[];
  readonly formula: ResolvedFormula | null;
  /** Unit of the values; null where the files do not say or agree. */
  readonly unit: string | null;
  /** Whether single precision holds the values. */
  readonly precision: 'single' | 'double';
  readonly notes: readonly string[];
}

/** @throws {PlatformError} `usage` for no raster, `grid-mismatch`, `calibration-invalid`, and what opening throws */
export async function openRasterDates(
  { rasters, nodata, calibration }: RasterDates,
  signal?: AbortSignal,
): Promise<DatedLayers> {
  if (rasters.length === 0) throw new PlatformError('usage', 'Name the rasters of the dates');
  const special: SpecialValues = { nodata, saturated: null };
  const dates: { readonly band: OpenedBand; readonly input: ClassInput | null; readonly classes: OpenedBand | null }[] =
    [];
  for (const { path, classes: input } of rasters) {
    const classes = input && (await openBand({ path: input.path, name: 'scl' }, signal));
    for (const band of await openBands(path, signal)) dates.push({ band, input, classes });
  }
  const grid = shareGrid([...dates.map(({ band }) => band), ...dates.flatMap(({ classes }) => classes ?? [])]);
  const alignmentOf = byBand(grid, [
    ...dates.map(({ band }) => band),
    ...dates.flatMap(({ classes }) => classes ?? []),
  ]);
  const layers = dates.map(({ band, input, classes }): Layer => ({
    bands: [toAligned(band, alignmentOf(band), special)],
    classes: input && classes && toClassMask(classes, alignmentOf(classes), input),
    formula: null,
    ...calibrationOf({ name: 'value', path: band.path }, band.info, calibration),
  }));
  const units = new Set(dates.map(({ band }) => band.info.unit));
  return {
    grid,
    layers,
    found: dates.map(({ band }) => timeOfBand(band)),
    usesOf: (k, prefix) => layerUses(prefix, layers[k]!, ['value'], [dates[k]!.band], dates[k]!.classes),
    formula: null,
    unit: units.size === 1 ? [...units][0]! : null,
    precision: sharedStorage(dates.map(({ band }) => band.info)).precision,
    notes: grid.notes,
  };
}

/**
 * @throws {PlatformError} `usage` for no date, `index-unknown`, `expression-invalid`, `band-missing`, `grid-mismatch`,
 *   and what opening the files throws
 */
export async function openFormulaDates(
  { formula: words, dates, calibration }: FormulaDates,
  signal?: AbortSignal,
): Promise<DatedLayers> {
  if (dates.length === 0) throw new PlatformError('usage', 'Name the scenes or bands of the dates');
  const formula = resolveFormula(words);
  const wanted = compileKernel(formula.expression).bandNames;
  const opened: { readonly date: DateInput; readonly bands: OpenedBand[]; readonly classes: OpenedBand | null }[] = [];
  for (const [k, input] of dates.entries()) {
    const date = await resolveDate(input, wanted, signal);
    const chosen = chooseBands(wanted, date.bands, `${formula.id ?? 'The expression'} of date ${k + 1}`);
    const bands: OpenedBand[] = [];
    for (const band of chosen) bands.push(await openBand(band, signal));
    const classes = date.classes && (await openBand({ path: date.classes.path, name: 'scl' }, signal));
    opened.push({ date: { ...date, bands: chosen }, bands, classes });
  }
  const all = [...opened.flatMap(({ bands }) => bands), ...opened.flatMap(({ classes }) => classes ?? [])];
  const grid = shareGrid(all);
  const alignmentOf = byBand(grid, all);
  const layers = opened.map(({ date, bands, classes }): Layer => ({
    bands: bands.map((band, b) => toAligned(band, alignmentOf(band), date.bands[b]!.special)),
    classes: date.classes && classes && toClassMask(classes, alignmentOf(classes), date.classes),
    formula: {
      expression: formula.expression,
      calibration: bands.map((band, b) => calibrationOf(date.bands[b]!, band.info, calibration)),
    },
    scale: 1,
    offset: 0,
  }));
  return {
    grid,
    layers,
    found: opened.map(({ date }, k) => {
      const input = dates[k]!;
      const paths = date.bands.map(({ path }) => path.replace(/#\w+$/, ''));
      return timeOfDate(date.time, paths, 'scene' in input ? input.scene : (paths[0] ?? `date ${k + 1}`));
    }),
    usesOf: (k, prefix) => {
      const { date, bands, classes } = opened[k]!;
      return [...metadataUses(prefix, date), ...layerUses(prefix, layers[k]!, wanted, bands, classes)];
    },
    formula,
    unit: null,
    precision: 'single',
    notes: [...opened.flatMap(({ date }) => date.notes), ...grid.notes],
  };
}

function byBand({ alignments }: SharedGrid, bands: readonly OpenedBand[]) {
  const found = new Map(bands.map((band, i) => [band, alignments[i]!]));
  return (band: OpenedBand) => found.get(band)!;
}
