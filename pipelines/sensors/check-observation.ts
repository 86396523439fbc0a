/** What is said of an observation, held against its datastream: a row for the database, or why it is refused. */
import { faultOfJson } from '../core/sensors/storable-json.ts';
import type { TimeSpan } from '../core/sensors/time.ts';
import { formatInstant, parseInstant, parseTimeSpan } from '../core/sensors/time.ts';
import type { IncomingObservation, ObservationResult } from './observation.ts';
import { conversionOf } from './units.ts';

/** What the door has to know of a datastream. */
export interface KnownDatastream {
  readonly id: number;
  readonly key: string | null;
  readonly observationType: string;
  readonly ucum: string | null;
  readonly property: string | null;
  readonly retentionDays: number | null;
  /** Time of its latest observation, microseconds since 1970; null where it has none. */
  readonly latest: number | null;
  /** Where its thing is, as a feature; null where the thing is nowhere. */
  readonly feature: number | null;
}

/** Times in microseconds since 1970; JSON as text. */
export interface ObservationRow {
  readonly datastream: number;
  readonly time: number;
  readonly end: number | null;
  readonly resultTime: number | null;
  /** Null where the result is neither a number nor a truth value. */
  readonly number: number | null;
  readonly kind: 'n' | 'b' | 'j';
  readonly json: string | null;
  readonly quality: string | null;
  readonly validFrom: number | null;
  readonly validTo: number | null;
  readonly parameters: string | null;
  readonly feature: number | null;
}

export interface CheckContext {
  /** Now, in microseconds since 1970. */
  readonly now: number;
  readonly datastream: KnownDatastream;
  /** Those of the features named in the batch that there are. */
  readonly features: ReadonlySet<number>;
}

/** Clocks of senders may be ahead by this. */
const TOLERANCE_US = 5 * 60 * 1e6;
const DAY_US = 86_400e6;
/** Sums of hours and days must stay finite, and nothing that is measured comes near it. */
const MOST = 1e200;

/** @returns the row, or the reason in a sentence */
export function checkObservation(
  incoming: IncomingObservation,
  { now, datastream, features }: CheckContext,
): ObservationRow | string {
  const time = spanOf('phenomenonTime', incoming.phenomenonTime);
  if (typeof time === 'string') return time;
  const late = faultOfTime('phenomenonTime', time.to ?? time.from, now) ?? tooOld(time.from, now, datastream);
  if (late) return late;
  const resultTime = incoming.resultTime == null ? null : instantOf('resultTime', incoming.resultTime);
  if (typeof resultTime === 'string') return resultTime;
  const fromFuture = resultTime !== null && faultOfTime('resultTime', resultTime, now);
  if (fromFuture) return fromFuture;
  const valid = incoming.validTime == null ? null : spanOf('validTime', incoming.validTime);
  if (typeof valid === 'string') return valid;
  const result = resultOf(incoming.result, incoming.unit, datastream);
  if (typeof result === 'string') return result;
  const fault = faultOfExtras(incoming);
  if (fault) return fault;
  if (incoming.feature !== undefined && !features.has(incoming.feature))
    return `There is no feature of interest ${String(incoming.feature).slice(0, 40)}`;
  return {
    datastream: datastream.id,
    time: time.from,
    end: time.to,
    resultTime,
    ...result,
    quality: incoming.resultQuality == null ? null : JSON.stringify(incoming.resultQuality),
    validFrom: valid?.from ?? null,
    validTo: valid?.to ?? null,
    parameters: incoming.parameters == null ? null : JSON.stringify(incoming.parameters),
    feature: incoming.feature ?? datastream.feature,
  };
}

function spanOf(name: string, text: unknown): TimeSpan | string {
  const span = typeof text === 'string' ? parseTimeSpan(text) : null;
  return (
    span ?? `${name} ${shown(text)} is no time: RFC 3339 with an offset, such as 2024-06-01T10:00:00Z, or start/end`
  );
}

