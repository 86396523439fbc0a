/** `CreateObservations`: Observations of many Datastreams as arrays (OGC 18-088, 12.2). A wrong row refuses that row. */
import type { Database } from '../../../pipelines/database/database.ts';
import { faultOfJson } from '../../../pipelines/core/sensors/storable-json.ts';
import { doorOf } from '../../../pipelines/sensors/door-of.ts';
import type { IncomingObservation } from '../../../pipelines/sensors/observation.ts';
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import { observationOf } from './observation-body.ts';
import { idOf, invalid, isRecord } from './parse-entity.ts';

const COMPONENTS = [
  'phenomenonTime',
  'resultTime',
  'result',
  'resultQuality',
  'validTime',
  'parameters',
  'FeatureOfInterest/id',
] as const;
const FEATURE = new Set(['FeatureOfInterest/id', 'FeatureOfInterest/@iot.id']);

/** A row, or why it is none. */
type RowOrReason = IncomingObservation | string;

/**
 * @returns for each row the number of its Observation, or a text that begins with `error`
 * @throws {PlatformError} `parameter-invalid` where the body is no such list at all
 */
export async function createObservations(database: Database, body: unknown): Promise<(number | string)[]> {
  if (!Array.isArray(body))
    throw invalid(
      'body',
      'The body is no array; each of its parts is {"Datastream": …, "components": […], "dataArray": […]}',
    );
  const fault = faultOfJson(body, { mostSize: Infinity });
  if (fault) throw invalid('body', `The body ${fault}`);
  const rows = body.flatMap((part: unknown, k) => rowsOf(part, `[${k}]`));
  const good = rows.filter((row): row is IncomingObservation => typeof row !== 'string');
  const outcomes = await doorOf(database).put(good);
  let next = 0;
  return rows.map((row) => {
    if (typeof row === 'string') return `error: ${row}`;
    const outcome = outcomes[next++]!;
    return outcome.status === 'refused' ? `error: ${outcome.reason}` : outcome.id;
  });
}

function rowsOf(part: unknown, at: string): RowOrReason[] {
  if (!isRecord(part)) throw invalid(at, `${at} is no JSON object`);
  const { Datastream, components, dataArray } = part;
  if (!isRecord(Datastream)) throw invalid(`${at}/Datastream`, `${at} names no Datastream, as {"@iot.id": 1}`);
  if (!Array.isArray(components) || components.length === 0)
    throw invalid(`${at}/components`, `${at}/components is no array of names; there are ${COMPONENTS.join(', ')}`);
  if (!Array.isArray(dataArray)) throw invalid(`${at}/dataArray`, `${at}/dataArray is no array of rows`);
  const names = (components as readonly unknown[]).map((name) => componentOf(name, at));
  const datastream = reasoned(() => idOf(Datastream['@iot.id'], `${at}/Datastream`));
  return dataArray.map((row: unknown) => (typeof datastream === 'string' ? datastream : rowOf(row, names, datastream)));
}

function componentOf(name: unknown, at: string): string {
  if (FEATURE.has(name as string)) return 'FeatureOfInterest/id';
  if (COMPONENTS.includes(name as (typeof COMPONENTS)[number])) return name as string;
  throw invalid(
    `${at}/components`,
    `${at}/components has ${JSON.stringify(name)?.slice(0, 60)}; there are ${COMPONENTS.join(', ')}`,
  );
}

function rowOf(row: unknown, names: readonly string[], datastream: number): RowOrReason {
  if (!Array.isArray(row) || row.length !== names.length)
    return `The row has ${Array.isArray(row) ? row.length : 'no'} values for ${names.length} components`;
  const body = Object.fromEntries(names.map((name, k) => [name, row[k] as unknown]));
  const { 'FeatureOfInterest/id': feature, ...members } = body;
  return reasoned(() => ({
    ...observationOf(members, ''),
    datastream,
    ...(feature != null && { feature: idOf(feature, 'FeatureOfInterest') }),
  }));
}

function reasoned<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (isPlatformError(error)) return error.message;
    throw error;
  }
}
