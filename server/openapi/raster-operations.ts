/** Raster items on demand: tiles, pictures, cut-outs and numbers of any scene or product, for any formula. */
import { COLORMAP_IDS } from '../../pipelines/core/color/colormaps.ts';
import { TILE_MATRIX_SETS } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import { RESAMPLINGS } from '../../pipelines/core/raster/resample.ts';
import { SCL_MASKS } from '../../pipelines/core/raster/scl.ts';
import { RENDER_FORMAT_IDS } from '../../pipelines/render/formats.ts';
import { MOSAIC_RULES } from '../../pipelines/render/render-input.ts';
import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const item = text('item', 'path', 'Id of a scene of the catalogue, or of a raster that a run has made');
const place = (name: 'lon' | 'lat', most: number): Parameter => ({
  name,
  in: 'path',
  description: name === 'lon' ? 'Longitude, degrees' : 'Latitude, degrees',
  schema: { type: 'number', minimum: -most, maximum: most },
});
const whole = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  description,
  schema: { type: 'integer', minimum: 0 },
});
const format: Parameter = {
  name: 'format',
  in: 'path',
  description: 'Kind of picture',
  schema: { enum: [...RENDER_FORMAT_IDS] },
};

const subject: readonly Parameter[] = [
  text('index', 'query', 'Id of a spectral index'),
  text('expression', 'query', 'Arithmetic over bands, such as (nir-red)/(nir+red)'),
  text('bands', 'query', 'One band, or three as red, green and blue, between commas'),
  text('mask', 'query', `Classes that become invalid, between commas: ${Object.keys(SCL_MASKS).join(', ')}`),
];
const look: readonly Parameter[] = [
  text('rescale', 'query', 'MIN,MAX of the colours, or percentiles as 2,98%; default: 2,98% of the whole item'),
  text(
    'colormap',
    'query',
    `${COLORMAP_IDS.join(', ')}, scl, or colours by value such as {"0":"#ffffff","1":"#006837"}, or {"classes":{"4":"#00a000"}}`,
  ),
  { name: 'resampling', in: 'query', description: 'How pixels are found', schema: { enum: [...RESAMPLINGS] } },
  {
    name: 'format',
    in: 'query',
    description: 'value: pixels hold numbers, value = offset + scale · code, as the TileJSON says',
    schema: { enum: ['picture', 'value'] },
  },
  text('relief', 'query', 'Of heights: slope (degrees), hillshade, hillshade,AZIMUTH,ALTITUDE, or contours,INTERVAL'),
  { name: 'precision', in: 'query', description: 'Bits of a value', schema: { enum: ['8', '16'] } },
];
/** What a map of a scene or product shows, and how. */
export const ITEM_PARAMETERS: readonly Parameter[] = [...subject, ...look];
const mosaic: readonly Parameter[] = [
  text('with', 'query', 'Ids of other items, between commas, that are laid under this one'),
  {
    name: 'mosaic',
    in: 'query',
    description: 'What a pixel shows where several have a value: the first, or a statistic of all',
    schema: { enum: [...MOSAIC_RULES], default: 'first' },
  },
];
const side: Parameter = {
  name: 'max_size',
  in: 'query',
  description: 'The longer side has no more pixels',
  schema: { type: 'integer', minimum: 1, maximum: 4096 },
};
const bbox = text('bbox', 'query', 'west,south,east,north in degrees');
const size: Parameter = {
  name: 'size',
  in: 'query',
  description: 'Pixels along the side of a tile',
  schema: { enum: ['256', '512'] },
};
const stats = text('stats', 'query', 'Names of statistics between commas, as of `landmeter zonal --stats`');

const faults = {
  400: { description: 'A parameter has a fault; the problem names it' },
  404: { description: 'No such item, tile or kind, or a place outside' },
  413: { description: 'More than is made at once' },
  503: { description: 'Too many wait already; Retry-After says when to come back' },
};
const picture = {
  200: { description: 'The picture', mediaType: 'image/png' },
  204: { description: 'Nothing there has a value' },
  304: { description: 'What the client has is current' },
  ...faults,
};

const tileMatrixSet: Parameter = {
  name: 'tileMatrixSetId',
  in: 'path',
  description: 'Tile matrix set',
  schema: { enum: TILE_MATRIX_SETS.map(({ id }) => id) },
};
const contours: readonly Parameter[] = [
  {
    name: 'interval',
    in: 'query',
    description: 'Between lines, in the unit of the heights',
    schema: { type: 'number', exclusiveMinimum: 0 },
  },
  ...subject,
  ...look.filter(({ name }) => name === 'resampling'),
  ...mosaic,
];

