/** The STAC API. */
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const GEOJSON = 'application/geo+json';

const collectionId = text('collectionId', 'path', 'Id of the collection');
const itemId = text('itemId', 'path', 'Id of the item');
const bad = { description: 'A parameter that is not understood' };
const notFound = { description: 'There is none of that id' };
const noToken = { description: 'A token is needed' };
const notOurs = { description: 'It is read from its own files, or was made by a run' };

const limit: Parameter = {
  name: 'limit',
  in: 'query',
  description: 'Items of a page; more than 1000 gives 1000',
  schema: { type: 'integer', minimum: 1, default: 10 },
};

/** Of every search. */
const SEARCH: readonly Parameter[] = [
  text('bbox', 'query', 'west,south,east,north in degrees; west > east crosses 180°'),
  text('datetime', 'query', 'A time, or start/end of which one may be ..'),
  text('filter', 'query', 'CQL2'),
  { name: 'filter-lang', in: 'query', description: 'Language of filter', schema: { enum: ['cql2-text', 'cql2-json'] } },
  text('filter-crs', 'query', 'Only http://www.opengis.net/def/crs/OGC/1.3/CRS84'),
];
const PAGE: readonly Parameter[] = [
  limit,
  text('sortby', 'query', 'Fields with + or - before them'),
  text('fields', 'query', 'Members to send, or with - before them not to send'),
  text('token', 'query', 'Where the page begins; the next link has it'),
];
const ACROSS: readonly Parameter[] = [
  text('collections', 'query', 'Ids of collections, with commas'),
  text('ids', 'query', 'Ids of items, with commas'),
  text('intersects', 'query', 'A GeoJSON geometry'),
  text('query', 'query', 'Properties and operators as JSON'),
];
const aggregations = text('aggregations', 'query', 'Names, with commas; /stac/aggregations lists them');

const searchBody = {
  type: 'object',
  properties: {
    collections: { type: 'array', items: { type: 'string' } },
    ids: { type: 'array', items: { type: 'string' } },
    bbox: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 6 },
    datetime: { type: 'string' },
    intersects: { type: 'object' },
    query: { type: 'object' },
    filter: { type: 'object' },
    'filter-lang': { enum: ['cql2-text', 'cql2-json'] },
    limit: { type: 'integer', minimum: 1 },
    sortby: { type: 'array', items: { type: 'object' } },
    fields: { type: 'object' },
    token: { type: 'string' },
  },
};
const item = { type: 'object', description: 'A STAC item', required: ['type', 'id', 'properties', 'assets'] };
const page = { 200: { description: 'A page of items', mediaType: GEOJSON }, 400: bad };
const numbers = { 200: { description: 'The numbers', mediaType: JSON_TYPE }, 400: bad };
const queryables = { 200: { description: 'JSON schema', mediaType: 'application/schema+json' } };

export const STAC_OPERATIONS: readonly Operation[] = [
  {
    path: '/stac',
    summary: 'STAC API: landing page',
    answers: { 200: { description: 'The page', mediaType: JSON_TYPE } },
  },
  {
    path: '/stac/conformance',
    summary: 'What the STAC API declares to do',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/stac/collections',
    summary: 'Collections',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/stac/collections/{collectionId}',
    summary: 'A collection',
    parameters: [collectionId],
    answers: { 200: { description: 'The collection', mediaType: JSON_TYPE }, 404: notFound },
  },
  {
    path: '/stac/collections/{collectionId}/queryables',
    summary: 'What the items of a collection may be filtered by',
    parameters: [collectionId],
    answers: { ...queryables, 404: notFound },
  },
  {
    path: '/stac/collections/{collectionId}/items',
    summary: 'Items of a collection, newest first',
    parameters: [collectionId, ...SEARCH, ...PAGE],
    answers: { ...page, 404: notFound },
  },
  {
    path: '/stac/collections/{collectionId}/items',
    method: 'post',
    summary: 'Add an item, or a FeatureCollection of items',
    parameters: [collectionId],
    body: item,
    answers: {
      201: { description: 'The item', mediaType: GEOJSON },
      400: bad,
      401: noToken,
      404: notFound,
      409: { description: 'There is an item of that id' },
    },
  },
  {
    path: '/stac/collections/{collectionId}/items/{itemId}',
    summary: 'An item',
    parameters: [collectionId, itemId],
    answers: { 200: { description: 'The item', mediaType: GEOJSON }, 404: notFound },
  },
  {
    path: '/stac/collections/{collectionId}/items/{itemId}',
    method: 'put',
    summary: 'Replace an item that was posted',
    parameters: [collectionId, itemId],
    body: item,
    answers: {
      200: { description: 'The item', mediaType: GEOJSON },
      400: bad,
      401: noToken,
      403: notOurs,
      404: notFound,
    },
  },
  {
    path: '/stac/collections/{collectionId}/items/{itemId}',
    method: 'patch',
    summary: 'Change an item that was posted (RFC 7396)',
    parameters: [collectionId, itemId],
    body: { type: 'object' },
    answers: {
      200: { description: 'The item', mediaType: GEOJSON },
      400: bad,
      401: noToken,
      403: notOurs,
      404: notFound,
    },
  },
  {
    path: '/stac/collections/{collectionId}/items/{itemId}',
    method: 'delete',
    summary: 'Take an item out of the catalogue; files stay',
    parameters: [collectionId, itemId],
    answers: { 204: { description: 'It is gone' }, 401: noToken, 403: notOurs, 404: notFound },
  },
  {
    path: '/stac/collections/{collectionId}/items/{itemId}/assets/{key}',
    summary: 'A file of an item, by byte range',
    parameters: [collectionId, itemId, text('key', 'path', 'Name of the asset')],
    answers: {
      200: { description: 'The file' },
      206: { description: 'A part of it' },
      404: notFound,
      416: { description: 'The file ends before the range' },
    },
  },
  {
    path: '/stac/queryables',
    summary: 'What items may be filtered by',
    answers: queryables,
  },
  {
    path: '/stac/search',
    summary: 'Items of all collections, newest first',
    parameters: [...ACROSS, ...SEARCH, ...PAGE],
    answers: page,
  },
  {
    path: '/stac/search',
    method: 'post',
    isQuery: true,
    summary: 'Items of all collections, newest first',
    body: searchBody,
    answers: page,
  },
  {
    path: '/stac/aggregations',
    summary: 'Names of the numbers that /stac/aggregate gives',
    answers: { 200: { description: 'The list', mediaType: JSON_TYPE } },
  },
  {
    path: '/stac/aggregate',
    summary: 'Numbers over what a search finds',
    parameters: [aggregations, ...ACROSS, ...SEARCH],
    answers: numbers,
  },
  {
    path: '/stac/aggregate',
    method: 'post',
    isQuery: true,
    summary: 'Numbers over what a search finds',
    body: {
      ...searchBody,
      properties: { ...searchBody.properties, aggregations: { type: 'array', items: { type: 'string' } } },
    },
    answers: numbers,
  },
];
