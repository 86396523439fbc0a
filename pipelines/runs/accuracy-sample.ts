/** Where to look on the ground: a stratified random sample of a class map. `landmeter accuracy sample` */
import type { Allocation, StratumPlan } from '../core/accuracy/allocation.ts';
import { allocate, expectedStandardError, sampleSizeFor } from '../core/accuracy/allocation.ts';
import { compareLabels } from '../core/accuracy/labels.ts';
import { PlatformError } from '../core/errors.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { TaskRunner } from '../runner.ts';
import { drawPoints } from './accuracy-draw.ts';
import type { SamplePoint } from './accuracy-draw.ts';
import type { ClassMap } from './class-map.ts';
import { openClassMap } from './class-map.ts';
import type { RunControls } from './progress.ts';
import { bandUse } from './run-facts.ts';

export interface AccuracySampleRequest {
  readonly raster: string;
  /** Points; null: as many as `targetError` takes. */
  readonly n: number | null;
  /** Standard error of the overall accuracy, 0 to 1; null where `n` is given. */
  readonly targetError: number | null;
  readonly allocation: Allocation;
  /** Points per class, at least. */
  readonly minimum: number;
  /** Expected user's accuracies by class, 0 to 1; 0.8 where none is given. */
  readonly expected: Readonly<Record<string, number>>;
  /** Classes that are not sampled. */
  readonly exclude: readonly string[];
  /** Leaves the map's class out of the table, so that nobody is led by it. */
  readonly hideMap: boolean;
  readonly seed: number;
  readonly output: string;
}

export interface AccuracySampleReport {
  readonly output: string;
  readonly points: number;
  readonly classes: readonly {
    readonly class: string;
    readonly pixels: number;
    readonly areaHa: number;
    readonly share: number;
    readonly expected: number;
    readonly points: number;
  }[];
  /** Of the overall accuracy, if the classes are as accurate as expected. */
  readonly expectedStandardError: number;
  readonly seed: number;
  readonly notes: readonly string[];
}

const DEFAULT_EXPECTED = 0.8;

/**
 * @throws {PlatformError} `usage`, `parameter-invalid` for sizes and classes that do not fit; what counting and writing throw
 */
export async function runAccuracySample(
  request: AccuracySampleRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<AccuracySampleReport> {
  checkRequest(request);
  const format = findTableFormat(request.output, { hasGeometry: true });
  const map = await openClassMap(request.raster, runner, controls);
  const strata = planStrata(request, map);
  const n = request.n ?? sampleSizeFor(request.targetError!, strata);
  const units = allocate(n, strata, request.allocation, request.minimum);
  controls.passport?.begin(
    {
      inputs: [bandUse('map', map.opened, { placement: 'the same grid' })],
      method: { summary: `Stratified random sample, ${request.allocation} allocation, seed ${request.seed}` },
    },
    runner,
  );
  const notes = notesOf(request, strata);
  const points = await drawPoints(map, strata, units, request.seed, runner, controls);
  controls.passport?.found({ pixels: map.grid.width * map.grid.height, features: points.length }, notes);
  const batch = toBatch(points, request.hideMap);
  await writeTable(request.output, format, columnsOf(request.hideMap), one(batch), controls.passport);
  return {
    output: request.output,
    points: points.length,
    classes: strata.map(({ name, pixels, weight, expected }, h) => ({
      class: name,
      pixels,
      areaHa: map.total.get(Number(name))!.area / 1e4,
      share: weight,
      expected,
      points: units[h]!,
    })),
    expectedStandardError: expectedStandardError(strata, units),
    seed: request.seed,
    notes,
  };
}

function checkRequest({ n, targetError, minimum, seed, expected }: AccuracySampleRequest): void {
  const refuse = (words: string) => {
    throw new PlatformError('usage', words);
  };
  if ((n === null) === (targetError === null)) refuse('Give either --n, the number of points, or --target-se');
  if (n !== null && !(Number.isInteger(n) && n > 0 && n <= 1e6))
    refuse(`--n is ${n}; 1 to 1000000 points are accepted`);
  if (targetError !== null && !(targetError > 0 && targetError < 0.5))
    refuse(`--target-se is ${targetError}; a standard error between 0 and 0.5 is accepted`);
  if (!(Number.isInteger(minimum) && minimum >= 0)) refuse(`--minimum is ${minimum}; a whole number is accepted`);
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 2 ** 53))
    refuse(`--seed is ${seed}; a whole number is accepted`);
  for (const [name, accuracy] of Object.entries(expected))
    if (!(accuracy > 0 && accuracy < 1))
      refuse(`--expected gives class ${name} ${accuracy}; user's accuracies between 0 and 1 are accepted`);
}

function planStrata({ raster, exclude, expected }: AccuracySampleRequest, { total }: ClassMap): StratumPlan[] {
  const there = [...total].map(([value, count]) => ({ name: String(value), ...count }));
  for (const name of [...exclude, ...Object.keys(expected)])
    if (!there.some((one) => one.name === name))
      throw new PlatformError('parameter-invalid', `${raster} has no class ${name}; it has ${listNames(there)}`);
  const kept = there.filter(({ name }) => !exclude.includes(name)).toSorted((a, b) => compareLabels(a.name, b.name));
  if (kept.length === 0) throw new PlatformError('usage', '--exclude leaves no class to sample');
  const area = kept.reduce((sum, one) => sum + one.area, 0);
  return kept.map(({ name, pixels, area: own }) => ({
    name,
    pixels,
    weight: own / area,
    expected: expected[name] ?? DEFAULT_EXPECTED,
  }));
}

function listNames(classes: readonly { readonly name: string }[]): string {
  const names = classes.map(({ name }) => name).toSorted(compareLabels);
  return names.length > 20 ? `${names.slice(0, 20).join(', ')} …` : names.join(', ');
}

function notesOf(
  { targetError, allocation, expected }: AccuracySampleRequest,
  strata: readonly StratumPlan[],
): string[] {
  const matters = targetError !== null || allocation === 'optimal';
  const without = strata.filter(({ name }) => expected[name] === undefined);
  if (!matters || without.length === 0) return [];
  return [`A user's accuracy of ${DEFAULT_EXPECTED} is expected of ${listNames(without)}; --expected says otherwise`];
}

function columnsOf(hideMap: boolean): Column[] {
  return [
    { name: 'id', type: 'integer' },
    { name: 'lon', type: 'number' },
    { name: 'lat', type: 'number' },
    ...(hideMap ? [] : [{ name: 'map', type: 'integer' } as const]),
    { name: 'reference', type: 'text' },
  ];
}

function toBatch(points: readonly SamplePoint[], hideMap: boolean): TableBatch {
  const column = (of: (point: SamplePoint, index: number) => number) => points.map(of);
  return {
    rows: points.length,
    columns: [
      column((_, i) => i + 1),
      column(({ lon }) => lon),
      column(({ lat }) => lat),
      ...(hideMap ? [] : [column(({ map }) => map)]),
      points.map(() => null),
    ],
    geometries: points.map(({ lon, lat }) => `{"type":"Point","coordinates":[${lon},${lat}]}`),
  };
}

async function* one(batch: TableBatch): AsyncGenerator<TableBatch> {
  yield batch;
}
