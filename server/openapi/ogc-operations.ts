/** OGC API Features, Tiles, Maps, Processes and Records, and WMTS. */
import { TILE_MATRIX_SETS } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';
import { ITEM_PARAMETERS } from './raster-operations.ts';

const JSON_TYPE = 'application/json';
const f: Parameter = text('f', 'query', 'Form of the answer, instead of Accept; json and html for documents');
const collection = text(
  'collectionId',
  'path',
  'Id of a collection, as /ogc/collections lists them, or for its maps of a scene or raster product',
);
const processId = text('processId', 'path', 'Id of a process: the name of a built-in pipeline');
const jobId = text('jobId', 'path', 'Id of a job: of a run');
const datetime = text('datetime', 'query', 'A time, or an interval start/end of which one may be ..');
const bbox = text('bbox', 'query', 'Lower corner, then upper corner, in bbox-crs');
const crs = text('crs', 'query', 'Address of a CRS, such as http://www.opengis.net/def/crs/EPSG/0/28992');
const bboxCrs = text('bbox-crs', 'query', 'CRS of bbox; default longitude and latitude');
const limit: Parameter = {
  name: 'limit',
  in: 'query',
  description: 'How many; more are on the next page',
  schema: { type: 'integer', minimum: 1 },
};
const matrixSet: Parameter = {
  name: 'tileMatrixSetId',
  in: 'path',
  description: 'Id of a tile matrix set',
  schema: { enum: TILE_MATRIX_SETS.map(({ id }) => id) },
};
const whole = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  description,
  schema: { type: 'integer', minimum: 0 },
});
const tile = [
  matrixSet,
  whole('tileMatrix', 'Zoom'),
  whole('tileRow', 'Row, 0 at the top'),
  whole('tileCol', 'Column'),
];

const bad = { description: 'A parameter has a fault' };
const none = { description: 'There is none of that id' };
const noToken = { description: 'A token is needed' };
const found = (description: string, mediaType = JSON_TYPE) => ({ description, mediaType });

const document = (path: string, summary: string, parameters: readonly Parameter[] = []): Operation => ({
  path,
  summary,
  parameters: [...parameters, f],
  answers: { 200: found('The document'), 400: bad, 404: none },
});

const FILTERS = [
  limit,
  bbox,
  bboxCrs,
  datetime,
  crs,
  text('filter', 'query', 'CQL2, in text or JSON'),
  { name: 'filter-lang', in: 'query', description: 'Language of filter', schema: { enum: ['cql2-text', 'cql2-json'] } },
  text('filter-crs', 'query', 'CRS of the geometries in filter'),
  text('after', 'query', 'Where the page begins; next links have it'),
  { ...f, schema: { enum: ['json', 'html', 'csv', 'fgb', 'parquet'] } },
] as const satisfies readonly Parameter[];

const KVP = 'service request version layer style format tilematrixset tilematrix tilerow tilecol time'.split(' ');

