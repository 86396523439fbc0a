import { mkdirSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Zone } from '../../pipelines/catalog/zone-set.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import type { Archive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { makeVectorBase } from '../../pipelines/runs/vector-base.ts';
import { countChanges } from '../../pipelines/vector-tiles/bases.ts';
import { createVectorTiles } from '../../server/services/vector-tiles/service.ts';
import type { ServedVectorTile, VectorTiles } from '../../server/services/vector-tiles/service.ts';
import { temporaryFolder } from '../support/archive.ts';
import { makeParcels, parcelSet } from '../support/parcels.ts';
import { createRandom } from '../support/random.ts';
import { decodeTile, featuresOf } from '../support/vector-tiles.ts';

const workspace = temporaryFolder('base-and-delta');
const DATA = { kind: 'zones', id: 'parcels' } as const;
const never = new AbortController().signal;
let database: Database;
let zones: Zone[];

beforeAll(async () => {
  mkdirSync(workspace, { recursive: true });
  database = await openDatabase({ workspace, url: null, command: 'test' });
  zones = makeParcels(4500, 70);
  await putZoneSet(database, parcelSet(zones));
}, 60_000);

afterAll(async () => {
  await database.close();
  rmSync(workspace, { recursive: true });
});

/** Nothing of what it draws is kept from another. */
function serve(folder = workspace): VectorTiles {
  const served = { open: async () => database, openExisting: async () => database, watch() {}, async close() {} };
  return createVectorTiles({ workspace: folder, database: served, runner: async () => inlineRunner });
}

async function draw(vectorTiles: VectorTiles, tile: Tile): Promise<ServedVectorTile> {
  return vectorTiles.tile((await vectorTiles.find('parcels'))!, tile, never);
}

async function tilesOf(archive: Archive): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for await (const { id, run } of archive.entries()) for (let i = 0; i < run; i++) tiles.push(tileOfId(id + i));
  return tiles;
}

async function makeBase() {
  const made = await makeVectorBase({ database, workspace, startRunner: async () => inlineRunner }, 'parcels');
  return { ...made, archive: await openArchive(made.output) };
}

/** What a map draws of a tile: each feature with its attributes and place, in one order. */
function contents(bytes: Uint8Array | null): string[] {
  if (bytes === null) return [];
  return featuresOf(decodeTile(gunzipSync(bytes)), 'parcels')
    .map((f) =>
      JSON.stringify([f.id, Object.entries(f.properties).sort(([a], [b]) => (a < b ? -1 : 1)), f.loadGeometry()]),
    )
    .sort();
}

describe('tiles drawn from the database', () => {
  it('are those of an archive of the same features, byte by byte, at every zoom', async () => {
    const { archive, tiles } = await makeBase();
    const vectorTiles = serve('/nowhere'); // where no archive is
    const all = await tilesOf(archive);
    expect(all.length).toBe(tiles);
    expect(new Set(all.map(({ z }) => z)).size).toBeGreaterThan(5);
    const random = createRandom(3);
    for (const tile of all.filter(({ z }) => z < 12 || random() < 0.4)) {
      const { bytes, from } = await draw(vectorTiles, tile);
      expect(from).toBe('drawn');
      expect(Buffer.compare(bytes!, (await archive.getTile(tile.z, tile.x, tile.y))!)).toBe(0);
    }
    await archive.close();
  }, 60_000);

  it('are empty outside the zooms and the place of the layer', async () => {
    const vectorTiles = serve();
    expect((await draw(vectorTiles, { z: 3, x: 4, y: 2 })).bytes).toBeNull();
    expect((await draw(vectorTiles, { z: 12, x: 10, y: 10 })).bytes).toBeNull();
  });
});

