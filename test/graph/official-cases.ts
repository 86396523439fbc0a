/** openEO's official test cases, as its repository writes them, decoded into the values of our processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { isRecord } from '../../pipelines/graph/graph.ts';
import { parseTime } from '../../pipelines/graph/processes/times.ts';
import type { Value } from '../../pipelines/graph/value.ts';
import { isLabeled, labeledArray } from '../../pipelines/graph/value.ts';
import { sharedStandards } from '../support/shared-data.ts';

/** The folder of the cases, or null where the standards are not on this machine. */
export const officialFolder: string | null =
  sharedStandards && existsSync(join(sharedStandards, 'openeo/tests')) ? join(sharedStandards, 'openeo/tests') : null;

export interface OfficialCase {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly returns?: unknown;
  /** Name of the exception, or true for any. With `returns` as well, either will do. */
  readonly throws?: string | true;
  readonly delta?: number;
}

/** A date-time in an expected value: equal to any text of the same instant. */
export interface Instant {
  readonly kind: 'instant';
  readonly instant: number;
}

/** Cases of one process; a process without any has an empty list. */
export function officialCases(id: string): readonly OfficialCase[] {
  const path = join(officialFolder!, `${id}.json5`);
  if (!existsSync(path)) return [];
  const file: { tests: readonly OfficialCase[] } = JSON5.parse(readFileSync(path, 'utf8'));
  return file.tests.map((test) => decode(test) as OfficialCase);
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isRecord(value)) return value;
  if (value['type'] === 'nodata') return null;
  if (value['type'] === 'datetime') return { kind: 'instant', instant: parseTime(String(value['value']))!.instant };
  if (value['type'] === 'labeled-array') {
    const items = value['data'] as readonly { key: string | number; value: unknown }[];
    return labeledArray(
      items.map(({ key }) => key),
      items.map((item) => decode(item.value) as Value),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

/** Whether a result is what a case expects: numbers to within `delta`, NaN equal to NaN, labels compared too. */
export function agrees(actual: unknown, expected: unknown, delta = 1e-10): boolean {
  if (typeof expected === 'number' && typeof actual === 'number')
    return Object.is(actual, expected) || Math.abs(actual - expected) <= delta;
  if (isRecord(expected) && expected['kind'] === 'instant')
    return typeof actual === 'string' && parseTime(actual)?.instant === expected['instant'];
  if (isLabeled(expected as Value) !== isLabeled(actual as Value)) return false;
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => agrees(actual[index], item, delta))
    );
  if (isRecord(expected) && isRecord(actual))
    return (
      Object.keys(expected).length === Object.keys(actual).length &&
      Object.entries(expected).every(([key, item]) => agrees(actual[key], item, delta))
    );
  return actual === expected;
}
