/** OpenAPI 3.1 of what the server answers, assembled from one record a path. */
import { INGEST_KINDS } from '../../pipelines/runs/ingest.ts';

interface Operation {
  readonly path: string;
  /** Default `get`. What writes needs a token. */
  readonly method?: 'get' | 'post';
  /** Schema of a JSON body. */
  readonly body?: object;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly answers: Readonly<
    Record<string, { readonly description: string; readonly mediaType?: string; readonly schema?: object }>
  >;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly schema: object;
}

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

const OPERATIONS: readonly Operation[] = [
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
    description: 'WebMercatorQuad; row 0 at the top.',
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
    path: '/openapi.json',
    summary: 'This description',
    answers: { 200: { description: 'OpenAPI 3.1', mediaType: 'application/json' } },
  },
];

const text = { type: 'object', required: ['nl', 'en'], properties: { nl: { type: 'string' }, en: { type: 'string' } } };
const box = {
  type: 'array',
  items: { type: 'number' },
  minItems: 4,
  maxItems: 4,
  description: 'west, south, east, north in degrees',
};

const SCHEMAS = {
  Problem: {
    type: 'object',
    description: 'RFC 9457',
    required: ['type', 'title', 'status', 'detail', 'instance'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string' },
      requestId: { type: 'string' },
    },
  },
  LayerList: {
    type: 'object',
    required: ['layers', 'home', 'places'],
    properties: {
      layers: { type: 'array', items: { $ref: '#/components/schemas/Layer' } },
      home: { type: 'object', properties: { bounds: box, basemap: { type: ['string', 'null'] } } },
      places: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            kind: { type: 'string' },
            lon: { type: 'number' },
            lat: { type: 'number' },
          },
        },
      },
    },
  },
  Layer: {
    type: 'object',
    required: ['id', 'title', 'kind', 'frames', 'bounds', 'attribution', 'simulated'],
    properties: {
      id: { type: 'string' },
      title: text,
      description: text,
      theme: { enum: ['vegetation', 'water', 'soil', 'built', 'imagery', 'reference'] },
      kind: { enum: ['value', 'picture', 'vector'] },
      unit: { type: ['string', 'null'] },
      range: { type: ['array', 'null'], items: { type: 'number' } },
      colormap: { type: ['string', 'null'] },
      frames: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            datetime: { type: ['string', 'null'], format: 'date-time' },
            clearShare: { type: ['number', 'null'] },
            tilejson: { type: 'string' },
            archive: { type: 'string' },
          },
        },
      },
      bounds: box,
      attribution: { type: 'string' },
      simulated: { type: 'boolean' },
    },
  },
  TileJson: {
    type: 'object',
    description: 'TileJSON 3.0.0 with the encoding of value tiles',
    required: ['tilejson', 'tiles', 'minzoom', 'maxzoom', 'bounds', 'attribution'],
    properties: {
      tilejson: { const: '3.0.0' },
      tiles: { type: 'array', items: { type: 'string' } },
      minzoom: { type: 'integer' },
      maxzoom: { type: 'integer' },
      bounds: box,
      attribution: { type: 'string' },
      precision: { enum: [8, 16] },
      scale: { type: 'number' },
      offset: { type: 'number' },
      unit: { type: ['string', 'null'] },
      statistics: { type: 'object' },
    },
  },
} as const;

export interface ApiOperation {
  readonly summary: string;
  readonly description: string;
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: object;
  readonly parameters: readonly (Parameter & { readonly required: boolean })[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
  };
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', ApiOperation>>>>>;
  readonly components: object;
}

export function describeApi(): ApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Landmeter',
      version: '0.1.0',
      description:
        'Layers, tiles and archives of a Landmeter workspace. Errors are RFC 9457 problem documents; every answer carries X-Request-Id.',
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
    },
    paths: Object.fromEntries(
      OPERATIONS.map((operation) => [operation.path, { [operation.method ?? 'get']: toOperation(operation) }]),
    ),
    components: { schemas: SCHEMAS, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function toOperation({ summary, description, parameters = [], answers, path, method, body }: Operation): ApiOperation {
  return {
    summary,
    operationId: path.replace(/[^a-z]+/gi, '-').replace(/^-|-$/g, '') || 'root',
    description: description ?? summary,
    ...(method === 'post' ? { security: [{ token: [] }] } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    parameters: parameters.map((p) => ({ ...p, required: p.in === 'path' })),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, toAnswer(Number(status), answer)]),
    ),
  };
}

function toAnswer(
  status: number,
  { description, mediaType, schema }: Operation['answers'][string],
): ApiOperation['responses'][string] {
  if (status >= 400)
    return {
      description,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  return mediaType ? { description, content: { [mediaType]: schema ? { schema } : {} } } : { description };
}
