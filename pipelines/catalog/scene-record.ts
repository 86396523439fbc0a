/** A scene as the catalogue keeps it: where its numbers are, how they are read, where and when it is, what the door found. */
import { z } from 'zod';

const finding = z.object({
  /** What was looked at. */
  check: z.enum(['files', 'grid', 'nodata', 'calibration', 'neighbour', 'alignment']),
  /** `warning`: somebody should look at it. */
  level: z.enum(['ok', 'warning', 'unknown']),
  /** One sentence. */
  text: z.string(),
  /** Figures, by name with their unit. */
  values: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});

/** What a file's own header says. */
const header = z.object({
  width: z.number().int(),
  height: z.number().int(),
  /** Pixel corner → CRS, as `Affine`. */
  transform: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
  /** Of the numbers as they are stored. */
  dtype: z.string(),
});

const band = z.object({
  /** Common name (`red`), or what the file calls it. */
  name: z.string(),
  /** ESA's code, or `1`, `2` … for a band of a plain raster. */
  code: z.string(),
  /** For `openRaster`. */
  path: z.string(),
  /** Within the file, from 0. */
  index: z.number().int(),
  /** Pixel size in units of the CRS: metres, but for rasters in degrees. */
  gsd: z.number(),
  /** value = dn · scale + offset; reflectance for optical bands. */
  scale: z.number(),
  offset: z.number(),
  nodata: z.number().nullable(),
  saturated: z.number().nullable(),
  /** Absent: taken in before headers were kept, and not looked at since. */
  header: header.optional(),
});

const sceneFileSchema = z.object({
  path: z.string(),
  sizeBytes: z.number().nullable(),
  modifiedMs: z.number().nullable(),
  /** Null for what lies on a server. */
  sha256: z.string().nullable(),
});

export const sceneSchema = z.object({
  id: z.string(),
  collection: z.string(),
  platform: z.string().nullable(),
  level: z.string().nullable(),
  baseline: z.string().nullable(),
  /** MGRS tile. */
  tile: z.string().nullable(),
  /** RFC 3339, UTC. */
  datetime: z.string(),
  epsg: z.number().nullable(),
  /** Degrees; west > east crosses 180°. */
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  footprint: z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(z.array(z.number()))) }),
  /** Per cent. */
  cloudCover: z.number().nullable(),
  /** Every file of every band, finest first. */
  bands: z.array(band),
  /** The scene classification, finest first. */
  classes: z.array(z.object({ path: z.string(), gsd: z.number(), header: header.optional() })),
  calibration: z.object({
    quantification: z.number(),
    addOffset: z.number(),
    origin: z.string(),
    explanation: z.string(),
  }),
  /** As it was named. */
  source: z.string(),
  /** SHA-256 over names and contents of metadata and bands. */
  digest: z.string(),
  files: z.array(sceneFileSchema),
  findings: z.array(finding),
});

export type SceneRecord = z.infer<typeof sceneSchema>;
export type FileHeader = z.infer<typeof header>;
export type RecordedBand = z.infer<typeof band>;
export type SceneFile = z.infer<typeof sceneFileSchema>;
export type Finding = z.infer<typeof finding>;
