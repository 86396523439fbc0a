/** Requests as they come out of a passport, which is a file that anybody may have edited: checked before they are carried out. */
import { z } from 'zod';
import { ALLOCATIONS } from '../core/accuracy/allocation.ts';
import { COLORMAP_IDS } from '../core/color/colormaps.ts';
import { PlatformError } from '../core/errors.ts';
import { SPATIAL_FILTERS, SPECKLE_FILTERS } from '../core/radar/speckle.ts';
import { THRESHOLD_METHODS } from '../core/radar/threshold.ts';
import { RADAR_UNITS } from '../core/radar/units.ts';
import { isCompositeMethod } from '../core/raster/composite.ts';
import type { CompositeMethod } from '../core/raster/composite.ts';
import { MASK_CATEGORIES } from '../core/raster/mask-category.ts';
import type { MaskCategory } from '../core/raster/mask-category.ts';
import { RESAMPLINGS } from '../core/raster/resample.ts';
import { cubeRequestSchema } from '../cube/schema.ts';
import { IMAGE_FORMAT_IDS } from '../io/encode/registry.ts';
import { DUPLICATES } from '../io/table/read-series.ts';
import { INTERPOLATION_METHODS } from './interpolate-stations.ts';
import { POLYGON_TABLE_NAMES } from './polygon-tables.ts';
import { EXTRA_BANDS } from '../tasks/composite-part.ts';
import type { ProcessName, ProcessRequest } from './processes.ts';
import { analysisSchema } from './series-schema.ts';
import { SAME_DATE } from './series-times.ts';

const calibration = z.strictObject({ scale: z.number(), offset: z.number() });
const special = z.strictObject({ nodata: z.number().nullable(), saturated: z.number().nullable() });
const guards = z.array(z.strictObject({ codes: z.array(z.number()), metres: z.number() })).optional();
const scheme = z.literal('numbers').optional();
const classes = z.strictObject({ path: z.string(), excluded: z.array(z.number()), guards, scheme }).nullable();

const date = z.union([
  z.strictObject({
    scene: z.string(),
    excluded: z.array(z.number()).nullable(),
    scl: z.string().nullable(),
    guards,
    scheme,
  }),
  z.strictObject({
    bands: z.array(
      z.strictObject({
        name: z.string(),
        path: z.string(),
        calibration: calibration.optional(),
        special: special.optional(),
      }),
    ),
    classes,
    metadata: z.string().optional(),
    notes: z.array(z.string()),
  }),
]);

const calibrationWords = z.strictObject({ scale: z.number().optional(), offset: z.number().optional() });

const formula = {
  formula: z.string(),
  calibration: calibrationWords,
  dtype: z.enum(['int16', 'float32']),
};

const box = z.strictObject({
  minX: z.number(),
  minY: z.number(),
  maxX: z.number(),
  maxY: z.number(),
  epsg: z.number(),
});

const seriesColumns = z.strictObject({ by: z.string().nullable(), time: z.string(), value: z.string() });

const archive = {
  minZoom: z.number().optional(),
  maxZoom: z.number().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  attribution: z.string().optional(),
};

const radarUnit = z.enum(RADAR_UNITS).nullable();
const looks = z.number().nullable();

const radarOperation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('db'), noiseFloor: z.number().nullable() }),
  z.strictObject({
    kind: z.literal('filter'),
    method: z.enum(SPECKLE_FILTERS),
    window: z.number(),
    looks,
    unit: radarUnit,
  }),
  z.strictObject({ kind: z.literal('mean'), unit: radarUnit }),
  z.strictObject({ kind: z.literal('change'), before: z.number(), looks }),
]);

const classTest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('values'), first: z.number(), last: z.number() }),
  z.strictObject({ kind: z.literal('bits'), first: z.number(), last: z.number(), least: z.number(), most: z.number() }),
]);
const category = z.enum([...(Object.keys(MASK_CATEGORIES) as MaskCategory[]), 'nodata']);

const dates = z.union([
  z.strictObject({ formula: z.string(), dates: z.array(date), calibration: calibrationWords }),
  z.strictObject({
    rasters: z.array(z.strictObject({ path: z.string(), classes })),
    nodata: z.number().nullable(),
    calibration: calibrationWords,
  }),
]);

