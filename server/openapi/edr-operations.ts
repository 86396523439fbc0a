/** OGC API Environmental Data Retrieval over the stations. */
import { EDR_FORMS } from '../ogc/edr/formats.ts';
import { WITHIN_UNITS } from '../ogc/edr/request.ts';
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const COMMON: readonly Parameter[] = [
  text('datetime', 'query', 'A time, a day, or an interval start/end of which one may be ..'),
  text('parameter-name', 'query', 'Ids of parameters, between commas; default all'),
  text('crs', 'query', 'CRS84'),
  {
    name: 'f',
    in: 'query',
    description: 'Form of the answer, instead of Accept',
    schema: { enum: Object.keys(EDR_FORMS) },
  },
];

const coords = (what: string) => text('coords', 'query', `Well-known text in degrees, longitude first: ${what}`);
const bbox = text('bbox', 'query', 'West, south, east, north in degrees');

const series = (path: string, summary: string, parameters: readonly Parameter[]): Operation => ({
  path: `/ogc/collections/sensors/${path}`,
  summary,
  parameters: [...parameters, ...COMMON],
  answers: {
    200: { description: 'Series as CoverageJSON, GeoJSON or CSV', mediaType: EDR_FORMS['CoverageJSON']! },
    204: { description: 'Nothing was observed there and then' },
    413: { description: 'Too many values; ask for less' },
  },
});

export const EDR_OPERATIONS: readonly Operation[] = [
  series('position', 'Series of the nearest station of each parameter, within 10 km', [coords('POINT or MULTIPOINT')]),
  series('radius', 'Series of the stations around a point', [
    coords('POINT or MULTIPOINT'),
    { name: 'within', in: 'query', description: 'Radius', schema: { type: 'number', exclusiveMinimum: 0 } },
    { name: 'within-units', in: 'query', description: 'Unit of within', schema: { enum: WITHIN_UNITS } },
  ]),
  series('area', 'Series of the stations in an area', [coords('POLYGON or MULTIPOLYGON')]),
  series('cube', 'Series of the stations in a box', [bbox]),
  {
    path: '/ogc/collections/sensors/locations',
    summary: 'The stations',
    parameters: [bbox, COMMON[1]!, COMMON[2]!],
    answers: { 200: { description: 'The stations', mediaType: 'application/geo+json' } },
  },
  {
    ...series('locations/{locationId}', 'Series of a station', [
      text('locationId', 'path', 'Id of a station, as locations lists them'),
    ]),
  },
];
