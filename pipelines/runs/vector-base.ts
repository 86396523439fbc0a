/** The archive under a layer that is drawn on demand: made of its rows at one version, by the run that tiles files. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import { writeOutputFile } from '../io/output-file.ts';
import { basePath, recordBase, startLog } from '../vector-tiles/bases.ts';
import { toFeatures } from '../vector-tiles/draw-tile.ts';
import type { SourceRow } from '../vector-tiles/source.ts';
import { findSourceLayer, listSourceLayers } from '../vector-tiles/sources.ts';
import { zoomsOf } from '../vector-tiles/zooms.ts';
import { produce } from './produce.ts';
import type { StartRunner } from './processes.ts';
import type { ProduceOptions } from './produce.ts';

export interface VectorBaseReport {
  readonly layer: string;
  /** Of the data that is in it. */
  readonly version: number;
  readonly features: number;
  readonly tiles: number;
  readonly bytes: number;
  readonly output: string;
  readonly notes: readonly string[];
}

const FLUSH_CHARS = 1 << 20;

/**
 * Makes the archive anew and removes the one before. Its features are kept beside it, so that its passport can be replayed.
 * @throws {PlatformError} `not-found` for a layer that is none; what making an archive throws: the old one then stays
 */
export async function makeVectorBase(
  { database, workspace, startRunner }: { database: Database; workspace: string; startRunner: StartRunner },
  id: string,
  options: ProduceOptions = {},
): Promise<VectorBaseReport> {
  const found = await findSourceLayer(database, id);
  if (!found) {
    const ids = (await listSourceLayers(database)).map((layer) => layer.id).join(', ');
    throw new PlatformError('not-found', `There is no layer "${id}" that is drawn from the database; there are ${ids}`);
  }
  const { source, layer } = found;
  options.progress?.stage(`Reading ${id}`);
  const { mark, rows } = await database.transaction(async (tx) => {
    const started = await startLog(tx, layer.data);
    return { mark: started, rows: await source.rows(tx, layer, {}) };
  });
  if (!mark) throw new PlatformError('not-found', `Layer "${id}" has no version of its data; ingest it anew`);
  const name = `${encodeURIComponent(layer.data.kind)}-${encodeURIComponent(layer.data.id)}`;
  const file = `${name}.${mark.number}-${mark.stamp}.pmtiles`;
  const output = basePath(workspace, file);
  const features = output.replace(/pmtiles$/, 'geojsonl');
  await mkdir(dirname(output), { recursive: true });
  await writeRows(features, rows, layer.epsg);
  const request = {
    layers: [{ name: layer.id, source: features }],
    output,
    name: layer.title,
    attribution: layer.origin,
    ...zoomsOf(layer.bounds),
  };
  const report = await produce('tile-features', request, startRunner, options);
  await database.transaction((tx) => recordBase(tx, layer.data, { ...mark, file }));
  for (const old of await readdir(dirname(output)))
    if (old.startsWith(`${name}.`) && !old.startsWith(`${name}.${mark.number}-${mark.stamp}.`))
      await rm(basePath(workspace, old), { force: true });
  const { tiles, bytes, notes } = report;
  return { layer: id, version: mark.number, features: report.features, tiles, bytes, output, notes };
}

/** GeoJSON, a feature a line. */
async function writeRows(path: string, rows: readonly SourceRow[], epsg: number): Promise<void> {
  await writeOutputFile(path, async ({ handle }) => {
    let text = '';
    for (const feature of toFeatures(rows, epsg)) {
      text += `${JSON.stringify({ type: 'Feature', ...feature })}\n`;
      if (text.length < FLUSH_CHARS) continue;
      await handle.appendFile(text);
      text = '';
    }
    await handle.appendFile(text);
  });
}
