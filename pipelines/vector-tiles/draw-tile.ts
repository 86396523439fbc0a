/** Rows of a layer → one tile: by the same steps as an archive's, so that the same features are the same bytes. */
import { createTransform } from '../core/grid/crs.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Tile } from '../core/grid/tile-matrix-set.ts';
import { mercatorToLonLat, tileBounds, tileSpan } from '../core/grid/tile-matrix-set.ts';
import { FeatureFault, isRecord } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';
import { FeatureLayer } from '../core/vector/feature-layer.ts';
import { mergeTiles } from '../core/vector/merge-tile.ts';
import { TileEncoder } from '../core/vector/tile-encoder.ts';
import { TILE_EXTENT, TILE_MARGIN, walkTo } from '../core/vector/tile-walk.ts';
import { reprojectGeometry } from '../io/features/reproject.ts';
import { compressTile, fitTile } from './fit-tile.ts';
import type { SourceRow } from './source.ts';

export interface DrawTileInput {
  /** Name of the layer inside the tile. */
  readonly name: string;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly epsg: number;
  readonly tile: Tile;
  readonly rows: readonly SourceRow[];
  /** Put into a tile that is there in place of the features that changed. */
  readonly into?: {
    /** Not compressed. */
    readonly bytes: Uint8Array;
    readonly changed: readonly string[];
  };
}

export interface DrawnTile {
  /** Compressed by gzip; null where nothing is to be drawn. */
  readonly bytes: Uint8Array | null;
  /** As `FittedTile` has it. */
  readonly share: number;
}

/** Attribute by which features of a tile are told apart. */
const ID = 'id';
const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/;

export function drawTile({ name, minZoom, maxZoom, epsg, tile, rows, into }: DrawTileInput): DrawnTile {
  const layer = new FeatureLayer(name, minZoom, maxZoom);
  for (const feature of toFeatures(rows, epsg)) {
    try {
      layer.add(feature);
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error; // as in an archive, what cannot be drawn is passed over
    }
  }
  layer.points.arrange(minZoom, maxZoom);
  const encoder = new TileEncoder([layer]);
  const node = walkTo([layer], tile);
  if (!into) {
    const drawn = fitTile(encoder, node);
    return { bytes: drawn?.bytes ?? null, share: drawn?.share ?? 1 };
  }
  const merged = mergeTiles(into.bytes, encoder.encode(node, 1).bytes, ID, new Set(into.changed));
  return { bytes: merged && compressTile(merged), share: 1 };
}

/** In degrees, with the row's id as attribute and, where it is a whole number, as the id of the tile's feature. */
export function* toFeatures(rows: Iterable<SourceRow>, epsg: number): Generator<RawFeature> {
  const toLonLat = epsg === 4326 ? null : createTransform(epsg, 4326);
  for (const row of rows) {
    const geometry: unknown = JSON.parse(row.geometry);
    if (toLonLat) reprojectGeometry(geometry, (x, y) => toLonLat.point(x, y));
    const given: unknown = JSON.parse(row.properties);
    const properties = { ...(isRecord(given) ? given : {}), [ID]: row.id };
    yield { ...(WHOLE_NUMBER.test(row.id) && { id: Number(row.id) }), properties, geometry };
  }
}

/** Beyond rounding of boxes and of tiles, degrees. */
const SLACK = 1e-7;

/** A tile with the margin that shapes are drawn in. */
export function boxOfTile(tile: Tile): LonLatBox {
  const { minX, minY, maxX, maxY } = tileBounds(tile);
  const margin = (tileSpan(tile.z) * TILE_MARGIN) / TILE_EXTENT;
  const [west, south] = mercatorToLonLat(minX - margin, minY - margin);
  const [east, north] = mercatorToLonLat(maxX + margin, maxY + margin);
  // Beyond its last row Web Mercator draws what lies nearer to a pole along its edge
  const [bottom, top] = [tile.y === 2 ** tile.z - 1 ? -90 : south - SLACK, tile.y === 0 ? 90 : north + SLACK];
  return [west - SLACK, bottom, east + SLACK, top];
}
