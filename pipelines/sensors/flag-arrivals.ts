/**
 * The quality tests whose verdict does not depend on what follows: range and stuck, for datastreams of a property whose
 * limits are known. A reading that leaps is an error or the beginning of a fire or a flood; that is known later, from the
 * series and its neighbours, and said by `changeFlags`. Until then whoever watches must be told of it.
 */
import { findProperty } from '../core/sensors/properties.ts';
import { createFlagger } from '../core/sensors/quality/flagger.ts';
import { FLAG } from '../core/sensors/quality/flags.ts';
import { limitsFor } from '../core/sensors/quality/limits.ts';
import { isOutOfRange } from '../core/sensors/quality/rate.ts';
import type { FlagLimits } from '../core/sensors/quality/limits.ts';
import type { Queries } from '../database/database.ts';
import type { KnownDatastream, ObservationRow } from './check-observation.ts';
import { conversionOf } from './units.ts';

interface Tests {
  readonly limits: FlagLimits;
  /** Into the unit of the limits. */
  readonly convert: (value: number) => number;
}

interface Arrivals extends Tests {
  readonly flagger: ReturnType<typeof createFlagger>;
}

/** Of each datastream, what its tests remember. Good as long as nobody else has added to it; then it is made anew. */
export type KnownArrivals = Map<number, Arrivals>;

export interface ArrivingRow extends ObservationRow {
  readonly stream: KnownDatastream;
  flags: number;
}

/** Datastreams remembered; what is beyond it starts from what the database has. */
const MOST_KNOWN = 50_000;
/** Observations from which the memory is made anew: a sensor that is stuck is noticed within them. */
const RECENT = 200;
const NONE = new Float64Array(0);
const NOT_HEARD_OF = null;

const testsOf = new Map<string, Tests | null>();

/**
 * Sets the flags of rows that are later than all that is there; of late ones only the range is tested, because what came
 * around them is not looked up.
 *
 * @param rows  In the order of datastream and time.
 */
export async function flagArrivals(
  queries: Queries,
  rows: readonly ArrivingRow[],
  known: KnownArrivals,
): Promise<void> {
  const tested = rows.filter(({ kind, stream }) => kind === 'n' && testsFor(stream) !== null);
  if (tested.length === 0) return;
  if (known.size > MOST_KNOWN) known.clear();
  const streams = [...new Map(tested.map(({ stream }) => [stream.id, stream])).values()];
  const stale = streams.filter(({ id, latest }) => !isUpToDate(known.get(id), latest));
  for (const [id, arrivals] of await makeAnew(queries, stale)) known.set(id, arrivals);
  for (const row of tested) {
    const { flagger, limits, convert } = known.get(row.stream.id)!;
    const [time, value] = [row.time / 1000, convert(row.number!)];
    const isLate = time <= flagger.state.latest;
    row.flags = isLate ? (isOutOfRange(value, limits.range) ? FLAG.range : 0) : flagger.push(time, value);
  }
}

function isUpToDate(arrivals: Arrivals | undefined, latest: number | null): boolean {
  if (!arrivals) return false;
  const { latest: remembered } = arrivals.flagger.state;
  return latest === NOT_HEARD_OF ? Number.isNaN(remembered) : remembered === latest / 1000;
}

/** The limits of the property alone, so that a reading is flagged alike whenever and with whatever it comes. */
function testsFor({ property, ucum }: KnownDatastream): Tests | null {
  if (property === null || ucum === null) return null;
  const name = `${property}\n${ucum}`;
  const kept = testsOf.get(name);
  if (kept !== undefined) return kept;
  if (testsOf.size > 1000) testsOf.clear();
  const tests = makeTests(property, ucum);
  testsOf.set(name, tests);
  return tests;
}

function makeTests(property: string, ucum: string): Tests | null {
  const found = findProperty(property);
  const conversion = found && conversionOf(ucum, found.unit);
  if (!found || !conversion || conversion.kind === 'refused') return null;
  const convert = conversion.kind === 'convert' ? conversion.convert : (value: number) => value;
  return { limits: { ...limitsFor(NONE, NONE, found.quality), change: null, spike: null }, convert };
}

async function makeAnew(queries: Queries, streams: readonly KnownDatastream[]): Promise<KnownArrivals> {
  const made: KnownArrivals = new Map();
  for (const stream of streams) {
    const tests = testsFor(stream)!;
    made.set(stream.id, { ...tests, flagger: createFlagger(tests.limits) });
  }
  const begun = streams.filter(({ latest }) => latest !== NOT_HEARD_OF).map(({ id }) => id);
  if (begun.length === 0) return made;
  const rows = await queries.query<{ datastream: number; seconds: number; result: number }>(
    `SELECT stream AS datastream, extract(epoch FROM phenomenon_time)::float8 AS seconds, result
     FROM unnest($1::bigint[]) AS stream CROSS JOIN LATERAL (
       SELECT phenomenon_time, result FROM observations WHERE datastream = stream AND result IS NOT NULL
       ORDER BY phenomenon_time DESC LIMIT ${RECENT}
     ) AS recent ORDER BY stream, phenomenon_time`,
    [begun],
  );
  for (const { datastream, seconds, result } of rows) {
    const { flagger, convert } = made.get(datastream)!;
    flagger.push(Math.round(seconds * 1e6) / 1000, convert(result));
  }
  return made;
}
