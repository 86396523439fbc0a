/** The part of STAC items (1.0 and 1.1) that a scene is made of. Members that we do not read are let through. */
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';

const bandSchema = z.looseObject({
  name: z.string().optional(),
  common_name: z.string().optional(),
  'eo:common_name': z.string().optional(),
  nodata: z.union([z.number(), z.string(), z.null()]).optional(),
  scale: z.number().optional(),
  offset: z.number().optional(),
  'raster:scale': z.number().optional(),
  'raster:offset': z.number().optional(),
  spatial_resolution: z.number().optional(),
  'raster:spatial_resolution': z.number().optional(),
});

const projection = { 'proj:code': z.string().nullish(), 'proj:epsg': z.number().nullish() };

const assetSchema = z.looseObject({
  href: z.string(),
  type: z.string().optional(),
  gsd: z.number().optional(),
  'eo:bands': z.array(bandSchema).optional(),
  'raster:bands': z.array(bandSchema).optional(),
  bands: z.array(bandSchema).optional(),
  nodata: z.union([z.number(), z.string(), z.null()]).optional(),
  'raster:scale': z.number().optional(),
  'raster:offset': z.number().optional(),
  ...projection,
});

const itemSchema = z.looseObject({
  type: z.literal('Feature'),
  stac_version: z.string(),
  id: z.string(),
  properties: z.looseObject({ datetime: z.string().nullish(), platform: z.string().optional(), ...projection }),
  assets: z.record(z.string(), assetSchema),
});

export type Item = z.infer<typeof itemSchema>;
export type Asset = z.infer<typeof assetSchema>;

/** @throws {PlatformError} `format-unknown` where it is no STAC item; `format-damaged` where it is one but not sound. */
export function parseItem(json: string, path: string): Item {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new PlatformError('format-unknown', `${path} is not JSON; a STAC item is needed`, { cause });
  }
  const parsed = itemSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const isItem = typeof value === 'object' && value !== null && 'stac_version' in value && 'assets' in value;
  throw new PlatformError(
    isItem ? 'format-damaged' : 'format-unknown',
    `${path} is no STAC item that can be read: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'unknown'}`,
  );
}
