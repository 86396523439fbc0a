/**
 * The geospatial functions of a request, worked out before its statement: which entities they hold for, or the metres of
 * each. The database finds those whose boxes can be right; the geometry itself is looked at here.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import { parseGeometry } from '../../../pipelines/core/cql2/build.ts';
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import { lonLatBoxOf } from '../../../pipelines/core/cql2/spatial/box.ts';
import { isPlatformError, PlatformError } from '../../../pipelines/core/errors.ts';
import type { Call, Expression } from '../../../pipelines/core/odata/ast.ts';
import { fault } from '../../../pipelines/core/odata/fault.ts';
import { geoFunctionOf } from '../../../pipelines/core/odata/functions.ts';
import type { GeoFunction } from '../../../pipelines/core/odata/spatial.ts';
import { geoFunction, geoValue, needsMeetingBoxes, RELATION_PATTERN } from '../../../pipelines/core/odata/spatial.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { Binder } from './binder.ts';
import { rowsOf } from './rows.ts';
import type { EntityType } from './entities.ts';
import { ENTITY_TYPES, propertyOf, relationOf } from './entities.ts';

export type GeoAnswer =
  | { readonly kind: 'constant'; readonly value: number | boolean }
  /** `ids` for which it holds. */
  | { readonly kind: 'holds'; readonly ids: readonly number[] }
  | { readonly kind: 'metres'; readonly ids: readonly number[]; readonly values: readonly number[] };

export type GeoAnswers = ReadonlyMap<Expression, GeoAnswer>;

/** Entities whose geometries are looked at for one function. */
const MOST_CANDIDATES = 100_000;
const BATCH = 2_000;

/** @throws {PlatformError} `expression-invalid`; `too-large` where too many places would have to be looked at */
export async function answerGeo(
  queries: Queries,
  type: EntityType,
  expressions: readonly { readonly option: string; readonly expression: Expression }[],
): Promise<GeoAnswers> {
  const answers = new Map<Expression, GeoAnswer>();
  for (const { option, expression } of expressions)
    for (const { call, types } of geoCalls(expression, new Map([['', type]])))
      answers.set(call, await answer(queries, call, types, option));
  return answers;
}

type Types = ReadonlyMap<string, EntityType>;

function* geoCalls(node: Expression, types: Types): Generator<{ readonly call: Call; readonly types: Types }> {
  if (node.kind === 'lambda' && node.body) {
    const over = typeAt(node.over.segments, types);
    if (over) yield* geoCalls(node.body, new Map([...types, [node.variable, over]]));
  }
  if (node.kind !== 'call') return;
  if (geoFunctionOf(node.name)) yield { call: node, types };
  else for (const arg of node.args) yield* geoCalls(arg, types);
}

function typeAt(segments: readonly string[], types: Types): EntityType | null {
  const isVariable = segments.length > 0 && segments[0] !== '' && types.has(segments[0]!);
  let type = types.get(isVariable ? segments[0]! : '')!;
  for (const segment of isVariable ? segments.slice(1) : segments) {
    const relation = relationOf(type, segment);
    if (!relation) return null;
    type = ENTITY_TYPES[relation.to];
  }
  return type;
}

async function answer(queries: Queries, call: Call, types: Types, option: string): Promise<GeoAnswer> {
  const what = geoFunction(geoFunctionOf(call.name)!, patternOf(call, option));
  const operands = call.args.slice(0, call.name === 'geo.length' ? 1 : 2);
  const [first, second = first] = operands.map((arg) => operand(arg, types, call, option)) as [Operand, Operand?];
  if ('geometry' in first && 'geometry' in second)
    return { kind: 'constant', value: geoValue(what, first.geometry, second.geometry) };
  if (!('geometry' in first) && !('geometry' in second) && operands.length > 1)
    throw fault(option, call.at, `${call.name} takes one geometry of the data and one that is written out`);
  const stored = ('geometry' in first ? second : first) as StoredGeometry;
  const given = 'geometry' in first ? first.geometry : 'geometry' in second ? second.geometry : null;
  const work = (geometry: Geometry) =>
    'geometry' in first ? geoValue(what, first.geometry, geometry) : geoValue(what, geometry, given ?? geometry);
  return collect(await candidates(queries, stored, what, given), what, work);
}

