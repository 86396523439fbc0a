/** The kinds of layers that are drawn on demand; a new one is its source and a line here. */
import type { Queries } from '../database/database.ts';
import type { SourceLayer, VectorTileSource } from './source.ts';
import { alertsSource } from './alerts-source.ts';
import { assetsSource } from './assets-source.ts';
import { stationsSource } from './stations-source.ts';
import { zonesSource } from './zones-source.ts';

export const VECTOR_TILE_SOURCES: readonly VectorTileSource[] = [
  zonesSource,
  stationsSource,
  alertsSource,
  assetsSource,
];

export interface FoundLayer {
  readonly source: VectorTileSource;
  readonly layer: SourceLayer;
}

/** Null where no source has a layer of that id; the first that has one gives it. */
export async function findSourceLayer(queries: Queries, id: string): Promise<FoundLayer | null> {
  if (id.includes('\0')) return null; // no text of the database has it
  for (const source of VECTOR_TILE_SOURCES) {
    const layer = await source.find(queries, id);
    if (layer) return { source, layer };
  }
  return null;
}

export async function listSourceLayers(queries: Queries): Promise<SourceLayer[]> {
  const found = new Map<string, SourceLayer>();
  for (const source of VECTOR_TILE_SOURCES)
    for (const layer of await source.list(queries)) if (!found.has(layer.id)) found.set(layer.id, layer);
  return [...found.values()];
}
