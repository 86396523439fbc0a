/** Vector tiles drawn on demand from the database, over an archive where a layer has one. */
import { gunzipSync } from 'node:zlib';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Tile } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { FieldType } from '../../../pipelines/core/vector/attributes.ts';
import type { Database, Queries } from '../../../pipelines/database/database.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import { changesIn } from '../../../pipelines/vector-tiles/bases.ts';
import { boxOfTile, drawTile } from '../../../pipelines/vector-tiles/draw-tile.ts';
import type { DrawTileInput } from '../../../pipelines/vector-tiles/draw-tile.ts';
import { MAX_TILE_FEATURES } from '../../../pipelines/vector-tiles/fit-tile.ts';
import type { SourceLayer } from '../../../pipelines/vector-tiles/source.ts';
import { findSourceLayer, listSourceLayers } from '../../../pipelines/vector-tiles/sources.ts';
import type { FoundLayer } from '../../../pipelines/vector-tiles/sources.ts';
import { keyOf, readAtVersion, readVersions, versionText } from '../../../pipelines/vector-tiles/versions.ts';
import type { DataVersion } from '../../../pipelines/vector-tiles/versions.ts';
import { zoomsOf } from '../../../pipelines/vector-tiles/zooms.ts';
import type { ServedDatabase } from '../database.ts';
import { createFlights } from '../raster/flights.ts';
import { createKept } from '../raster/kept.ts';
import { createBaseArchives } from './base-archives.ts';
import { createVersionReader } from './version-reader.ts';

export interface ServedVectorLayer extends SourceLayer {
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly fields: Readonly<Record<string, FieldType>>;
  /** For addresses: changes with every write, and never comes again. */
  readonly version: string;
}

export interface ServedVectorTile {
  /** Of the data that it shows. */
  readonly version: string;
  /** Compressed by gzip; null where nothing is there. */
  readonly bytes: Uint8Array | null;
  /** What is not in it, in words; null where all is. */
  readonly loss: string | null;
  /** Where it came from: `archive`, `merged`, `drawn`. */
  readonly from: 'archive' | 'merged' | 'drawn';
}

export interface VectorTiles {
  /** Null where no layer of the database has that id. */
  find(id: string): Promise<ServedVectorLayer | null>;
  list(): Promise<SourceLayer[]>;
  /**
   * The tile as it is now. @param layer  As it was found for this very request.
   * @throws {PlatformError} `aborted`, `unavailable` where too many wait
   */
  tile(layer: ServedVectorLayer, tile: Tile, signal: AbortSignal): Promise<ServedVectorTile>;
  close(): Promise<void>;
}

export interface VectorTilesOptions {
  readonly workspace: string;
  readonly database: ServedDatabase;
  /** Threads that draw what is too much for this one. */
  readonly runner: () => Promise<TaskRunner>;
}

const CACHE_BYTES = 64 << 20;
/** What is kept beside the bytes of a tile. */
const ENTRY_BYTES = 300;
/** Up to so many features a tile is drawn in this thread, in some 10 ms; another one would cost their copy. */
const HERE = 1000;
/** Up to so many, a tile with changes is drawn anew, exactly; more are merged into the archive's tile. */
const REDRAWN = 2000;