export const OGC_OPERATIONS: readonly Operation[] = [
  document('/ogc', 'Where the OGC APIs begin'),
  document('/ogc/conformance', 'What these APIs declare to do'),
  {
    path: '/ogc/api',
    summary: 'To the description of these APIs',
    answers: { 302: { description: 'To /openapi.json' } },
  },
  document('/ogc/collections', 'Zone sets, scenes, layers, and the catalogue of all of them'),
  document('/ogc/collections/{collectionId}', 'A collection', [collection]),
  {
    path: '/ogc/collections/{collectionId}/queryables',
    summary: 'What can be asked about the features of a collection',
    parameters: [collection],
    answers: { 200: found('A JSON schema', 'application/schema+json'), 404: none },
  },
  {
    path: '/ogc/collections/{collectionId}/items',
    summary: 'Features of a collection, a page at a time, or all of them as a file',
    description:
      'A queryable that is a text, a number or a truth value is a parameter as well. As csv, fgb and parquet up to 100,000 features come at once.',
    parameters: [collection, ...FILTERS],
    answers: { 200: found('The features', 'application/geo+json'), 400: bad, 404: none },
  },
  {
    path: '/ogc/collections/{collectionId}/items/{featureId}',
    summary: 'A feature',
    parameters: [collection, text('featureId', 'path', 'Id of the feature'), crs, f],
    answers: { 200: found('The feature', 'application/geo+json'), 400: bad, 404: none },
  },
  document('/ogc/tileMatrixSets', 'Tile matrix sets'),
  document('/ogc/tileMatrixSets/{tileMatrixSetId}', 'A tile matrix set', [matrixSet]),
  document('/ogc/collections/{collectionId}/tiles', 'Sets of vector tiles of a layer', [collection]),
  document('/ogc/collections/{collectionId}/tiles/{tileMatrixSetId}', 'A set of vector tiles', [collection, matrixSet]),
  {
    path: '/ogc/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}',
    summary: 'A vector tile',
    parameters: [collection, ...tile, datetime],
    answers: {
      200: found('The tile', 'application/vnd.mapbox-vector-tile'),
      204: { description: 'Nothing is there' },
      400: bad,
      404: none,
    },
  },
  document('/ogc/collections/{collectionId}/map/tiles', 'Sets of map tiles of a layer', [collection]),
  document('/ogc/collections/{collectionId}/map/tiles/{tileMatrixSetId}', 'A set of map tiles', [
    collection,
    matrixSet,
  ]),
  {
    path: '/ogc/collections/{collectionId}/map/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}',
    summary: 'A map tile of a layer in its first style, or of a scene or raster product by the words of /raster',
    parameters: [collection, ...tile, datetime, ...ITEM_PARAMETERS, { ...f, schema: { enum: ['png', 'webp', 'jpg'] } }],
    answers: {
      200: found('The tile', 'image/png'),
      204: { description: 'Nothing is there' },
      304: { description: 'What the client has is current' },
      400: bad,
      404: none,
    },
  },
  {
    path: '/ogc/collections/{collectionId}/map',
    summary: 'A map of a layer, scene or raster product, in any box, size and CRS',
    parameters: [
      collection,
      bbox,
      bboxCrs,
      crs,
      datetime,
      ...ITEM_PARAMETERS,
      { name: 'width', in: 'query', description: 'Pixels', schema: { type: 'integer', minimum: 1, maximum: 4096 } },
      { name: 'height', in: 'query', description: 'Pixels', schema: { type: 'integer', minimum: 1, maximum: 4096 } },
      { ...f, schema: { enum: ['png', 'webp', 'jpg'] } },
    ],
    answers: {
      200: found('The map', 'image/png'),
      204: { description: 'Nothing is there' },
      304: { description: 'What the client has is current' },
      400: bad,
      404: none,
    },
  },
  document('/ogc/processes', 'Processes: the built-in pipelines', [limit]),
  document('/ogc/processes/{processId}', 'A process with its inputs', [processId]),
  {
    path: '/ogc/processes/{processId}/execution',
    method: 'post',
    summary: 'Start a process; its job is a run',
    parameters: [processId],
    body: {
      type: 'object',
      properties: {
        inputs: { type: 'object', description: 'Values by input' },
        outputs: { type: 'object' },
        response: { enum: ['document', 'raw'] },
        mode: { enum: ['async', 'sync', 'auto'], description: 'Jobs are always asynchronous' },
      },
    },
    answers: { 201: found('The job; Location has its address'), 400: bad, 401: noToken, 404: none },
  },
  document('/ogc/jobs', 'Jobs, newest first', [
    limit,
    text('before', 'query', 'Only jobs before this one; the next link has it'),
    text('status', 'query', 'accepted, running, successful, failed, dismissed; several with commas'),
    text('processID', 'query', 'Only jobs of these processes'),
    text('type', 'query', 'process'),
  ]),
  document('/ogc/jobs/{jobId}', 'How far a job is', [jobId]),
  {
    path: '/ogc/jobs/{jobId}',
    method: 'delete',
    summary: 'Dismiss a job',
    parameters: [jobId],
    answers: { 200: found('The job'), 401: noToken, 404: none },
  },
  {
    path: '/ogc/jobs/{jobId}/results',
    summary: 'What a job has made',
    parameters: [jobId],
    answers: { 200: found('Addresses of products and their passports'), 404: none },
  },
  {
    path: '/wmts',
    summary: 'OGC WMTS 1.0 by key-value pairs',
    description: 'GetCapabilities and GetTile; names of parameters are the same in any case. Faults are OWS reports.',
    parameters: KVP.map((name) => text(name, 'query', `${name} of WMTS`)),
    answers: { 200: found('Capabilities, or a tile', 'application/xml'), 400: bad, 404: none },
  },
  {
    path: '/wmts/1.0.0/WMTSCapabilities.xml',
    summary: 'Capabilities of WMTS',
    answers: { 200: found('Capabilities', 'application/xml') },
  },
  {
    path: '/wmts/1.0.0/{layer}/legend.png',
    summary: 'The colours of a layer, from its lowest value to its highest',
    parameters: [text('layer', 'path', 'Id of a layer')],
    answers: { 200: found('The legend', 'image/png'), 404: none },
  },
  ...['', '{time}/'].map((time): Operation => ({
    path: `/wmts/1.0.0/{layer}/{style}/${time}{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.{format}`,
    summary: `A tile of WMTS${time && ' at a time'}`,
    parameters: [
      text('layer', 'path', 'Id of a layer'),
      text('style', 'path', 'default'),
      ...(time ? [text('time', 'path', 'One of the times of the layer')] : []),
      ...tile,
      { name: 'format', in: 'path', description: 'Ending', schema: { enum: ['png', 'webp', 'jpg'] } },
    ],
    answers: { 200: found('The tile', 'image/png'), 400: bad, 404: none },
  })),
];