export const RASTER_OPERATIONS: readonly Operation[] = [
  {
    path: '/raster/{item}/tiles/{tileMatrixSetId}/{z}/{x}/{y}.{format}',
    summary: 'A tile of a scene or product, drawn on demand',
    description:
      'Row 0 at the top; `@2x` behind y gives twice the pixels. Without a formula or bands: true colour where there is one. The ETag is the digest of all that the pixels depend on.',
    parameters: [
      item,
      tileMatrixSet,
      whole('z', 'Zoom'),
      whole('x', 'Column'),
      whole('y', 'Row'),
      format,
      ...subject,
      ...look,
      ...mosaic,
      size,
      text('v', 'query', 'Version, from the TileJSON; with the right one the answer is immutable'),
    ],
    answers: picture,
  },
  {
    path: '/raster/{item}/tilejson.json',
    summary: 'TileJSON 3.0 of a scene or product',
    parameters: [item, ...subject, ...look, ...mosaic, size],
    answers: {
      200: { description: 'TileJSON', mediaType: JSON_TYPE, schema: { $ref: '#/components/schemas/TileJson' } },
      ...faults,
    },
  },
  {
    path: '/raster/{item}/preview.{format}',
    summary: 'The whole of it in a small picture',
    parameters: [item, format, ...subject, ...look, ...mosaic, side],
    answers: picture,
  },
  {
    path: '/raster/{item}/crop.{format}',
    summary: 'A cut-out as a picture',
    description: 'On the pixels of the item itself, fewer where it would pass max_size.',
    parameters: [item, format, bbox, ...subject, ...look, ...mosaic, side],
    answers: picture,
  },
  {
    path: '/raster/{item}/crop.tif',
    summary: 'A cut-out as a GeoTIFF',
    description: 'Values as float32 in the CRS and on the pixels of the item; NaN where there is none.',
    parameters: [item, bbox, ...subject],
    answers: { 200: { description: 'The file', mediaType: 'image/tiff' }, ...faults },
  },
  {
    path: '/raster/{item}/contours/{tileMatrixSetId}/{z}/{x}/{y}.mvt',
    summary: 'Contour lines of heights as a vector tile',
    description: 'Layer `contours`, a feature for each height, with the property `height`.',
    parameters: [item, tileMatrixSet, whole('z', 'Zoom'), whole('x', 'Column'), whole('y', 'Row'), ...contours],
    answers: { ...picture, 200: { description: 'The tile', mediaType: 'application/vnd.mapbox-vector-tile' } },
  },
  {
    path: '/raster/{item}/contours.geojson',
    summary: 'Contour lines of heights as GeoJSON',
    description: 'From the pixels of the item itself, or fewer where it would pass max_size.',
    parameters: [item, bbox, side, ...contours],
    answers: {
      200: {
        description: 'Lines with the property height',
        mediaType: 'application/geo+json',
        schema: { type: 'object' },
      },
      304: picture[304],
      ...faults,
    },
  },
  {
    path: '/raster/{item}/statistics',
    summary: 'Statistics of the whole raster',
    parameters: [item, ...subject, stats],
    answers: { 200: { description: 'By name', mediaType: JSON_TYPE, schema: { type: 'object' } }, ...faults },
  },
  {
    path: '/raster/{item}/statistics',
    method: 'post',
    isQuery: true,
    summary: 'Statistics inside a polygon',
    description:
      'Each pixel counts by the share of it that is inside. The Feature comes back with properties.statistics.',
    parameters: [item, ...subject, stats],
    body: {
      type: 'object',
      description: 'GeoJSON Feature of a polygon in degrees',
      required: ['type', 'geometry'],
      properties: {
        type: { const: 'Feature' },
        geometry: { type: 'object' },
        properties: { type: ['object', 'null'] },
      },
    },
    answers: {
      200: { description: 'The Feature', mediaType: 'application/geo+json', schema: { type: 'object' } },
      ...faults,
    },
  },
  {
    path: '/raster/{item}/point/{lon},{lat}',
    summary: 'The value at a place',
    description: 'One for a formula or band, else one for each band; null where the pixel is not valid.',
    parameters: [item, place('lon', 180), place('lat', 90), ...subject],
    answers: {
      200: { description: '{lon, lat, names, values}', mediaType: JSON_TYPE, schema: { type: 'object' } },
      ...faults,
    },
  },
  {
    path: '/raster/{item}/series/{lon},{lat}',
    summary: 'The values at a place on all dates',
    description: "In all scenes of the item's collection and tile, oldest first.",
    parameters: [item, place('lon', 180), place('lat', 90), ...subject],
    answers: {
      200: {
        description: '{lon, lat, points: [{item, datetime, values}]}',
        mediaType: JSON_TYPE,
        schema: { type: 'object' },
      },
      ...faults,
    },
  },
];
