/** Many rasters of one place, or an index over the scenes of many dates, to one → COG. In one pass over the inputs. */
import { dateInName } from '../catalog/date-in-name.ts';
import { PlatformError } from '../core/errors.ts';
import { compileKernel } from '../core/expression/compile.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import { takesWholeDates } from '../core/raster/composite.ts';
import type { CompositeMethod } from '../core/raster/composite.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { CompositeRegionInput } from '../tasks/composite-region.ts';
import type { ExtraBand } from '../tasks/composite-part.ts';
import type { Layer, SpecialValues } from '../tasks/layer.ts';
import { openBand, openBands, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { calibrationOf, chooseBands, resolveDate } from './band-inputs.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { daysOfLayers, scoresOf } from './composite-dates.ts';
import type { Period } from './composite-dates.ts';
import { timeOfBand, timeOfDate } from './series-times.ts';
import type { Dated } from './series-times.ts';
import { toClassMask } from './class-inputs.ts';
import { countStorage, indexStorage, sharedStorage, widenStorage } from './composite-storage.ts';
import type { Storage } from './composite-storage.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { layerUses, metadataUses, storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface CompositeOptions {
  readonly method: CompositeMethod;
  /** Bands behind the values; absent: none. */
  readonly extras?: readonly ExtraBand[];
  /** RFC 3339, one per raster or date; absent: names and metadata tell. */
  readonly times?: readonly string[];
  /** What the composite stands for; absent: from the first date to the last. */
  readonly period?: Period;
  readonly output: string;
}

/** Rasters as they are: all bands of each, band by band. */
export interface RasterCompositeRequest extends CompositeOptions {
  readonly rasters: readonly { readonly path: string; readonly classes: ClassInput | null }[];
}

/** An index or expression, evaluated for each date before they are reduced; nothing is written in between. */
export interface IndexCompositeRequest extends CompositeOptions {
  readonly formula: string;
  readonly dates: readonly (DateInput | SceneInput)[];
  readonly calibration: CalibrationWords;
  readonly dtype: 'int16' | 'float32';
}

export type CompositePlan = Omit<CompositeRegionInput, 'region'> & {
  readonly path: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
};

export interface CompositeReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  readonly layers: number;
  readonly notes: readonly string[];
}

/** @throws {PlatformError} `usage` for no raster, `grid-mismatch`, and what opening the files throws */
export async function planRasterComposite(
  request: RasterCompositeRequest,
  signal?: AbortSignal,
): Promise<CompositePlan> {
  const { rasters, method } = request;
  if (rasters.length === 0) throw new PlatformError('usage', 'Name the rasters to make a composite of');
  const opened: OpenedBand[][] = [];
  for (const { path } of rasters) opened.push(await openBands(path, signal));
  const count = checkBandCount(opened);
  const classes = await openClasses(rasters, signal);
  const grid = shareGrid([...opened.map(([first]) => first!), ...classes.filter((c) => c !== null)]);
  const storage =
    method === 'count' ? countStorage(rasters.length) : sharedStorage(opened.flat().map(({ info }) => info));
  const align = alignerOf(grid, opened.length, classes);
  const bands = Array.from({ length: count }, (_, b) =>
    opened.map((raster, k): Layer => ({
      bands: [align.layer(raster[b]!, k)],
      classes: align.classes(k, rasters[k]!.classes),
      formula: null,
      scale: storage.asValues ? raster[b]!.info.scale : 1,
      offset: storage.asValues ? raster[b]!.info.offset : 0,
    })),
  );
  const names = opened[0]!.map(({ info }, b) => info.name ?? (count === 1 ? method : `band ${b + 1}`));
  const uses = bands.flatMap((layers, b) =>
    layers.flatMap((layer, k) => {
      const prefix = `raster ${k + 1}: `;
      return layerUses(prefix, layer, [`band ${b + 1}`], [opened[k]![b]!], b === 0 ? classes[k]! : null);
    }),
  );
  const found = opened.map(([first], k) => datedRaster(first!, opened[k]!.length));
  const dates = { found, inputs: rasters.map((raster) => raster.classes), opened: classes };
  return planOf(request, grid, bands, storage, names, uses, dates);
}

/** The time of a raster is in its name, unless one band of several was picked that has its own. */
function datedRaster(band: OpenedBand, picked: number): Dated {
  return picked === 1 ? timeOfBand(band) : { what: band.path, time: dateInName(band.path) };
}

/**
 * @throws {PlatformError} `usage` for no date, `index-unknown`, `expression-invalid`, `band-missing`, `grid-mismatch`,
 *   and what opening the files throws
 */