function instantOf(name: string, text: unknown): number | string {
  const instant = typeof text === 'string' ? parseInstant(text) : null;
  return instant ?? `${name} ${shown(text)} is no time: RFC 3339 with an offset, such as 2024-06-01T10:00:00Z`;
}

function faultOfTime(name: string, time: number, now: number): string | null {
  if (time <= now + TOLERANCE_US) return null;
  return `${name} ${formatInstant(time)} is in the future; it is now ${formatInstant(now)}`;
}

/** What was removed for its age must not come again: the hours and days that were kept would count it twice. */
function tooOld(time: number, now: number, { retentionDays }: KnownDatastream): string | null {
  if (retentionDays === null || time >= now - retentionDays * DAY_US) return null;
  return `phenomenonTime ${formatInstant(time)} is older than the ${retentionDays} days that the datastream keeps`;
}

type Result = Pick<ObservationRow, 'number' | 'kind' | 'json'>;

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_';

function resultOf(result: unknown, unit: string | undefined, datastream: KnownDatastream): Result | string {
  const { observationType } = datastream;
  const type = observationType.startsWith(OM) ? observationType.slice(OM.length) : 'Observation';
  const wrong = (wanted: string) => `The result ${shown(result)} is no ${wanted}, which ${type} asks for`;
  switch (type) {
    case 'Measurement':
      if (typeof result !== 'number' || !Number.isFinite(result)) return wrong('finite number');
      return numberOf(result, unit, datastream);
    case 'CountObservation':
      if (!Number.isSafeInteger(result)) return wrong('whole number');
      return numberOf(result as number, unit, datastream);
    case 'TruthObservation':
      if (typeof result !== 'boolean') return wrong('truth value');
      return { number: result ? 1 : 0, kind: 'b', json: null };
    case 'CategoryObservation':
      if (typeof result !== 'string') return wrong('text');
      return jsonOf(result);
    default:
      if (typeof result === 'number') return numberOf(result, unit, datastream);
      if (typeof result === 'boolean') return { number: result ? 1 : 0, kind: 'b', json: null };
      return jsonOf(result);
  }
}

function numberOf(result: number, unit: string | undefined, { ucum }: KnownDatastream): Result | string {
  let value = result;
  if (unit !== undefined && unit !== ucum) {
    if (typeof unit !== 'string') return `The unit ${shown(unit)} is no text`;
    if (ucum === null)
      return `The result has the unit "${unit.slice(0, 64)}", and the datastream none to compare it with`;
    const conversion = conversionOf(unit, ucum);
    if (conversion.kind === 'refused') return conversion.reason;
    if (conversion.kind === 'convert') value = conversion.convert(result);
  }
  if (!(Math.abs(value) <= MOST)) return `The result ${value} is beyond ±${MOST}, which no sensor measures`;
  return { number: value, kind: 'n', json: null };
}

function jsonOf(result: unknown): Result | string {
  if (result === undefined) return 'The observation has no result';
  const fault = faultOfJson(result);
  return fault ? `The result ${fault}` : { number: null, kind: 'j', json: JSON.stringify(result) };
}

function faultOfExtras({ parameters, resultQuality }: IncomingObservation): string | null {
  if (parameters != null && (typeof parameters !== 'object' || Array.isArray(parameters)))
    return `parameters ${shown(parameters)} is no object`;
  const inParameters = parameters == null ? null : faultOfJson(parameters);
  if (inParameters) return `parameters ${inParameters}`;
  const inQuality = resultQuality == null ? null : faultOfJson(resultQuality);
  return inQuality && `resultQuality ${inQuality}`;
}

/** The result as it was said, for whoever watches. */
export function resultOfRow({ kind, number, json }: Result): ObservationResult {
  if (kind === 'n') return number;
  return kind === 'b' ? number === 1 : (JSON.parse(json!) as ObservationResult);
}

/** Short, and whatever it is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.slice(0, 60)}"`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'array' : 'object';
  return String(value);
}