function patternOf(call: Call, option: string): string | null {
  if (call.name !== 'st_relate') return null;
  const arg = call.args[2]!;
  if (arg.kind === 'literal' && typeof arg.value === 'string' && RELATION_PATTERN.test(arg.value)) return arg.value;
  throw fault(option, arg.at, "st_relate takes nine characters out of T, F, *, 0, 1 and 2, such as 'T*F**F***'");
}

interface StoredGeometry {
  readonly type: EntityType;
  readonly column: string;
}
type Operand = StoredGeometry | { readonly geometry: Geometry };

function operand(arg: Expression, types: Types, call: Call, option: string): Operand {
  if (arg.kind === 'geography') return { geometry: arg.geometry };
  if (arg.kind === 'path') {
    const type = typeAt(arg.segments.slice(0, -1), types);
    const property = type && propertyOf(type, arg.segments.at(-1)!);
    if (type && property?.kind === 'geometry') return { type, column: property.column };
  }
  throw fault(option, arg.at, `${call.name} takes geometries: location, feature, observedArea or geography'…'`);
}

interface Candidate {
  readonly id: number;
  readonly lon: number | null;
  readonly lat: number | null;
  readonly geometry: unknown;
}

async function candidates(
  queries: Queries,
  { type, column }: StoredGeometry,
  what: GeoFunction,
  given: Geometry | null,
): Promise<Candidate[]> {
  const binder = new Binder();
  const isBoxed = type.boxed === column;
  const isPoint = isBoxed ? '(min_lon = max_lon AND min_lat = max_lat)' : 'FALSE';
  const place = isBoxed
    ? `CASE WHEN ${isPoint} THEN min_lon END AS lon, CASE WHEN ${isPoint} THEN min_lat END AS lat`
    : 'NULL AS lon, NULL AS lat';
  const box = isBoxed && given && needsMeetingBoxes(what) ? lonLatBoxOf(given) : null;
  const [west, south, east, north] = (box ?? []).map((value) => binder.bind(value, 'float8'));
  const meets = box
    ? ` AND min_lon <= ${east} AND max_lon >= ${west} AND min_lat <= ${north} AND max_lat >= ${south}`
    : '';
  const rows = await rowsOf(
    queries,
    `SELECT id, ${place}, CASE WHEN NOT ${isPoint} THEN ${column} END AS geometry FROM ${type.table}
     WHERE ${isBoxed ? 'min_lon' : column} IS NOT NULL${meets} LIMIT ${MOST_CANDIDATES + 1}`,
    binder,
  );
  if (rows.length > MOST_CANDIDATES)
    throw new PlatformError(
      'too-large',
      `More than ${MOST_CANDIDATES} places would have to be looked at; add a smaller area to the filter`,
      { detail: { parameter: '$filter' } },
    );
  return rows as unknown as Candidate[];
}

async function collect(
  rows: readonly Candidate[],
  what: GeoFunction,
  work: (geometry: Geometry) => number | boolean,
): Promise<GeoAnswer> {
  const [ids, values]: [number[], number[]] = [[], []];
  for (const [k, row] of rows.entries()) {
    if (k % BATCH === BATCH - 1) await breathe(); // others are answered in between
    const geometry = geometryOf(row);
    const value = geometry && work(geometry);
    if (value === null || value === false) continue;
    ids.push(row.id);
    if (typeof value === 'number') values.push(value);
  }
  const isNumber = what.kind === 'distance' || what.kind === 'length';
  return isNumber ? { kind: 'metres', ids, values } : { kind: 'holds', ids };
}

/** What was stored long ago may not be a geometry that can be worked with; then nothing holds for it. */
function geometryOf({ lon, lat, geometry }: Candidate): Geometry | null {
  if (lon !== null && lat !== null) return { type: 'Point', coordinates: [lon, lat] };
  const isFeature = typeof geometry === 'object' && geometry !== null && 'geometry' in geometry;
  try {
    return parseGeometry(isFeature ? geometry.geometry : geometry, '');
  } catch (error) {
    if (isPlatformError(error)) return null;
    throw error;
  }
}
