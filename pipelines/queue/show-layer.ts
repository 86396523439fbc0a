/** A finished archive becomes a frame of its layer, so that the map shows it. */
import { basename } from 'node:path';
import type { LayerRecord } from '../catalog/layer.ts';
import { findLayer, putArchive, putLayer } from '../catalog/layers-repository.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import { openArchive } from '../io/pmtiles/reader.ts';
import type { LayerWords } from './run-record.ts';

export interface FinishedArchive {
  readonly path: string;
  readonly productId: string;
  readonly bytes: number;
  readonly sha256: string;
}

const THEMES: readonly LayerRecord['theme'][] = ['vegetation', 'water', 'soil', 'built', 'imagery', 'reference'];
/** Layers that a run made stand behind those that were put in order. */
const ORDER = 200;

/** Adds the archive to its layer, or puts it in the place of the frame of the same name. */
export async function showLayer(database: Database, words: LayerWords, made: FinishedArchive): Promise<void> {
  const { header, metadata } = await headerOf(made.path);
  const name = basename(made.path, '.pmtiles');
  const frame = { id: name, datetime: words.datetime, clearShare: null };
  const statistics = metadata['statistics'] as { min?: number; max?: number } | undefined;
  const own = typeof statistics?.min === 'number' && typeof statistics.max === 'number';
  await database.transaction(async (tx) => {
    const known = await findLayer(tx, words.id);
    const frames = [...(known?.frames.filter(({ id }) => id !== name) ?? []), frame];
    const { title, description, colormap, attribution } = words;
    await putLayer(tx, {
      id: words.id,
      title: { nl: title, en: title },
      description: { nl: description, en: description },
      theme: THEMES.find((theme) => theme === words.theme) ?? 'vegetation',
      kind: header.tileType === 'mvt' ? 'vector' : metadata['precision'] ? 'value' : 'picture',
      unit: typeof metadata['unit'] === 'string' ? metadata['unit'] : null,
      range: words.range ? [...words.range] : own ? [statistics.min!, statistics.max!] : null,
      colormap,
      attribution,
      simulated: known?.simulated ?? false,
      order: known?.order ?? ORDER,
      bounds: known ? union(known.bounds, header.bounds) : [...header.bounds],
      frames: frames.toSorted((a, b) => (a.datetime ?? '').localeCompare(b.datetime ?? '') || a.id.localeCompare(b.id)),
    });
    const { tileType, minZoom, maxZoom, bounds } = header;
    await putArchive(tx, {
      name,
      layerId: words.id,
      productId: made.productId,
      bytes: made.bytes,
      sha256: made.sha256,
      header: { tileType, minZoom, maxZoom, bounds: [...bounds] },
    });
  });
}

async function headerOf(path: string) {
  if (!path.endsWith('.pmtiles'))
    throw new PlatformError('parameter-invalid', `${path} is no archive of tiles, and no layer can be made of it`);
  const archive = await openArchive(path);
  try {
    return { header: archive.header, metadata: archive.metadata };
  } finally {
    await archive.close();
  }
}

type Box = LayerRecord['bounds'];

/** Of boxes that do not cross 180°, as archives' bounds do not. */
function union([west, south, east, north]: Box, [w, s, e, n]: readonly [number, number, number, number]): Box {
  return [Math.min(west, w), Math.min(south, s), Math.max(east, e), Math.max(north, n)];
}
