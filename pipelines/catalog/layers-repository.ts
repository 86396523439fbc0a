/** Layers and their archives in the database. */
import type { Queries } from '../database/database.ts';
import type { LayerRecord } from './layer.ts';
import { layerSchema } from './layer.ts';

/** Adds a layer, or replaces the one of its id. */
export async function putLayer(queries: Queries, layer: LayerRecord): Promise<void> {
  const { id, order } = layer;
  await queries.query(
    `INSERT INTO layers (id, sort_order, record) VALUES ($1, $2, $3::jsonb)
     ON CONFLICT (id) DO UPDATE SET (sort_order, record, updated_at) = (EXCLUDED.sort_order, EXCLUDED.record, now())`,
    [id, order, JSON.stringify(layerSchema.parse(layer))],
  );
}

export async function findLayer(queries: Queries, id: string): Promise<LayerRecord | null> {
  const [row] = await queries.query('SELECT record FROM layers WHERE id = $1', [id]);
  return row ? layerSchema.parse(row['record']) : null;
}

/** Those of the ids that are there, in no order. */
export async function findLayers(queries: Queries, ids: readonly string[]): Promise<LayerRecord[]> {
  const rows = await queries.query('SELECT record FROM layers WHERE id = ANY($1::text[])', [ids]);
  return rows.map(({ record }) => layerSchema.parse(record));
}

/** In the order in which they are listed. */
export async function listLayerRecords(queries: Queries): Promise<LayerRecord[]> {
  const rows = await queries.query('SELECT record FROM layers ORDER BY sort_order, id');
  return rows.map(({ record }) => layerSchema.parse(record));
}

export interface ArchiveRecord {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly layerId: string | null;
  readonly productId: string | null;
  readonly bytes: number;
  readonly sha256: string;
  /** Tile type, zooms and bounds, as its header says. */
  readonly header: {
    readonly tileType: string;
    readonly minZoom: number;
    readonly maxZoom: number;
    readonly bounds: readonly number[];
  };
}

export async function putArchive(queries: Queries, archive: ArchiveRecord): Promise<void> {
  const { name, layerId, productId, bytes, sha256, header } = archive;
  await queries.query(
    `INSERT INTO archives (name, layer_id, product_id, bytes, sha256, header) VALUES ($1, $2, $3, $4, $5, $6::jsonb)
     ON CONFLICT (name) DO UPDATE SET (layer_id, product_id, bytes, sha256, header, updated_at)
     = (EXCLUDED.layer_id, EXCLUDED.product_id, EXCLUDED.bytes, EXCLUDED.sha256, EXCLUDED.header, now())`,
    [name, layerId, productId, bytes, sha256, JSON.stringify(header)],
  );
}

export type ArchiveFile = Pick<ArchiveRecord, 'name' | 'bytes' | 'sha256'>;

/** Those of the names that runs have recorded, in no order. */
export async function findArchiveFiles(queries: Queries, names: readonly string[]): Promise<ArchiveFile[]> {
  const rows = await queries.query('SELECT name, bytes, sha256 FROM archives WHERE name = ANY($1::text[])', [names]);
  return rows as unknown as ArchiveFile[];
}
