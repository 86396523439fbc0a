/** OpenAPI 3.1 of what the server answers, assembled from one record an operation: a list of them for each area. */
import { ALERT_OPERATIONS } from './alert-operations.ts';
import { ASSET_OPERATIONS } from './asset-operations.ts';
import { CATALOGUE_OPERATIONS } from './catalogue-operations.ts';
import { API_VERSION } from '../http/headers.ts';
import { NOBODY } from './contact.ts';
import type { Contact } from './contact.ts';
import { EDR_OPERATIONS } from './edr-operations.ts';
import { FEED_OPERATIONS } from './feed-operations.ts';
import { MAP_OPERATIONS } from './map-operations.ts';
import { OGC_OPERATIONS } from './ogc-operations.ts';
import type { Method, Operation, Parameter } from './operation.ts';
import { POLICY_OPERATIONS } from './policy-operations.ts';
import { RASTER_OPERATIONS } from './raster-operations.ts';
import { RUN_OPERATIONS } from './run-operations.ts';
import { STATION_OPERATIONS } from './station-operations.ts';
import { STA_OPERATIONS } from './sta-operations.ts';
import { STAC_OPERATIONS } from './stac-operations.ts';

const OPERATIONS: readonly Operation[] = [
  ...MAP_OPERATIONS,
  ...CATALOGUE_OPERATIONS,
  ...RASTER_OPERATIONS,
  ...RUN_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...STATION_OPERATIONS,
  ...FEED_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...ASSET_OPERATIONS,
  ...STA_OPERATIONS,
  ...STAC_OPERATIONS,
  ...OGC_OPERATIONS,
  ...EDR_OPERATIONS,
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
            archive: { type: ['string', 'null'] },
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
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: object; readonly content?: object }>
  >;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly license: object;
    readonly contact: object;
  };
  readonly servers: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, ApiOperation>>>>>;
  readonly components: object;
}

const ApiVersion = { description: 'Version of the API, in full', schema: { type: 'string' } };

export function describeApi(contact: Contact | null = null): ApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Landmeter',
      version: API_VERSION,
      description:
        'Layers, tiles and archives of a Landmeter workspace. Errors are RFC 9457 problem documents; every answer carries X-Request-Id.',
      license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
      contact: contact ?? NOBODY,
    },
    // Every address works without it too.
    servers: [{ url: '/v1', description: 'This server' }],
    paths: toPaths(OPERATIONS),
    components: {
      schemas: SCHEMAS,
      headers: { ApiVersion },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function toPaths(operations: readonly Operation[]): ApiDocument['paths'] {
  const paths: Record<string, Partial<Record<Method, ApiOperation>>> = {};
  for (const operation of operations)
    (paths[operation.path] ??= {})[operation.method ?? 'get'] = toOperation(operation);
  return paths;
}

function toOperation({
  summary,
  description,
  parameters = [],
  answers,
  path,
  method = 'get',
  body,
  isQuery = false,
}: Operation): ApiOperation {
  return {
    summary,
    operationId: `${method}-${path.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'root'}`,
    description: description ?? summary,
    ...(method !== 'get' && !isQuery ? { security: [{ token: [] }] } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    parameters: parameters.map((p) => ({ ...p, required: p.in === 'path' })),
    responses: Object.fromEntries(
      Object.entries({ ...usualRefusals(method, parameters, isQuery), ...answers }).map(([status, answer]) => [
        status,
        toAnswer(Number(status), answer),
      ]),
    ),
  };
}

/** What any operation of its kind may answer, said in its own words or in these. */
function usualRefusals(method: Method, parameters: readonly Parameter[], isQuery: boolean): Operation['answers'] {
  const isWrite = method !== 'get' && !isQuery;
  return {
    ...((method !== 'get' || parameters.length > 0) && { 400: { description: 'The request has a fault' } }),
    401: { description: isWrite ? 'No token, or a wrong one' : 'A wrong token, or none where one is needed' },
    403: { description: 'The token has not the right' },
    429: { description: 'Too many requests; Retry-After says how long to wait' },
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
  const headers = { 'API-Version': { $ref: '#/components/headers/ApiVersion' } };
  const content = mediaType ? { content: { [mediaType]: schema ? { schema } : {} } } : {};
  return { description, headers, ...content };
}
