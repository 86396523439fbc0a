/** Items that others post: what must be right before they are kept. */
import { z } from 'zod';
import type { PostedItem } from '../../pipelines/catalog/item-index.ts';
import { parseGeometry } from '../../pipelines/core/cql2/build.ts';
import { lonLatBoxOf } from '../../pipelines/core/cql2/spatial/box.ts';
import { invalid, named } from './conditions.ts';

const moment = z.iso.datetime({ offset: true });
/** A path of this machine, or a script, is no address for others. */
const address = z.string().regex(/^(https?|s3|gs|az|ftp):\/\/\S+$/, 'an absolute address such as https://…');

const itemSchema = z.looseObject({
  type: z.literal('Feature'),
  stac_version: z.string().regex(/^1\.\d+\.\d+/, 'a version such as 1.1.0'),
  stac_extensions: z.array(z.url()).default([]),
  id: z.string().regex(/^[^/\\\s\0]{1,250}$/, 'a text without slashes and spaces'),
  collection: z.string(),
  geometry: z.looseObject({ type: z.string() }).nullable(),
  bbox: z.array(z.number()).optional(),
  properties: z.looseObject({
    datetime: moment.nullable(),
    start_datetime: moment.optional(),
    end_datetime: moment.optional(),
    'eo:cloud_cover': z.number().min(0).max(100).optional(),
    gsd: z.number().optional(),
    platform: z.string().optional(),
  }),
  links: z.array(z.looseObject({ rel: z.string(), href: address })).default([]),
  assets: z.record(z.string(), z.looseObject({ href: address })),
});

/** Written anew by this API whenever the item is sent. */
const OWN_RELATIONS = new Set(['self', 'root', 'parent', 'collection']);

/** @throws {PlatformError} `parameter-invalid`, naming the member; `expression-invalid` for a geometry that is none */
export function parsePostedItem(body: unknown, collection: string): PostedItem {
  const given = typeof body === 'object' && body !== null ? { collection, ...body } : body;
  const parsed = itemSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(issue?.path.join('.') || 'body', shown(body, issue?.path ?? []), issue?.message ?? 'a STAC item');
  }
  const item = parsed.data;
  const { id, properties, geometry } = item;
  if (item.collection !== collection) throw invalid('collection', item.collection, collection);
  const { datetime, start_datetime: start, end_datetime: end } = properties;
  const [began, ended] = [start ?? datetime, end ?? datetime];
  if (!began || !ended) throw invalid('properties.datetime', datetime, 'a time, or start_datetime and end_datetime');
  if (Date.parse(began) > Date.parse(ended)) throw invalid('properties.end_datetime', ended, `a time after ${began}`);
  const shape = geometry && named('geometry', geometry, () => parseGeometry(geometry, ''));
  const box = shape && lonLatBoxOf(shape);
  if (box && (box[0] < -180 || box[2] > 180 || box[1] < -90 || box[3] > 90))
    throw invalid('geometry', geometry, 'longitudes from -180 to 180 and latitudes from -90 to 90');
  const links = item.links.filter(({ rel }) => !OWN_RELATIONS.has(rel));
  return {
    id,
    collection,
    datetime: datetime ?? began,
    began,
    ended,
    bbox: box,
    geometry: shape,
    cloudCover: properties['eo:cloud_cover'] ?? null,
    platform: properties.platform ?? null,
    level: textOf(properties, 'processing:level'),
    baseline: textOf(properties, 's2:processing_baseline'),
    tile: textOf(properties, 'grid:code')?.replace(/^MGRS-/, '') ?? null,
    epsg: Number(/^EPSG:(\d{1,9})$/.exec(textOf(properties, 'proj:code') ?? '')?.[1]) || null,
    gsd: properties.gsd ?? null,
    item: { ...item, links },
  };
}

function shown(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const name of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[name];
  return value ?? 'missing';
}

function textOf(properties: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = properties[name];
  return typeof value === 'string' ? value : null;
}

/** RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const merged = new Map(isObject ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch))
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  return Object.fromEntries(merged);
}