describe('an archive with what changed since', () => {
  it('is what an archive of now would be, after additions, changes, moves and removals', async () => {
    await makeBase().then(({ archive }) => archive.close());
    const random = createRandom(7);
    for (let round = 0; round < 2; round++) {
      await changeSome(random);
      const vectorTiles = serve();
      const merged = new Map<string, ServedVectorTile>();
      const boxes = await affectedTiles(random);
      for (const tile of boxes) merged.set(`${tile.z}/${tile.x}/${tile.y}`, await draw(vectorTiles, tile));
      const ways = new Set([...merged.values()].map(({ from }) => from));
      expect([...ways].sort()).toEqual(['archive', 'drawn', 'merged']);
      await vectorTiles.close();
      const drawn = serve('/nowhere');
      for (const tile of boxes) {
        const { from, bytes } = merged.get(`${tile.z}/${tile.x}/${tile.y}`)!;
        const now = contents((await draw(drawn, tile)).bytes);
        // Parcels too small to draw become squares of the same area together; which of them bears one may differ
        if (from === 'merged' && tile.z < 10) expect(Math.abs(contents(bytes).length - now.length)).toBeLessThan(30);
        else expect([tile, contents(bytes)]).toEqual([tile, now]);
      }
    }
  }, 90_000);

  it('has nothing to merge where a set was written again as it was, and forgets what an archive of now holds', async () => {
    await makeBase().then(({ archive }) => archive.close());
    expect(await countChanges(database, DATA)).toBe(0);
    const rows = await currentZones();
    await putZoneSet(database, parcelSet(rows));
    expect(await countChanges(database, DATA)).toBe(0);
    const other = rows.map((zone, k) => (k === 5 ? { ...zone, properties: { crop: 'fallow' } } : zone));
    await putZoneSet(database, parcelSet(other));
    expect(await countChanges(database, DATA)).toBe(1);
    await makeBase().then(({ archive }) => archive.close());
    expect(await countChanges(database, DATA)).toBe(0);
  }, 60_000);

  it('is not used once its zones are in another CRS', async () => {
    await database.query("UPDATE zone_sets SET epsg = 4326 WHERE id = 'parcels'");
    expect(await database.query('SELECT file FROM tile_bases')).toEqual([]);
    await database.query("UPDATE zone_sets SET epsg = 28992 WHERE id = 'parcels'");
  });
});

async function currentZones(): Promise<Zone[]> {
  const { listZones } = await import('../../pipelines/catalog/zones-repository.ts');
  return listZones(database, 'parcels');
}

async function changeSome(random: () => number): Promise<void> {
  const toLonLat = createTransform(28992, 4326);
  const pick = () => zones[Math.floor(random() * zones.length)]!;
  await database.query("DELETE FROM zones WHERE set_id = 'parcels' AND id = ANY($1::text[])", [[pick().id, pick().id]]);
  await database.query(
    `UPDATE zones SET properties = '{"crop": "fallow"}' WHERE set_id = 'parcels' AND id = ANY($1::text[])`,
    [[pick().id, pick().id]],
  );
  const ring = [[0, 0], [90, 0], [90, 90], [0, 90], [0, 0]].map(([dx, dy]) => [153_010 + Math.floor(random() * 900) + dx!, 449_000 + dy!]); // prettier-ignore
  const places = ring.map(([x, y]) => toLonLat.point(x!, y!));
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
  const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  const polygon = JSON.stringify({ type: 'Polygon', coordinates: [ring] });
  await database.query(
    `INSERT INTO zones (set_id, ordinal, id, properties, geometry, west, south, east, north)
     SELECT 'parcels', max(ordinal) + 1, 'new ' || max(ordinal), '{"crop": "new"}', $1::jsonb, $2, $3, $4, $5 FROM zones`,
    [polygon, ...box],
  );
  await database.query(
    `UPDATE zones SET (geometry, west, south, east, north) = ($1::jsonb, $2::float8, $3::float8, $4::float8, $5::float8)
     WHERE set_id = 'parcels' AND id = $6`,
    [polygon, ...box, pick().id],
  );
}

/** All tiles of the changes at low zooms, some of them further down, and tiles where nothing changed. */
async function affectedTiles(random: () => number): Promise<Tile[]> {
  const rows = await database.query<{ lon: number; lat: number }>(
    `SELECT west AS lon, south AS lat FROM feature_changes UNION ALL
     SELECT west, south FROM zones WHERE set_id = 'parcels' AND ordinal % 120 = 0`,
  );
  const found = new Map<string, Tile>();
  for (const { lon, lat } of rows)
    for (const z of [8, 9, 10, 11, 12, 14]) {
      if (z > 11 && random() < 0.4) continue;
      const x = Math.floor(((lon + 180) / 360) * 2 ** z);
      const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z);
      found.set(`${z}/${x}/${y}`, { z, x, y });
    }
  return [...found.values()];
}
