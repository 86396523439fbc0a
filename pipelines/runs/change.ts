/** What changed between two dates or two periods → COG: `landmeter change`. */
import { PlatformError } from '../core/errors.ts';
import { CHANGE_BANDS } from '../core/raster/change.ts';
import type { ChangeNoise, ChangeRule } from '../core/raster/change.ts';
import type { Connectedness } from '../core/raster/components.ts';
import { areaMeasure } from '../core/raster/polygon-geometry.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { Layer } from '../tasks/layer.ts';
import { CHANGE_BYTES_PER_PIXEL, findNoise, findSieves, noiseText } from './change-scene.ts';
import type { Periods } from './change-periods.ts';
import { openPeriods } from './change-periods.ts';
import type { FormulaDates, RasterDates } from './dated-layers.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface ChangeRequest extends ChangeRule {
  /** Of both periods: first the rasters or dates before, then those after. */
  readonly input: RasterDates | FormulaDates;
  /** How many rasters or dates of `input` belong to the period before. */
  readonly before: number;
  /** Square metres that a change must have to stay one; null: any. */
  readonly minArea: number | null;
  readonly connectedness: Connectedness;
  readonly output: string;
}

export interface ChangePlan {
  readonly spec: CogSpec;
  /** Each in the order of time. */
  readonly before: readonly Layer[];
  readonly after: readonly Layer[];
  readonly rule: ChangeRule;
  readonly minPixels: number;
  readonly connectedness: Connectedness;
  readonly path: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
}

export interface ChangeReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  /** Dates of the periods. */
  readonly before: number;
  readonly after: number;
  readonly noise: ChangeNoise;
  readonly minPixels: number;
  readonly validShare: number;
  /** Pixels. */
  readonly decreased: number;
  readonly increased: number;
  readonly notes: readonly string[];
}

/** Six bands of four bytes: regions of 1024 pixels a side. */
const BLOCK_SIZE = 256;

/**
 * @throws {PlatformError} `usage` for a period without dates or a rule that is none; `crs-missing` where `minArea` has no
 *   georeference to count in; `grid-mismatch` and what opening the files throws
 */
export async function planChange(request: ChangeRequest, signal?: AbortSignal): Promise<ChangePlan> {
  const { threshold, significance, connectedness, output } = request;
  checkRule(request);
  const periods = await openPeriods(request.input, request.before, signal);
  const notes = [...periods.notes];
  const minPixels = leastPixels(request.minArea, periods, notes);
  const spec = specOf(periods, request);
  const { formula } = periods;
  return {
    spec,
    before: periods.before,
    after: periods.after,
    rule: { threshold, significance },
    minPixels,
    connectedness,
    path: output,
    notes,
    facts: {
      inputs: periods.uses,
      method: {
        summary: `${spec.metadata!['CHANGE']!}${formula ? ` of ${formula.title}` : ''}`,
        ...(formula && { formula: { id: formula.id, expression: formula.expression } }),
        ...storageOf(spec),
      },
    },
  };
}

/**
 * Carries out a plan: a sample tells the noise, the borders of regions tell how large changes are, then each region is
 * compared and written.
 * @throws {PlatformError} `parameter-invalid` where no pixel is valid in both periods; as tasks and `writeCogFromRegions` do
 */
export async function runChange(
  plan: ChangePlan,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<ChangeReport> {
  const { before, after, rule, minPixels, path, facts } = plan;
  const { width, height } = plan.spec;
  controls.passport?.begin(facts, runner);
  const notes = [...plan.notes];
  const noise = await findNoise(plan, runner, controls, notes);
  const spec = { ...plan.spec, metadata: { ...plan.spec.metadata, NOISE: noiseText(noise) } };
  const compared = { before, after, noise, rule };
  const sieves = minPixels > 1 ? await findSieves(plan, compared, runner, controls) : null;
  const regions = cogRegions(spec);
  const inputs = regions.map((region, r) => ({ ...compared, spec, region, sieve: sieves?.[r] ?? null }));
  let [valid, decreased, increased] = [0, 0, 0];
  async function* encoded() {
    for await (const region of runRegions(runner, 'change-region', inputs, spec, CHANGE_BYTES_PER_PIXEL, controls)) {
      valid += region.counts.valid;
      decreased += region.counts.decreased;
      increased += region.counts.increased;
      yield region;
    }
    if (valid === 0)
      throw new PlatformError(
        'parameter-invalid',
        `No pixel has a value both before and after: the ${before.length} and ${after.length} dates have no valid ground in common`,
      );
    controls.passport?.found(
      { pixels: width * height, validPixels: valid, validShare: valid / (width * height) },
      notes,
    );
  }
  const sizeBytes = await writeCogFromRegions(path, spec, encoded(), controls);
  return {
    output: path,
    sizeBytes,
    width,
    height,
    before: before.length,
    after: after.length,
    noise,
    minPixels,
    validShare: valid / (width * height),
    decreased,
    increased,
    notes,
  };
}

function checkRule({ threshold, significance, minArea }: ChangeRequest): void {
  if (threshold !== null && !(threshold >= 0))
    throw new PlatformError('usage', `--threshold is ${threshold}; a difference of 0 or more is accepted`);
  if (significance !== null && !(significance > 0 && significance <= 1))
    throw new PlatformError('usage', `--significance is ${significance}; a probability such as 0.01 is accepted`);
  if (minArea !== null && !(minArea >= 0))
    throw new PlatformError('usage', `--mmu is ${minArea} m²; an area such as 500m2 or 0.1ha is accepted`);
}

/** The least number of pixels that has the area. */
function leastPixels(minArea: number | null, { grid }: Periods, notes: string[]): number {
  if (minArea === null) return 1;
  const { transform, epsg, width, height } = grid;
  if (transform === null || epsg === null)
    throw new PlatformError('crs-missing', 'The rasters have no CRS to count square metres in; leave out --mmu');
  const { pixelArea } = areaMeasure({ transform, epsg, width, height });
  if (minArea <= pixelArea) {
    notes.push(
      `The minimum mapping unit of ${minArea} m² is no larger than a pixel (${areaText(pixelArea)}): all stay`,
    );
    return 1;
  }
  return Math.ceil(minArea / pixelArea - 1e-9);
}

function areaText(area: number): string {
  return `${Number(area.toPrecision(4))} m²`;
}

function specOf({ grid, before, after, formula, unit }: Periods, request: ChangeRequest): CogSpec {
  const { width, height, transform, epsg } = grid;
  const { threshold, significance, minArea } = request;
  const rules = [
    ...(threshold === null ? [] : [`|difference| ≥ ${threshold}`]),
    ...(significance === null ? [] : [`p ≤ ${significance}`]),
    ...(minArea === null ? [] : [`at least ${minArea} m²`]),
  ];
  return {
    width,
    height,
    transform,
    epsg,
    dtype: 'float32',
    bands: CHANGE_BANDS.length,
    nodata: NaN,
    blockSize: BLOCK_SIZE,
    bandNames: CHANGE_BANDS,
    bandUnits: CHANGE_BANDS.map((band) => (band === 'difference' ? unit : null)),
    metadata: {
      CHANGE: `median of ${after.length} less median of ${before.length}; change: ${rules.join(', ') || 'any difference'}`,
      ...(formula && { TITLE: formula.title, FORMULA: formula.expression }),
    },
  };
}
