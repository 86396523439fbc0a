/** How good a class map is, and how much there is of each class. `landmeter accuracy assess` */
import type { AccuracyEstimate, Estimate } from '../core/accuracy/estimate.ts';
import { estimateAccuracy } from '../core/accuracy/estimate.ts';
import { tallySample } from '../core/accuracy/tally.ts';
import { PlatformError } from '../core/errors.ts';
import { writeOutputFile } from '../io/output-file.ts';
import type { ColumnData } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import type { PassportRecorder } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import { readAreas, readUnits } from './accuracy-tables.ts';
import type { AreaSource, SampleColumns } from './accuracy-tables.ts';
import type { RunControls } from './progress.ts';

export interface AccuracyAssessRequest {
  readonly table: string;
  readonly columns: SampleColumns;
  readonly areas: AreaSource;
  /** Classes of the areas that were not sampled and are not spoken of. */
  readonly exclude: readonly string[];
  readonly output: string;
}

/** With the ends of its 95 % confidence interval; null where the sample says nothing of it. */
export interface Interval {
  readonly value: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface AccuracyAssessReport {
  readonly output: string;
  /** Sample points that were judged. */
  readonly points: number;
  /** Of areas: `ha`, or as the table of areas names it. */
  readonly unit: string;
  readonly totalArea: number;
  readonly overall: Interval;
  readonly classes: readonly {
    readonly class: string;
    readonly mapPoints: number;
    readonly referencePoints: number;
    /** As the map has it; null where the strata are no map classes, or the map does not have the class. */
    readonly mapArea: number | null;
    readonly area: Interval;
    readonly users: Interval;
    readonly producers: Interval;
  }[];
  /** Rows of the map, columns of the reference, both in the order of `classes`. */
  readonly counts: readonly (readonly number[])[];
  /** Shares of the area, likewise. */
  readonly proportions: readonly (readonly number[])[];
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `usage` for an output of an unknown kind; `parameter-invalid` for a column that is not there,
 *   and where sample and areas do not fit; what reading and writing throw
 */
export async function runAccuracyAssess(
  request: AccuracyAssessRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<AccuracyAssessReport> {
  const { table, areas: source, exclude, output } = request;
  const isJson = output.toLowerCase().endsWith('.json');
  const format = isJson ? null : findTableFormat(output);
  const { areas, unit, uses } = await readAreas(source, exclude, runner, controls);
  const { units, notes, stratified } = await readUnits(table, request.columns, source, controls);
  controls.passport?.begin(
    {
      inputs: [{ role: 'sample', path: table }, ...uses],
      method: { summary: 'Accuracy and areas by stratified estimators (Olofsson et al. 2014, Stehman 2014)' },
    },
    runner,
  );
  const sample = tallySample(units, areas, source.path);
  const alone = sample.strata.filter(({ counts }) => counts.reduce((a, b) => a + b, 0) === 1);
  if (alone.length > 0)
    notes.push(`Class ${alone[0]!.name} has one point only: there are no confidence intervals without a second`);
  const report = toReport(output, estimateAccuracy(sample), areas, unit, stratified, notes);
  controls.passport?.found({ rows: units.length }, notes);
  if (format === null) await writeJson(output, report, controls.passport);
  else {
    const rows = longRows(report);
    const columns = LONG_COLUMNS.map(([name, type]) => ({ name, type }));
    const batch = { rows: rows.length, columns: columns.map((_, c): ColumnData => rows.map((row) => row[c]!)) };
    await writeTable(output, format, columns, one(batch), controls.passport);
  }
  return report;
}

function toReport(
  output: string,
  { overall, classes, counts, proportions }: AccuracyEstimate,
  areas: ReadonlyMap<string, number>,
  unit: string,
  stratified: boolean,
  notes: readonly string[],
): AccuracyAssessReport {
  const totalArea = [...areas.values()].reduce((a, b) => a + b, 0);
  return {
    output,
    points: counts.flat().reduce((a, b) => a + b, 0),
    unit,
    totalArea,
    overall: toInterval(overall, 1),
    classes: classes.map(({ name, mapCount, referenceCount, users, producers, share }) => ({
      class: name,
      mapPoints: mapCount,
      referencePoints: referenceCount,
      mapArea: stratified ? null : (areas.get(name) ?? null),
      area: toInterval(share, totalArea),
      users: toInterval(users, 1),
      producers: toInterval(producers, 1),
    })),
    counts,
    proportions,
    notes,
  };
}

/** No share is below nothing or above everything. */
function toInterval({ value, standardError, margin }: Estimate, whole: number): Interval {
  const known = (v: number) => (Number.isFinite(v) ? v : null);
  return {
    value: known(value * whole),
    standardError: known(standardError * whole),
    low: known(Math.max(0, value - margin) * whole),
    high: known(Math.min(1, value + margin) * whole),
  };
}

async function writeJson(path: string, report: AccuracyAssessReport, passport?: PassportRecorder): Promise<void> {
  const { output: _, ...content } = report;
  await writeOutputFile(path, async ({ handle, temporaryPath }) => {
    await handle.write(`${JSON.stringify(content, null, 2)}\n`);
    await passport?.seal(temporaryPath);
  });
}

const LONG_COLUMNS = [
  ['measure', 'text'],
  ['class', 'text'],
  ['value', 'number'],
  ['standard_error', 'number'],
  ['low', 'number'],
  ['high', 'number'],
] as const;

/** A row per number, which spreadsheets can filter. */
function longRows({ overall, classes, unit }: AccuracyAssessReport): (string | number | null)[][] {
  const row = (measure: string, name: string | null, { value, standardError, low, high }: Interval) => [
    measure,
    name,
    value,
    standardError,
    low,
    high,
  ];
  return [
    row('overall_accuracy', null, overall),
    ...classes.map((one) => row('users_accuracy', one.class, one.users)),
    ...classes.map((one) => row('producers_accuracy', one.class, one.producers)),
    ...classes.map((one) => row(`area_${unit}`, one.class, one.area)),
  ];
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

/** @throws {PlatformError} `usage` where no areas are named */
export function checkAreas(raster: string | null, weights: string | null): AreaSource {
  if ((raster === null) === (weights === null))
    throw new PlatformError(
      'usage',
      'Give the areas of the classes, which weigh the sample: either --areas with the class map, or --weights with a table of class and area',
    );
  return raster === null ? { kind: 'table', path: weights! } : { kind: 'raster', path: raster };
}