export async function planIndexComposite(request: IndexCompositeRequest, signal?: AbortSignal): Promise<CompositePlan> {
  const { formula: words, dates, calibration, dtype, method } = request;
  if (dates.length === 0) throw new PlatformError('usage', 'Name the scenes or bands of at least one date');
  const formula = resolveFormula(words);
  const wanted = compileKernel(formula.expression).bandNames;
  const resolved: DateInput[] = [];
  for (const date of dates) resolved.push(await resolveDate(date, wanted, signal));
  const title = formula.id ?? 'The expression';
  const inputs = resolved.map((date, k) => chooseBands(wanted, date.bands, `${title} of date ${k + 1}`));
  const opened: OpenedBand[] = [];
  for (const input of inputs.flat()) opened.push(await openBand(input, signal));
  const classes = await openClasses(resolved, signal);
  const grid = shareGrid([...opened, ...classes.filter((c) => c !== null)]);
  const align = alignerOf(grid, opened.length, classes);
  const layers = inputs.map((date, k): Layer => {
    const at = (b: number) => k * wanted.length + b;
    return {
      bands: date.map((_, b) => align.layer(opened[at(b)]!, at(b), date[b]!.special)),
      classes: align.classes(k, resolved[k]!.classes),
      formula: {
        expression: formula.expression,
        calibration: date.map((input, b) => calibrationOf(input, opened[at(b)]!.info, calibration)),
      },
      scale: 1,
      offset: 0,
    };
  });
  const storage = method === 'count' ? countStorage(dates.length) : indexStorage(dtype);
  const uses = layers.flatMap((layer, k) => {
    const prefix = `date ${k + 1}: `;
    const bands = opened.slice(k * wanted.length, (k + 1) * wanted.length);
    return [...metadataUses(prefix, resolved[k]!), ...layerUses(prefix, layer, wanted, bands, classes[k]!)];
  });
  const found = resolved.map(({ time }, k) => {
    const date = dates[k]!;
    const paths = inputs[k]!.map(({ path }) => path.replace(/#\w+$/, ''));
    return timeOfDate(time, paths, 'scene' in date ? date.scene : (paths[0] ?? `date ${k + 1}`));
  });
  const dated = { found, inputs: resolved.map((date) => date.classes), opened: classes };
  const plan = planOf(request, grid, [layers], storage, [formula.id ?? 'expression'], uses, dated);
  const metadata = { ...plan.spec.metadata, TITLE: formula.title, FORMULA: formula.expression };
  const notes = [...resolved.flatMap((date) => date.notes), ...plan.notes];
  const facts = {
    inputs: uses,
    method: {
      ...plan.facts.method,
      summary: `${formula.title}: ${plan.facts.method.summary}`,
      formula: { id: formula.id, expression: formula.expression },
    },
  };
  return { ...plan, spec: { ...plan.spec, metadata }, notes, facts };
}

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runComposite(
  plan: CompositePlan,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<CompositeReport> {
  const { path, notes: known, facts, ...settings } = plan;
  const { spec, bands } = settings;
  controls.passport?.begin(facts, runner);
  const inputs = cogRegions(spec).map((region) => ({ ...settings, region }));
  const { width, height } = spec;
  const notes = [...known];
  let lost = 0;
  async function* regions() {
    const bytesPerPixel = 20 + 40; // the stack (`STACK_BYTES` at most), and what reading and encoding take
    for await (const region of runRegions(runner, 'composite-region', inputs, spec, bytesPerPixel, controls)) {
      lost += region.lostPixels;
      yield region;
    }
    if (lost > 0) notes.push(`${lost} values do not fit into ${spec.dtype} and became nodata`);
    controls.passport?.found({ pixels: width * height, lostPixels: lost }, notes);
  }
  const sizeBytes = await writeCogFromRegions(path, spec, regions(), controls);
  return { output: path, sizeBytes, width, height, layers: bands[0]!.length, notes };
}

/** When the layers are of, and the classes that they are masked by. */
interface LayerDates {
  readonly found: readonly Dated[];
  readonly inputs: readonly (ClassInput | null)[];
  readonly opened: readonly (OpenedBand | null)[];
}

function planOf(
  { method, extras = [], times, period, output }: CompositeOptions,
  { width, height, transform, epsg, notes: gridNotes }: SharedGrid,
  bands: readonly (readonly Layer[])[],
  ofValues: Storage,
  names: readonly string[],
  inputs: readonly InputUse[],
  dates: LayerDates,
): CompositePlan {
  const layers = bands[0]!.length;
  checkExtras(method, extras, bands.length);
  const notes = [...gridNotes];
  const hasDates = times !== undefined || dates.found.every(({ time }) => time !== null);
  const needsDays = extras.includes('date') || (method === 'best' && hasDates);
  const days = needsDays ? daysOfLayers(dates.found, times ?? null) : null;
  const scores = method === 'best' ? scoresOf(days, period ?? null, dates.inputs, dates.opened) : null;
  if (method === 'best') notes.push(...lacking(days !== null, dates.inputs));
  const ranges = extras.map((extra): [number, number] =>
    extra === 'count' ? [0, layers] : [Math.min(...days!), Math.max(...days!)],
  );
  const { dtype, nodata, scale, offset, precision, integers } = widenStorage(ofValues, ranges);
  const spec: CogSpec = {
    width,
    height,
    transform,
    epsg,
    dtype,
    bands: bands.length + extras.length,
    nodata,
    scale,
    offset,
    bandNames: [...names, ...extras],
    ...(extras.length > 0 && {
      plainBands: extras.length,
      bandUnits: [...names.map(() => null), ...extras.map((extra) => (extra === 'date' ? DAYS_UNIT : null))],
    }),
    ...(extras.includes('date') && { overviewResampling: 'nearest' }), // the mean of two days is a third
    metadata: {
      COMPOSITE: `${method} of ${layers}`,
      ...(period && { PERIOD: `${period.first}/${period.last}` }),
    },
  };
  const summary = `${method} of ${layers}${period ? `, ${period.first} to ${period.last}` : ''}`;
  const facts = { inputs, method: { summary, ...storageOf(spec) } };
  const settings = {
    bands: layers > MOST_KEEPING ? bands.map((own) => own.map(withoutBlocks)) : bands,
    method,
    precision,
    integers,
    extras,
    scores,
    days: extras.includes('date') ? days : null,
  };
  return { ...settings, spec, path: output, notes, facts };
}

/** Files of more dates keep no decoded blocks in memory, or their sum would grow with the dates. */
const MOST_KEEPING = 24;

function withoutBlocks(layer: Layer): Layer {
  const { bands, classes } = layer;
  return {
    ...layer,
    bands: bands.map((band) => ({ ...band, keepsBlocks: false })),
    classes: classes && { ...classes, source: { ...classes.source, keepsBlocks: false } },
  };
}

/** CF's words. */
const DAYS_UNIT = 'days since 1970-01-01';

/** @throws {PlatformError} `usage` where a band behind the values would mean nothing */
function checkExtras(method: CompositeMethod, extras: readonly ExtraBand[], bands: number): void {
  if (extras.length === 0) return;
  if (bands > 1 && !takesWholeDates(method))
    throw new PlatformError(
      'usage',
      `--with needs one date for all bands; ${method} takes each of the ${bands} bands from its own: name one, as in raster.tif#1, or take first, last or best`,
    );
  if (extras.includes('date') && (method === 'mean' || method === 'count'))
    throw new PlatformError('usage', `A ${method} is of no single date; leave date out of --with`);
}

function lacking(hasDays: boolean, classes: readonly (ClassInput | null)[]): string[] {
  const notes: string[] = [];
  if (!hasDays) notes.push('The dates are not known: the best pixel is judged by clouds alone');
  if (!classes.every((input) => input !== null))
    notes.push(
      'There is no classification for every date: the best pixel is judged without the distance to clouds there',
    );
  return notes;
}

function checkBandCount(opened: readonly (readonly OpenedBand[])[]): number {
  const count = opened[0]!.length;
  const other = opened.find((raster) => raster.length !== count);
  if (other)
    throw new PlatformError(
      'grid-mismatch',
      `${other[0]!.path} has ${other.length} bands, ${opened[0]![0]!.path} has ${count}; pick one of each, as in ${other[0]!.path}#1`,
    );
  return count;
}

type WithClasses = { readonly classes: ClassInput | null };

async function openClasses(layers: readonly WithClasses[], signal?: AbortSignal): Promise<(OpenedBand | null)[]> {
  const opened: (OpenedBand | null)[] = [];
  for (const { classes } of layers)
    opened.push(classes && (await openBand({ path: classes.path, name: 'scl' }, signal)));
  return opened;
}

/** Finds the alignment of each band: those of the layers come first in the grid, then those of the classes there are. */
function alignerOf(grid: SharedGrid, bands: number, classes: readonly (OpenedBand | null)[]) {
  return {
    layer: (band: OpenedBand, index: number, special?: SpecialValues) =>
      toAligned(band, grid.alignments[index]!, special),
    classes: (k: number, input: ClassInput | null) => {
      const band = classes[k];
      if (!band || !input) return null;
      const index = bands + classes.slice(0, k).filter((c) => c !== null).length;
      return toClassMask(band, grid.alignments[index]!, input);
    },
  };
}
