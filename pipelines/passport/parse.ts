/** Passports as they come from outside: checked once, trusted inside. */
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { PASSPORT_VERSION } from '../core/passport/passport.ts';
import type { Passport } from '../core/passport/passport.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const nodata = z.union([z.number(), z.string(), z.null()]);

const grid = z.strictObject({
  width: z.number(),
  height: z.number(),
  epsg: z.number().nullable(),
  transform: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).nullable(),
});

const input = z.strictObject({
  role: z.string(),
  place: z.string(),
  bytes: z.number().nullable(),
  sha256: sha256.nullable(),
  remote: z.strictObject({ etag: z.string().nullable(), lastModified: z.string().nullable() }).optional(),
  reading: z
    .strictObject({
      band: z.number(),
      dtype: z.string(),
      nodata,
      invalid: z.array(z.number()).optional(),
      maskedClasses: z.array(z.number()).optional(),
      scale: z.number(),
      offset: z.number(),
      grid,
      level: z.number(),
      placement: z.string(),
    })
    .optional(),
});

const method = z.strictObject({
  summary: z.string(),
  formula: z.strictObject({ id: z.string().nullable(), expression: z.string() }).optional(),
  resampling: z.string().optional(),
  coordinates: z
    .array(
      z.strictObject({
        name: z.string(),
        accuracy: z.number(),
        grid: z.strictObject({ name: z.string(), sha256 }).optional(),
      }),
    )
    .optional(),
  maxErrorPixels: z.number().optional(),
  grid: grid.optional(),
  zooms: z.strictObject({ min: z.number(), max: z.number() }).optional(),
  storage: z.strictObject({ dtype: z.string(), nodata, scale: z.number(), offset: z.number() }).optional(),
});

const count = z.number().optional();

const schema = z.strictObject({
  passport: z.literal(PASSPORT_VERSION),
  product: z.strictObject({
    name: z.string(),
    mediaType: z.string(),
    bytes: z.number().optional(),
    sha256: sha256.optional(),
    folder: z.string().optional(),
  }),
  process: z.strictObject({ name: z.string(), request: z.json(), recipe: sha256 }),
  inputs: z.array(input),
  method,
  result: z.strictObject({
    pixels: count,
    validPixels: count,
    validShare: count,
    lostPixels: count,
    maxErrorPixels: count,
    features: count,
    rows: count,
    tiles: count,
  }),
  notes: z.array(z.string()),
  software: z.strictObject({
    name: z.literal('Landmeter'),
    version: z.string(),
    commit: z.string().nullable(),
    node: z.string(),
  }),
  time: z.strictObject({ started: z.iso.datetime(), ended: z.iso.datetime() }).optional(),
  askedBy: z.string().optional(),
});

/** @throws {PlatformError} `format-damaged`, naming what is wrong; `format-unsupported` for a later version */
export function parsePassport(value: unknown, path: string): Passport {
  const version = (value as { passport?: unknown } | null)?.passport;
  if (typeof version === 'number' && version > PASSPORT_VERSION)
    throw new PlatformError(
      'format-unsupported',
      `${path} holds a passport of version ${version}; this Landmeter reads version ${PASSPORT_VERSION}`,
    );
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as Passport;
  const [issue] = parsed.error.issues;
  throw new PlatformError(
    'format-damaged',
    `${path} holds no sound passport: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'unknown'}`,
    { detail: { path } },
  );
}
