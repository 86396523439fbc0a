/** The Datastreams that an EDR query may be answered from: at which station each is, and of what. */
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { Binder } from '../../sta/read/binder.ts';
import { rowsOf } from '../../sta/read/rows.ts';
import type { Hidden } from '../../sta/read/visible.ts';
import { visible } from '../../sta/read/visible.ts';

/** What is observed, in one unit: a parameter of EDR. */
export interface EdrParameter {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Address of what it means. */
  readonly definition: string;
  readonly unit: { readonly name: string | null; readonly symbol: string | null; readonly ucum: string | null };
}

/** A Thing at its location. */
export interface Station {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly geometry: Geometry;
  /** Of the geometry: its own position, or the middle of its box. */
  readonly lon: number;
  readonly lat: number;
}

export interface Stream {
  readonly id: number;
  readonly station: Station;
  readonly parameter: EdrParameter;
  readonly from: string | null;
  readonly to: string | null;
}

interface StreamRow {
  readonly id: number;
  readonly thing: number;
  readonly thing_name: string;
  readonly thing_description: string;
  readonly location: unknown;
  readonly box: readonly [number, number, number, number];
  readonly property: number;
  readonly property_name: string;
  readonly property_description: string;
  readonly definition: string;
  readonly unit_name: string | null;
  readonly unit_symbol: string | null;
  readonly ucum: string | null;
  readonly phenomenon_from: string | null;
  readonly phenomenon_to: string | null;
}

/** Of a Thing with several locations, the first counts. Without a place there is nothing to answer. */
export async function listStreams(queries: Queries, hidden: Hidden): Promise<Stream[]> {
  const binder = new Binder();
  const conditions = ['l.min_lon IS NOT NULL'];
  const seen = visible('Datastream', 'd', hidden, binder);
  if (seen !== null) conditions.push(seen);
  const rows = (await rowsOf(
    queries,
    `SELECT d.id, d.thing, t.name AS thing_name, t.description AS thing_description, l.location,
       json_build_array(l.min_lon, l.min_lat, l.max_lon, l.max_lat) AS box, d.observed_property AS property,
       p.name AS property_name, p.description AS property_description, p.definition, d.unit_name, d.unit_symbol, d.ucum,
       d.phenomenon_from, d.phenomenon_to
     FROM sta_datastreams d JOIN sta_things t ON t.id = d.thing JOIN sta_observed_properties p ON p.id = d.observed_property
       JOIN (SELECT thing, min(location) AS location FROM sta_things_locations GROUP BY thing) tl ON tl.thing = d.thing
       JOIN sta_locations l ON l.id = tl.location
     WHERE ${conditions.join(' AND ')} ORDER BY t.id, d.id`,
    binder,
  )) as unknown as StreamRow[];
  const parameters = nameParameters(rows);
  const stations = new Map<number, Station>();
  return rows.map((row): Stream => {
    const station = stations.get(row.thing) ?? stationOf(row);
    stations.set(row.thing, station);
    const parameter = parameters.get(keyOf(row))!;
    return { id: row.id, station, parameter, from: row.phenomenon_from, to: row.phenomenon_to };
  });
}

function stationOf({ thing, thing_name: name, thing_description: description, location, box }: StreamRow): Station {
  const [west, south, east, north] = box;
  const isFeature = typeof location === 'object' && location !== null && 'geometry' in location;
  const geometry = (isFeature ? location.geometry : location) as Geometry;
  return { id: thing, name, description, geometry, lon: (west + east) / 2, lat: (south + north) / 2 };
}

function keyOf({ property, unit_symbol: symbol, unit_name: name }: StreamRow): string {
  return JSON.stringify([property, symbol ?? name]);
}

/** Ids that people can type: the name; with the unit or the number behind it where that is not enough. */
function nameParameters(rows: readonly StreamRow[]): Map<string, EdrParameter> {
  const kinds = new Map(rows.map((row) => [keyOf(row), row]));
  const slugs = [...kinds.values()].map(({ property_name: name }) => slug(name));
  const named = new Map<string, EdrParameter>();
  const taken = new Set<string>();
  for (const [key, row] of kinds) {
    const name = slug(row.property_name);
    const isAlone = slugs.filter((one) => one === name).length === 1;
    const withUnit = `${name}-${slug(row.unit_symbol ?? row.unit_name ?? 'none')}`;
    const wanted = isAlone ? name : withUnit;
    const id = taken.has(wanted) ? `${wanted}-${row.property}` : wanted;
    taken.add(id);
    named.set(key, {
      id,
      name: row.property_name,
      description: row.property_description,
      definition: row.definition,
      unit: { name: row.unit_name, symbol: row.unit_symbol, ucum: row.ucum },
    });
  }
  return named;
}

function slug(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^\p{L}\p{N}.%]+/gu, '_')
      .replace(/^_+|_+$/g, '') || 'value'
  );
}

export function parametersOf(streams: readonly Stream[]): EdrParameter[] {
  return [...new Map(streams.map(({ parameter }) => [parameter.id, parameter])).values()];
}

export function stationsOf(streams: readonly Stream[]): Station[] {
  return [...new Map(streams.map(({ station }) => [station.id, station])).values()];
}