const monthDay = z.tuple([z.number(), z.number()]);
const mowingOptions = z.strictObject({
  minDrop: z.number(),
  minBefore: z.number(),
  maxGap: z.number(),
  quickDays: z.number(),
  recoveryDays: z.number(),
  minRecovery: z.number(),
  minSeparation: z.number(),
  season: z.tuple([monthDay, monthDay]),
});
const connectedness = z.union([z.literal(4), z.literal(8)]);

const composite = {
  method: z.string().refine(isCompositeMethod, 'no method of composites') as z.ZodType<CompositeMethod>,
  extras: z.array(z.enum(EXTRA_BANDS)).optional(),
  times: z.array(z.string()).optional(),
  period: z.strictObject({ first: z.string(), last: z.string() }).optional(),
};

const SCHEMAS = {
  'accuracy-sample': z.strictObject({
    raster: z.string(),
    n: z.number().nullable(),
    targetError: z.number().nullable(),
    allocation: z.enum(ALLOCATIONS),
    minimum: z.number(),
    expected: z.record(z.string(), z.number()),
    exclude: z.array(z.string()),
    hideMap: z.boolean(),
    seed: z.number(),
  }),
  'accuracy-assess': z.strictObject({
    table: z.string(),
    columns: z.strictObject({ map: z.string(), reference: z.string(), stratum: z.string().nullable() }),
    areas: z.strictObject({ kind: z.enum(['raster', 'table']), path: z.string() }),
    exclude: z.array(z.string()),
  }),
  index: z.strictObject({ ...formula, date }),
  interpolate: z.strictObject({
    table: z.string(),
    columns: z.strictObject({ x: z.string(), y: z.string(), value: z.string() }),
    epsg: z.number(),
    method: z.enum(INTERPOLATION_METHODS),
    grid: z.union([z.strictObject({ like: z.string() }), z.strictObject({ bounds: box, resolution: z.number() })]),
    drift: z.string().nullable(),
    neighbours: z.number(),
    variogram: z.string().nullable(),
  }),
  mask: z.strictObject({
    input: z.union([z.strictObject({ scene: z.string() }), z.strictObject({ raster: z.string() })]),
    rules: z.array(z.strictObject({ category, any: z.array(classTest) })),
    guards: z.array(z.strictObject({ category: z.enum(['cloud', 'cirrus', 'shadow']), metres: z.number() })),
    shadows: z
      .strictObject({
        heights: z.strictObject({ low: z.number(), high: z.number() }),
        sun: z.strictObject({ azimuth: z.number(), elevation: z.number() }).nullable(),
        darkBelow: z.number(),
      })
      .nullable(),
  }),
  composite: z.strictObject({ ...composite, rasters: z.array(z.strictObject({ path: z.string(), classes })) }),
  'index-composite': z.strictObject({ ...composite, ...formula, dates: z.array(date) }),
  cube: cubeRequestSchema,
  warp: z.strictObject({
    path: z.string(),
    epsg: z.number(),
    resolution: z.number().nullable(),
    bounds: box.nullable(),
    resampling: z.enum(RESAMPLINGS),
  }),
  tile: z.strictObject({
    ...archive,
    input: z.string(),
    format: z.enum(IMAGE_FORMAT_IDS).optional(),
    tileSize: z.union([z.literal(256), z.literal(512)]).optional(),
    colormap: z.enum(COLORMAP_IDS).optional(),
    rescale: z.strictObject({ min: z.number(), max: z.number() }).optional(),
    precision: z.union([z.literal(8), z.literal(16)]).optional(),
    resampling: z.enum(RESAMPLINGS).optional(),
  }),
  'tile-scene': z.strictObject({
    ...archive,
    scene: z.string(),
    formula: z.string(),
    excluded: z.array(z.number()).nullable(),
    format: z.enum(IMAGE_FORMAT_IDS).optional(),
    tileSize: z.union([z.literal(256), z.literal(512)]).optional(),
    colormap: z.enum(COLORMAP_IDS).optional(),
    rescale: z.strictObject({ min: z.number(), max: z.number() }).optional(),
    precision: z.union([z.literal(8), z.literal(16)]).optional(),
    resampling: z.enum(RESAMPLINGS).optional(),
  }),
  zonal: z.strictObject({
    rasters: z.array(z.string()),
    names: z.array(z.string()),
    zones: z.string(),
    statistics: z.string(),
    idField: z.string().nullable(),
    zonesCrs: z.string().nullable(),
  }),
  'zone-series': z.strictObject({
    dates: z.array(
      z.strictObject({
        time: z.string().nullable(),
        source: z.union([z.strictObject({ raster: z.string(), classes }), date]),
      }),
    ),
    formula: z.string().nullable(),
    calibration: calibrationWords,
    zones: z.string(),
    statistics: z.string(),
    idField: z.string().nullable(),
    zonesCrs: z.string().nullable(),
  }),
  'cube-zones': z.strictObject({
    program: cubeRequestSchema.shape.program,
    times: z.array(z.string()),
    zones: z.string(),
    statistics: z.string(),
    idField: z.string().nullable(),
    zonesCrs: z.string().nullable(),
  }),
  flood: z.strictObject({
    raster: z.string(),
    before: z.array(z.string()),
    input: radarUnit,
    threshold: z.number().nullable(),
    method: z.enum(THRESHOLD_METHODS),
    tile: z.number(),
    filter: z.enum(SPATIAL_FILTERS).nullable(),
    looks,
    grow: z.number(),
    minArea: z.number().nullable(),
    permanent: z
      .strictObject({ path: z.string(), classes: z.array(z.number()).nullable(), crs: z.string().nullable() })
      .nullable(),
  }),
  radar: z.strictObject({ rasters: z.array(z.string()), input: radarUnit, operation: radarOperation }),
  series: z.strictObject({
    table: z.string(),
    columns: z.strictObject({ by: z.string().nullable(), time: z.string(), value: z.string() }),
    duplicates: z.enum(DUPLICATES),
    analysis: analysisSchema,
  }),
  'sensor-flags': z.strictObject({
    table: z.string(),
    columns: seriesColumns,
    property: z.string().nullable(),
    stations: z.string().nullable(),
    now: z.string().nullable(),
  }),
  'asset-scores': z.strictObject({
    table: z.string(),
    aggregation: z
      .strictObject({ factors: z.array(z.number()).length(6), limits: z.array(z.number()).length(5) })
      .nullable(),
  }),
  'series-raster': z.strictObject({
    input: dates,
    times: z.array(z.string()).nullable(),
    duplicates: z.enum(SAME_DATE),
    analysis: analysisSchema,
    year: z.number().nullable(),
    date: z.string().nullable(),
    dtype: z.enum(['float32', 'int16']),
  }),
  change: z.strictObject({
    input: dates,
    before: z.number(),
    threshold: z.number().nullable(),
    significance: z.number().nullable(),
    minArea: z.number().nullable(),
    connectedness,
  }),
  mowing: z.strictObject({
    table: z.string(),
    columns: z.strictObject({ by: z.string().nullable(), time: z.string(), value: z.string() }),
    duplicates: z.enum(DUPLICATES),
    scale: z.number(),
    options: mowingOptions,
  }),
  'mowing-raster': z.strictObject({
    input: dates,
    times: z.array(z.string()).nullable(),
    options: mowingOptions,
  }),
  polygonize: z.strictObject({
    raster: z.string(),
    measures: z.array(z.string()),
    table: z.enum(POLYGON_TABLE_NAMES),
    minArea: z.number().nullable(),
    connectedness,
  }),
  'tile-features': z.strictObject({
    ...archive,
    layers: z.array(
      z.strictObject({
        name: z.string().optional(),
        source: z.string(),
        crs: z.string().optional(),
        minZoom: z.number().optional(),
        maxZoom: z.number().optional(),
        description: z.string().optional(),
      }),
    ),
  }),
} as const satisfies Record<ProcessName, z.ZodType>;

/** What a request may hold, without the output. */
export function requestSchema(name: ProcessName): z.ZodType {
  return SCHEMAS[name];
}

/**
 * @param output  Where to write; a passport does not say it.
 * @param path  Where the request stands, for the message: `The passport of ndvi.tif`.
 * @throws {PlatformError} `format-damaged`, naming what is wrong
 */
export function parseRequest<N extends ProcessName>(
  name: N,
  request: unknown,
  output: string,
  path: string,
): ProcessRequest<N> {
  const parsed = (SCHEMAS[name] as z.ZodType).safeParse(request);
  if (parsed.success) return { ...(parsed.data as object), output } as ProcessRequest<N>;
  const [issue] = parsed.error.issues;
  throw new PlatformError(
    'format-damaged',
    `${path} holds no request that ${name} can carry out: ${issue?.path.join('.') || 'request'}: ${issue?.message ?? 'unknown'}`,
    { detail: { path, process: name } },
  );
}
