/** A file of polygons into the catalogue, as a set of zones. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { digestFiles } from '../catalog/scene-files.ts';
import { createZoneBuilder } from '../catalog/zone-set.ts';
import type { ZoneSet } from '../catalog/zone-set.ts';
import { findZoneSet, putZoneSet } from '../catalog/zones-repository.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import { readFeatures } from '../io/features/read-features.ts';
import type { IngestOptions, IngestResult } from './ingest.ts';

/** @throws {PlatformError} as `readFeatures`; `parameter-invalid` for features that cannot be zones or told apart */
export async function ingestZones(database: Database, path: string, options: IngestOptions): Promise<IngestResult> {
  const { name, idField, crs, signal } = options;
  const title = name ?? basename(path.replace(/[?#].*$/, '')).replace(/\.\w+$/, '');
  const id = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  if (id === '')
    throw new PlatformError('parameter-invalid', `"${title}" is no name for a set of zones; give it one with --name`);
  const [file] = await digestFiles([path], { signal });
  // How it is read is a part of what it is.
  const digest = createHash('sha256')
    .update([file!.sha256 ?? path, idField ?? '', crs ?? ''].join('\n'))
    .digest('hex');
  const before = await findZoneSet(database, id);
  const result = { input: path, kind: 'zones', id, notes: [] };
  if (before?.digest === digest) return { ...result, status: 'known', reason: null };
  if (before && before.source !== path && name === undefined)
    throw new PlatformError(
      'parameter-invalid',
      `${path}: zones called ${id} are there already, from ${before.source} and with other contents; name these with --name, or those too to replace them`,
    );
  const builder = createZoneBuilder(path, idField ?? null);
  const report = await readFeatures(path, builder.add, {
    asStored: true,
    ...(crs === undefined ? {} : { crs }),
    ...(signal ? { signal } : {}),
  });
  if (report.refused > 0)
    throw new PlatformError(
      'format-damaged',
      `${path}: ${report.refused} of ${report.taken + report.refused} features cannot be zones; ${report.firstRefusal}`,
    );
  const zones = builder.finish(report.epsg);
  const set: ZoneSet = { id, name: title, idField: idField ?? null, source: path, digest, ...zones };
  await putZoneSet(database, set);
  const reason = before ? `replaces the zones that were known as ${id}, whose contents were different` : null;
  return { ...result, status: 'added', reason };
}
