/** Layers, tiles, archives, and the server itself. */
import { INGEST_KINDS } from '../../pipelines/runs/ingest.ts';
import type { Operation, Parameter } from './operation.ts';

const layer: Parameter = {
  name: 'layer',
  in: 'path',
  description: 'Id of a frame of a layer, as /tiles lists them',
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$' },
};
const whole = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  description,
  schema: { type: 'integer', minimum: 0 },
});

export const MAP_OPERATIONS: readonly Operation[] = [
  {
    path: '/healthz',
    summary: 'The process is alive',
    answers: { 200: { description: 'It is', mediaType: 'application/json' } },
  },
  {
    path: '/readyz',
    summary: 'The server is able to serve',
    answers: {
      200: { description: 'It is', mediaType: 'application/json' },
      503: { description: 'It is starting or stopping' },
    },
  },
  {
    path: '/metrics',
    summary: 'Figures of the server in Prometheus text format',
    answers: { 200: { description: 'The figures', mediaType: 'text/plain' } },
  },
  {
    path: '/tiles',
    summary: 'What the map can show',
    description:
      'Layers with their dates, titles in Dutch and English, first style and attribution; where the map opens; places to search for.',
    answers: {
      200: {
        description: 'The list',
        mediaType: 'application/json',
        schema: { $ref: '#/components/schemas/LayerList' },
      },
    },
  },
  {
    path: '/tiles/{layer}/tilejson.json',
    summary: 'TileJSON 3.0 of a layer',
    description:
      'Tile addresses carry the version of the data; value tiles are decoded with precision, scale and offset: value = offset + scale · code, code 0 is nodata.',
    parameters: [layer],
    answers: {
      200: {
        description: 'TileJSON',
        mediaType: 'application/json',
        schema: { $ref: '#/components/schemas/TileJson' },
      },
      404: { description: 'No such layer' },
    },
  },
  {
    path: '/tiles/{layer}/{z}/{x}/{y}.{format}',
    summary: 'A tile',
    description:
      'WebMercatorQuad; row 0 at the top. X-Tile-From tells how a tile of a layer in the database was made, X-Tile-Loss what is not in it.',
    parameters: [
      layer,
      whole('z', 'Zoom, 0 to 24'),
      whole('x', 'Column'),
      whole('y', 'Row'),
      {
        name: 'format',
        in: 'path',
        description: 'The format of the archive, as its TileJSON says',
        schema: { enum: ['png', 'webp', 'jpg', 'avif', 'mvt'] },
      },
      {
        name: 'v',
        in: 'query',
        description: 'Version of the data; with the right one the answer is immutable',
        schema: { type: 'string' },
      },
    ],
    answers: {
      200: { description: 'The tile', mediaType: 'image/webp' },
      204: { description: 'Nothing to show there; X-Blank-Reason says why' },
      304: { description: 'What the client has is current' },
      307: { description: 'The version is gone: to the tile as it is now (layers that are drawn from the database)' },
      400: { description: 'No such tile in the grid' },
      404: { description: 'No such layer or format' },
    },
  },
  {
    path: '/archives/{name}.pmtiles',
    summary: 'A PMTiles archive, by byte range',
    parameters: [
      { name: 'name', in: 'path', description: 'Name of the archive', schema: { type: 'string' } },
      { name: 'Range', in: 'header', description: 'RFC 9110 byte range', schema: { type: 'string' } },
    ],
    answers: {
      200: { description: 'The whole file', mediaType: 'application/vnd.pmtiles' },
      206: { description: 'The range', mediaType: 'application/vnd.pmtiles' },
      304: { description: 'What the client has is current' },
      404: { description: 'No such archive' },
      416: { description: 'The file ends before the range' },
    },
  },
  {
    path: '/workspace/ingest',
    method: 'post',
    summary: 'Take scenes and zones into the workspace',
    description:
      'What `landmeter ingest` does, for a workspace that this server holds; paths are those of its machine. Answers newline-delimited JSON: one object for each input, `{"alive":true}` while one takes long, `{"error":…}` last where it failed.',
    body: {
      type: 'object',
      required: ['inputs'],
      additionalProperties: false,
      properties: {
        inputs: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 10_000 },
        as: { type: 'string', enum: [...INGEST_KINDS] },
        name: { type: 'string' },
        idField: { type: 'string' },
        crs: { type: 'string' },
      },
    },
    answers: {
      200: { description: 'What became of each input', mediaType: 'application/x-ndjson' },
      400: { description: 'A fault in the body' },
      401: { description: 'No token, or a wrong one' },
    },
  },
  {
    path: '/workspace/backup',
    method: 'post',
    summary: "Save the workspace's database",
    answers: {
      200: { description: 'Where it lies', mediaType: 'application/x-ndjson' },
      401: { description: 'No token, or a wrong one' },
    },
  },
  {
    path: '/workspace/base',
    method: 'post',
    summary: 'Make the archive under a layer that is drawn from the database',
    body: { type: 'object', required: ['layer'], properties: { layer: { type: 'string' } } },
    answers: {
      200: { description: 'What was made', mediaType: 'application/x-ndjson' },
      404: { description: 'There is no such layer' },
    },
  },
  {
    path: '/openapi.json',
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1', mediaType: 'application/json' } },
  },
];
