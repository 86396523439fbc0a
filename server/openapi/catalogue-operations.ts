/** Scenes and zones as the screens read them. */
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const set = text('set', 'path', 'Id of a set of zones');
const zone: Parameter = {
  name: 'zone',
  in: 'query',
  description: 'Id of a zone; may be repeated',
  schema: { type: 'array', items: { type: 'string' } },
};
const limit = (most: number): Parameter => ({
  name: 'limit',
  in: 'query',
  description: 'How many',
  schema: { type: 'integer', minimum: 1, maximum: most, default: 1000 },
});
const period = [
  text('from', 'query', 'RFC 3339; nothing before it'),
  text('to', 'query', 'RFC 3339; nothing after it'),
];
const notFound = { description: 'There is none of that id' };
const badRequest = { description: 'A parameter that is not understood' };

export const CATALOGUE_OPERATIONS: readonly Operation[] = [
  {
    path: '/scenes',
    summary: 'Scenes of the catalogue, newest first',
    parameters: [
      text('tile', 'query', 'Only scenes of this MGRS tile'),
      text('collection', 'query', 'Only scenes of this collection'),
      ...period,
      text('after', 'query', 'The page after this scene; the next link has it'),
      limit(5000),
    ],
    answers: { 200: { description: 'A page of the list', mediaType: JSON_TYPE }, 400: badRequest },
  },
  {
    path: '/scenes/{id}',
    summary: 'A scene, and what the door found',
    parameters: [text('id', 'path', 'Id of the scene')],
    answers: { 200: { description: 'The scene', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/zones',
    summary: 'Sets of zones, and the series that there are of each',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/zones/{set}/features',
    summary: 'Zones of a set as polygons in WGS 84',
    parameters: [
      set,
      text('bbox', 'query', 'west,south,east,north in degrees'),
      text('q', 'query', 'Words of a zone’s id or properties'),
      zone,
      limit(5000),
      { name: 'offset', in: 'query', description: 'Zones to pass over', schema: { type: 'integer', minimum: 0 } },
      {
        name: 'tolerance',
        in: 'query',
        description: 'Degrees of latitude; details smaller than this are left out',
        schema: { type: 'number', minimum: 0, maximum: 10 },
      },
    ],
    answers: {
      200: { description: 'A page of them', mediaType: 'application/geo+json' },
      400: badRequest,
      404: notFound,
    },
  },
  {
    path: '/zones/{set}/series/{name}',
    summary: 'Statistics of zones through time',
    parameters: [set, text('name', 'path', 'Of the series, as /zones lists it'), zone, ...period],
    answers: { 200: { description: 'Values by zone', mediaType: JSON_TYPE }, 400: badRequest, 404: notFound },
  },
];
