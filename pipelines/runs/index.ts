/** A spectral index or an expression over bands → COG. */
import { compileKernel } from '../core/expression/compile.ts';
import type { KernelOutput } from '../core/expression/codegen.ts';
import type { Formula as ResolvedFormula } from '../core/indices/resolve.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import { ACQUISITION_TIME } from '../io/tiff/read/gdal-metadata.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { IndexRegionInput } from '../tasks/index-region.ts';
import { openBand, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { calibrationOf, chooseBands, resolveDate } from './band-inputs.ts';
import type { CalibrationWords, DateInput, SceneInput } from './band-inputs.ts';
import { toClassMask } from './class-inputs.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { layerUses, metadataUses, storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

/** What `int16` files hold: round(value · 10000), −32768 where invalid. */
export const INT16_OUTPUT = { kind: 'int16', factor: 10000, nodata: -32768 } as const satisfies KernelOutput;

export interface IndexRequest {
  /** Id of an index, or an expression. */
  readonly formula: string;
  /** Bands and classes, or the path of the scene that has them. */
  readonly date: DateInput | SceneInput;
  readonly calibration: CalibrationWords;
  readonly dtype: 'int16' | 'float32';
  readonly output: string;
}

export type IndexPlan = Omit<IndexRegionInput, 'region'> & {
  readonly formula: ResolvedFormula;
  readonly path: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
};

export interface IndexReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  /** Share of pixels that have a value, 0 to 1. */
  readonly validShare: number;
  readonly notes: readonly string[];
}

/**
 * Reads the headers of all inputs and settles everything that the tasks then do.
 * @throws {PlatformError} `index-unknown`, `expression-invalid`, `band-missing`, `grid-mismatch`, `calibration-invalid`,
 *   and what opening the files throws
 */
export async function planIndex(request: IndexRequest, signal?: AbortSignal): Promise<IndexPlan> {
  const formula = resolveFormula(request.formula);
  const wanted = compileKernel(formula.expression).bandNames;
  const date = await resolveDate(request.date, wanted, signal);
  const inputs = chooseBands(wanted, date.bands, formula.id ?? 'The expression');
  const opened: OpenedBand[] = [];
  for (const input of inputs) opened.push(await openBand(input, signal));
  const classes = date.classes && (await openBand({ path: date.classes.path, name: 'scl' }, signal));
  const grid = shareGrid(classes ? [...opened, classes] : opened);
  const calibration = inputs.map((input, b) => calibrationOf(input, opened[b]!.info, request.calibration));
  const stored = indexSpec(formula, grid, request.dtype);
  const spec = date.time === undefined ? stored : withTime(stored, date.time);
  const layer = {
    bands: opened.map((band, b) => toAligned(band, grid.alignments[b]!, inputs[b]!.special)),
    classes: classes && toClassMask(classes, grid.alignments.at(-1)!, date.classes!),
    formula: { expression: formula.expression, calibration },
    scale: 1,
    offset: 0,
  };
  return {
    formula,
    path: request.output,
    notes: [...date.notes, ...grid.notes],
    facts: {
      inputs: [...metadataUses('', date), ...layerUses('', layer, wanted, opened, classes)],
      method: {
        summary: formula.title,
        formula: { id: formula.id, expression: formula.expression },
        ...storageOf(spec),
      },
    },
    spec,
    output: request.dtype === 'int16' ? INT16_OUTPUT : { kind: 'float32' },
    layer,
  };
}

/** The file of one layer of index values. */
export function indexSpec(
  { id, title, expression }: ResolvedFormula,
  { width, height, transform, epsg }: SharedGrid,
  dtype: 'int16' | 'float32',
): CogSpec {
  const stored = dtype === 'int16' ? { nodata: -32768, scale: 1 / INT16_OUTPUT.factor } : { nodata: NaN };
  const grid = { width, height, transform, epsg };
  return {
    ...grid,
    dtype,
    bands: 1,
    ...stored,
    bandNames: [id ?? 'expression'],
    metadata: { TITLE: title, FORMULA: expression },
  };
}

/** So that a series of such files knows its dates, whatever they are called. */
function withTime(spec: CogSpec, time: string): CogSpec {
  return { ...spec, metadata: { ...spec.metadata, [ACQUISITION_TIME]: time } };
}

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runIndex(plan: IndexPlan, runner: TaskRunner, controls: RunControls = {}): Promise<IndexReport> {
  const { spec, layer, output, path, facts } = plan;
  controls.passport?.begin(facts, runner);
  const { width, height } = spec;
  const pixels = width * height;
  const inputs = cogRegions(spec).map((region) => ({ spec, region, layer, output }));
  const notes = [...plan.notes];
  let valid = 0;
  let lost = 0;
  async function* regions() {
    const bytesPerPixel = 6 * layer.bands.length + 16; // numbers, masks and a decoded block of each band; the result
    for await (const region of runRegions(runner, 'index-region', inputs, spec, bytesPerPixel, controls)) {
      valid += region.validPixels;
      lost += region.lostPixels;
      yield region;
    }
    if (lost > 0)
      notes.push(`${lost} values beyond ±3.2767 do not fit into int16 and became nodata; use --dtype float32`);
    const validShare = valid / pixels;
    controls.passport?.found({ pixels, validPixels: valid, validShare, lostPixels: lost }, notes);
  }
  const sizeBytes = await writeCogFromRegions(path, spec, regions(), controls);
  return { output: path, sizeBytes, width, height, validShare: valid / pixels, notes };
}
