/**
 * What can be shown: a record per layer in `layers/<id>.json` of the workspace. An archive that lies in `archives/`
 * without a record is a layer of its own, so that putting a file there is all it takes to see it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import type { LayerFrame, LayerSummary } from '../core/wire.ts';
import { writeOutputFile } from '../io/output-file.ts';

const text = z.object({ nl: z.string(), en: z.string() });
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** An id is a word of file names and addresses alike. */
export const LAYER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

const layerSchema = z.object({
  id: z.string().regex(LAYER_ID),
  title: text,
  description: text,
  theme: z.enum(['vegetation', 'water', 'soil', 'built', 'imagery', 'reference']),
  kind: z.enum(['value', 'picture', 'vector']),
  unit: z.string().nullable(),
  range: z.tuple([z.number(), z.number()]).nullable(),
  colormap: z.string().nullable(),
  bounds: box,
  attribution: z.string(),
  simulated: z.boolean(),
  frames: z.array(
    z.object({ id: z.string().regex(LAYER_ID), datetime: z.string().nullable(), clearShare: z.number().nullable() }),
  ),
  /** Order in lists; smaller first. */
  order: z.number().default(100),
});

/** A layer as it is stored; addresses are added when it is listed. A frame's archive is `archives/<frame id>.pmtiles`. */
export type LayerRecord = z.infer<typeof layerSchema>;

export async function writeLayer(workspace: string, layer: LayerRecord): Promise<void> {
  await writeOutputFile(join(workspace, 'layers', `${layer.id}.json`), (file) =>
    file.handle.writeFile(JSON.stringify(layerSchema.parse(layer), null, 2)),
  );
}

/** @throws {PlatformError} `format-damaged` naming a record that does not have the shape. */
export async function readLayers(workspace: string): Promise<LayerRecord[]> {
  const folder = join(workspace, 'layers');
  const names = (await readdir(folder).catch(() => [])).filter((n) => n.endsWith('.json') && !n.startsWith('.'));
  const layers = await Promise.all(names.map((name) => readLayer(join(folder, name))));
  return layers.sort((a, b) => a.order - b.order || a.id.localeCompare(b.id));
}

async function readLayer(path: string): Promise<LayerRecord> {
  try {
    return layerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new PlatformError('format-damaged', `${path} is no layer record; remove it or make the layer again`, {
      cause,
    });
  }
}

/** Names of the archives in the workspace, without the ending. */
export async function listArchives(workspace: string): Promise<string[]> {
  const names = await readdir(join(workspace, 'archives')).catch(() => []);
  return names
    .filter((n) => n.endsWith('.pmtiles') && !n.startsWith('.'))
    .map((n) => basename(n, '.pmtiles'))
    .filter((n) => LAYER_ID.test(n));
}

export function archivePath(workspace: string, frame: string): string {
  if (!LAYER_ID.test(frame)) throw new PlatformError('not-found', `There is no layer "${frame}"`);
  return join(workspace, 'archives', `${frame}.pmtiles`);
}

/** The record as clients see it. */
export function toSummary({ order: _order, frames, ...layer }: LayerRecord): LayerSummary {
  return { ...layer, frames: frames.map(toFrame) };
}

function toFrame(frame: LayerRecord['frames'][number]): LayerFrame {
  return { ...frame, tilejson: `/tiles/${frame.id}/tilejson.json`, archive: `/archives/${frame.id}.pmtiles` };
}
