/** The collection `sensors`: stations as features, and what EDR clients need to know of it. */
import { lonLatBoxOf } from '../../../pipelines/core/cql2/spatial/box.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import type { Hidden } from '../../sta/read/visible.ts';
import type { OgcCollection } from '../collections.ts';
import { listSource } from '../features/list-source.ts';
import type { FeatureRow } from '../features/source.ts';
import type { OgcLink, Site } from '../site.ts';
import { parameterMembers } from './coverage-json.ts';
import { COVERAGE_JSON, EDR_FORMS } from './formats.ts';
import { CRS84, WITHIN_UNITS } from './request.ts';
import type { Stream } from './streams.ts';
import { listStreams, parametersOf, stationsOf } from './streams.ts';

export const SENSORS = 'sensors';
export const EDR_QUERIES = ['position', 'radius', 'area', 'cube', 'locations'] as const;
export type EdrQuery = (typeof EDR_QUERIES)[number];

/** What a query cannot do without: links to it are templates (RFC 6570), so that nobody follows them as they are. */
const NEEDED: Readonly<Record<EdrQuery, string>> = {
  position: '?coords={coords}',
  radius: '?coords={coords}&within={within}&within-units={within_units}',
  area: '?coords={coords}',
  cube: '?bbox={bbox}',
  locations: '',
};

/** Null where there is no station: nothing could be asked. */
export async function sensorsCollection(queries: Queries, hidden: Hidden): Promise<OgcCollection | null> {
  const streams = await listStreams(queries, hidden);
  if (streams.length === 0) return null;
  const rows = featuresOf(streams);
  return {
    id: SENSORS,
    title: 'Sensors',
    description: 'Stations and what they have observed: their series by position, radius, area, box or station.',
    itemType: 'feature',
    bbox: boxOf(streams),
    interval: intervalOf(streams),
    citation: null,
    licence: null,
    features: listSource(async () => rows, QUERYABLES),
    layer: null,
    edr: (site) => describeEdr(streams, site),
  };
}

function featuresOf(streams: readonly Stream[]): FeatureRow[] {
  return stationsOf(streams).map((station) => {
    const own = streams.filter((stream) => stream.station === station);
    const interval = intervalOf(own);
    const [start, end] = interval ?? [null, null];
    return {
      id: String(station.id),
      key: String(station.id),
      geometry: station.geometry,
      properties: {
        name: station.name,
        description: station.description,
        parameters: parametersOf(own)
          .map(({ id }) => id)
          .join(','),
      },
      time: interval && { start, end },
    };
  });
}

const QUERYABLES: Queryables = {
  id: { type: 'string', schema: { title: 'Number of the Thing', type: 'string' } },
  geometry: {
    type: 'geometry',
    schema: { title: 'Place', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
  },
  datetime: { type: 'instant', schema: { title: 'Time of observations', type: 'string', format: 'date-time' } },
  name: { type: 'string', schema: { title: 'Name', type: 'string' } },
  parameters: { type: 'string', schema: { title: 'Ids of parameters, between commas', type: 'string' } },
};

function boxOf(streams: readonly Stream[]): OgcCollection['bbox'] {
  const geometries = stationsOf(streams).map(({ geometry }) => geometry);
  const box = lonLatBoxOf({ type: 'GeometryCollection', geometries });
  return box && [box[0], box[1], box[2], box[3]];
}

export function intervalOf(streams: readonly Stream[]): [string, string] | null {
  const times = streams
    .flatMap(({ from, to }) => [from ?? [], to ?? []].flat())
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  const text = (time: string) => time.replace(/\+00:00$/, 'Z');
  return times.length > 0 ? [text(times[0]!), text(times.at(-1)!)] : null;
}

/** @see OGC 19-086r6, table 4 (collection), table 8 (data queries) */
function describeEdr(streams: readonly Stream[], site: Site) {
  const address = site.collection(SENSORS);
  const formats = Object.keys(EDR_FORMS);
  const queries = EDR_QUERIES.map((query) => {
    const isList = query === 'locations';
    const variables = {
      title: `Query by ${query}`,
      query_type: query,
      output_formats: isList ? ['GeoJSON', ...formats.filter((form) => form !== 'GeoJSON')] : formats,
      default_output_format: isList ? 'GeoJSON' : formats[0],
      crs_details: [{ crs: 'CRS84', wkt: CRS84_WKT }],
      ...(query === 'radius' && { within_units: WITHIN_UNITS }),
    };
    const href = `${address}/${query}${NEEDED[query]}`;
    return [query, { link: { href, rel: 'data', templated: !isList, variables } }] as const;
  });
  const links: OgcLink[] = queries.map(([query, { link }]) => ({
    href: link.href,
    rel: 'data',
    type: query === 'locations' ? EDR_FORMS['GeoJSON']! : COVERAGE_JSON,
    title: `Query by ${query}`,
    ...(link.templated && { templated: true as const }),
  }));
  return {
    links,
    members: {
      data_queries: Object.fromEntries(queries),
      output_formats: formats,
      parameter_names: parameterMembers(parametersOf(streams)),
      crs: ['CRS84', CRS84],
    },
  };
}

const CRS84_WKT =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]';
