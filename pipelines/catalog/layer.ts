/**
 * What can be shown: a layer has frames, each an archive in the workspace. Records are kept in the database; an archive
 * that lies in `archives/` without a record is a layer of its own, so that putting a file there is all it takes to see it.
 */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import type { LayerFrame, LayerSummary } from '../core/wire.ts';

const text = z.object({ nl: z.string(), en: z.string() });
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** An id is a word of file names and addresses alike. */
export const LAYER_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

export const layerSchema = z.object({
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
