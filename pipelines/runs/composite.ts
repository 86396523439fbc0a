/** Many rasters of one place, or an index over the scenes of many dates, to one → COG. In one pass over the inputs. */
import { PlatformError } from '../core/errors.ts';
import { compileKernel } from '../core/expression/compile.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import type { CompositeMethod } from '../core/raster/composite.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { CompositeRegionInput } from '../tasks/composite-region.ts';
import type { Layer, SpecialValues } from '../tasks/layer.ts';
import { openBand, openBands, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { calibrationOf, chooseBands, resolveDate } from './band-inputs.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { toClassMask } from './class-inputs.ts';
import { countStorage, indexStorage, sharedStorage } from './composite-storage.ts';
import type { Storage } from './composite-storage.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { layerUses, metadataUses, storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface CompositeOptions {
  readonly method: CompositeMethod;
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
  { rasters, method, output }: RasterCompositeRequest,
  signal?: AbortSignal,
): Promise<CompositePlan> {
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
  return planOf({ method, output }, grid, bands, storage, names, uses);
}

/**
 * @throws {PlatformError} `usage` for no date, `index-unknown`, `expression-invalid`, `band-missing`, `grid-mismatch`,
 *   and what opening the files throws
 */
export async function planIndexComposite(
  { formula: words, dates, calibration, dtype, method, output }: IndexCompositeRequest,
  signal?: AbortSignal,
): Promise<CompositePlan> {
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
  const plan = planOf({ method, output }, grid, [layers], storage, [formula.id ?? 'expression'], uses);
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
  const { spec, bands, method, precision, integers, path, facts } = plan;
  controls.passport?.begin(facts, runner);
  const inputs = cogRegions(spec).map((region) => ({ spec, region, bands, method, precision, integers }));
  const { width, height } = spec;
  const notes = [...plan.notes];
  let lost = 0;
  async function* regions() {
    const bytesPerPixel = 12 + 40; // the stack (`STACK_BYTES` at most), and what reading and encoding take
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

function planOf(
  { method, output }: CompositeOptions,
  { width, height, transform, epsg, notes }: SharedGrid,
  bands: readonly (readonly Layer[])[],
  { dtype, nodata, scale, offset, precision, integers }: Storage,
  bandNames: readonly string[],
  inputs: readonly InputUse[],
): CompositePlan {
  const spec = { width, height, transform, epsg, dtype, bands: bands.length, nodata, scale, offset, bandNames };
  const metadata = { COMPOSITE: `${method} of ${bands[0]!.length}` };
  const facts = { inputs, method: { summary: metadata.COMPOSITE, ...storageOf(spec) } };
  return { spec: { ...spec, metadata }, bands, method, precision, integers, path: output, notes, facts };
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