export function createVectorTiles({ workspace, database, runner }: VectorTilesOptions): VectorTiles {
  const tiles = createKept<ServedVectorTile>({
    most: CACHE_BYTES,
    weigh: ({ bytes }) => ENTRY_BYTES + (bytes?.length ?? 0),
  });
  const layers = createKept<ServedVectorLayer>({ most: 500 });
  const flights = createFlights<ServedVectorTile>();
  const bases = createBaseArchives(workspace);
  const look = createVersionReader(async () => {
    const opened = await database.openExisting();
    return opened ? readVersions(opened) : new Map();
  });
  const turns = createTurns();

  async function versionOf({ data }: Pick<SourceLayer, 'data'>): Promise<string | null> {
    const version = (await look()).get(keyOf(data));
    return version ? versionText(version) : null;
  }

  async function draw(opened: Database, found: FoundLayer, tile: Tile, signal: AbortSignal): Promise<ServedVectorTile> {
    const result = await readAtVersion(opened, found.layer.data, look, (queries, version) =>
      gather(queries, found, version, tile),
    );
    if (!result) throw gone(found.layer.id);
    const version = versionText(result.version);
    const { input, bytes, loss, from } = result.found;
    if (input === null) return { version, bytes, loss, from };
    const drawn =
      input.rows.length <= HERE && !input.into
        ? drawTile(input)
        : await (await runner()).run('vector-tile', input, { signal });
    return { version, bytes: drawn.bytes, loss: joined(loss, lossOf(drawn.share)), from };
  }

  /** What a tile is drawn from, or the archive's tile as it is. */
  async function gather(
    queries: Queries,
    { source, layer }: FoundLayer,
    version: DataVersion,
    tile: Tile,
  ): Promise<Gathered> {
    const box = boxOfTile(tile);
    const zooms = zoomsOf(layer.bounds);
    if (tile.z < zooms.minZoom || tile.z > zooms.maxZoom)
      return { input: null, bytes: null, loss: null, from: 'drawn' };
    const input = { name: layer.id, ...zooms, epsg: layer.epsg, tile };
    const archive = await bases.open(version);
    const { header } = archive ?? {};
    if (archive && header && tile.z >= header.minZoom && tile.z <= header.maxZoom) {
      const changed = await changesIn(queries, layer.data, version, box);
      if (changed?.length === 0)
        return { input: null, bytes: await archive.getTile(tile.z, tile.x, tile.y), loss: null, from: 'archive' };
      const few = layer.hasPoints ? null : await source.rows(queries, layer, { box, most: REDRAWN + 1 });
      if (few && few.length <= REDRAWN)
        return { input: { ...input, rows: few }, bytes: null, loss: null, from: 'drawn' };
      if (changed) {
        const stored = await archive.getTile(tile.z, tile.x, tile.y);
        const bytes = stored ? gunzipSync(stored) : new Uint8Array(0);
        const rows = await source.rows(queries, layer, { ids: changed });
        return { input: { ...input, rows, into: { bytes, changed } }, bytes: null, loss: null, from: 'merged' };
      }
    }
    const rows = await source.rows(queries, layer, layer.hasPoints ? {} : { box, most: MAX_TILE_FEATURES });
    const isFull = !layer.hasPoints && rows.length === MAX_TILE_FEATURES;
    const all = isFull ? await source.count(queries, layer, box) : rows.length;
    const loss =
      all > rows.length ? `${all - rows.length} of ${all} features are left out, those that cover least` : null;
    return { input: { ...input, rows }, bytes: null, loss, from: 'drawn' };
  }

  return {
    async find(id) {
      const before = layers.peek(id);
      if (before && (await versionOf(before)) === before.version) return before;
      const opened = await database.openExisting();
      const found = opened && (await findSourceLayer(opened, id));
      if (!found) return null;
      const { layer, source } = found;
      const version = await versionOf(layer);
      if (version === null) return null;
      const fields = await source.fields(opened, layer);
      const served = { ...layer, ...zoomsOf(layer.bounds), fields, version };
      // What was read after the version may be newer: it is kept only where nothing was written meanwhile
      if ((await versionOf(layer)) === version) layers.set(id, served);
      return served;
    },
    async list() {
      const opened = await database.openExisting();
      return opened ? listSourceLayers(opened) : [];
    },
    async tile({ version, ...layer }, tile, signal) {
      const place = `${keyOf(layer.data)} ${tile.z}/${tile.x}/${tile.y}`;
      const known = tiles.peek(`${version} ${place}`);
      if (known) return known;
      return flights.join(`${version} ${place}`, signal, (shared) =>
        turns(tile.z, async () => {
          const opened = await database.open();
          const found = await findSourceLayer(opened, layer.id);
          if (!found) throw gone(layer.id);
          const drawn = await draw(opened, found, tile, shared);
          tiles.set(`${drawn.version} ${place}`, drawn);
          return drawn;
        }),
      );
    },
    close: () => bases.close(),
  };
}

interface Gathered {
  /** Null where the bytes are there already. */
  readonly input: DrawTileInput | null;
  readonly bytes: Uint8Array | null;
  readonly loss: string | null;
  readonly from: ServedVectorTile['from'];
}

function lossOf(share: number): string | null {
  return share === 1 ? null : `points are thinned to ${(100 * share).toPrecision(2)} % and shapes coarser by as much`;
}

function joined(...losses: readonly (string | null)[]): string | null {
  return losses.filter((loss) => loss !== null).join('; ') || null;
}

function gone(id: string): PlatformError {
  return new PlatformError('not-found', `There is no layer "${id}"`, { detail: { parameter: 'layer', value: id } });
}

/** Tiles of low zooms may each hold all of a layer: few of them are worked on at a time, so that memory stays bounded. */
const HEAVY_BELOW = 12;
const HEAVY_AT_ONCE = 2;

function createTurns(): <T>(zoom: number, work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (zoom, work) => {
    if (zoom >= HEAVY_BELOW) return work();
    // Whoever ends hands his place to the next
    if (running >= HEAVY_AT_ONCE) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const go = waiting.shift();
      if (go) go();
      else running--;
    }
  };
}
