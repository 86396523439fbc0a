import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { PMTiles, zxyToTileId } from 'pmtiles';
import { afterAll, describe, expect, it } from 'vitest';
import { hilbertCell, hilbertPosition } from '../../pipelines/core/grid/hilbert.ts';
import { sortOrder } from '../../pipelines/core/grid/sort-order.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileId, tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { ArchiveWriter } from '../../pipelines/io/pmtiles/writer.ts';
import { temporaryFolder } from '../support/archive.ts';
import { fileSource, verifyArchive } from '../support/pmtiles-verify.ts';

const folder = temporaryFolder('pmtiles-writer');
afterAll(() => rmSync(folder, { recursive: true }));

const NETHERLANDS = { bounds: [3.3, 50.7, 7.3, 53.6], metadata: { name: 'test' } } as const;
const RAW = { tileType: 'png', tileCompression: 'none' } as const;

let serial = 0;
const newPath = () => join(folder, `${serial++}.pmtiles`);

async function write(tiles: Iterable<readonly [Tile, Uint8Array]>, path = newPath()) {
  const writer = await ArchiveWriter.create(path, RAW);
  for (const [tile, bytes] of tiles) await writer.put(tile, bytes);
  return { path, report: await writer.finish({ minZoom: 0, maxZoom: 24, ...NETHERLANDS }) };
}

const anyTile = fc.integer({ min: 0, max: 24 }).chain((z) =>
  fc.record({
    z: fc.constant(z),
    x: fc.integer({ min: 0, max: 2 ** z - 1 }),
    y: fc.integer({ min: 0, max: 2 ** z - 1 }),
  }),
);
/** Few different contents, so that many are shared. */
const anyContent = fc.uint8Array({ minLength: 1, maxLength: 3, max: 2 });
const tileSets = fc.uniqueArray(fc.tuple(anyTile, anyContent), {
  minLength: 1,
  maxLength: 60,
  selector: ([{ z, x, y }]) => `${z}/${x}/${y}`,
});

describe('tile ids', () => {
  it('are those of the pmtiles package', () => {
    fc.assert(
      fc.property(anyTile, ({ z, x, y }) => {
        expect(tileId(z, x, y)).toBe(zxyToTileId(z, x, y));
        expect(tileOfId(tileId(z, x, y))).toEqual({ z, x, y });
        expect(hilbertCell(z, hilbertPosition(z, x, y))).toEqual([x, y]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('are sorted as an array sorts them', () => {
    const keys = fc.array(fc.oneof(fc.nat(20), fc.nat(), fc.maxSafeNat()), { maxLength: 200 });
    fc.assert(
      fc.property(keys, (values) => {
        const order = sortOrder(Float64Array.from(values));
        const wanted = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value || a.i - b.i);
        expect([...order]).toEqual(wanted.map(({ i }) => i));
      }),
      { seed: 2 },
    );
  });
});

describe('ArchiveWriter', () => {
  it('writes archives in which every tile is found and none is invented', async () => {
    await fc.assert(
      fc.asyncProperty(tileSets, fc.array(anyTile, { maxLength: 20 }), async (tiles, others) => {
        const { path, report } = await write(tiles);
        expect((await verifyArchive(path)).complaints).toEqual([]);
        const archive = new PMTiles(fileSource(path));
        const own = await openArchive(path);
        const stored = new Map(tiles.map(([{ z, x, y }, bytes]) => [`${z}/${x}/${y}`, bytes]));
        for (const { z, x, y } of [...tiles.map(([tile]) => tile), ...others]) {
          const wanted = stored.get(`${z}/${x}/${y}`);
          const theirs = await archive.getZxy(z, x, y);
          expect(theirs && new Uint8Array(theirs.data)).toEqual(wanted);
          expect(await own.getTile(z, x, y)).toEqual(wanted ?? null);
        }
        await own.close();
        expect(report.tiles).toBe(tiles.length);
        expect(report.contents).toBe(new Set(tiles.map(([, bytes]) => bytes.join())).size);
        rmSync(path);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  it('writes leaf directories where the root would pass 16 KiB, and stores equal tiles once', async () => {
    const side = 256;
    const content = (x: number, y: number) => {
      const seed = x > 100 && y > 100 ? 0 : x * side + y; // a part that is blank
      return Uint8Array.from({ length: 3 + (seed % 40) }, (_, i) => seed >> (i % 2 ? 8 : 0));
    };
    function* rows(): Generator<[Tile, Uint8Array]> {
      for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) yield [{ z: 8, x, y }, content(x, y)];
    }
    const { path, report } = await write(rows());
    const { complaints, leaves, entries } = await verifyArchive(path);
    expect(complaints).toEqual([]);
    expect(leaves).toBeGreaterThan(1);
    expect(report.tiles).toBe(side * side);
    expect(report.contents).toBe(side * side - 155 * 155); // the blank content is also that of 0/0
    expect(entries.length).toBeLessThan(side * side - 155 * 155 + 1000); // the blank part is a few long runs
    const archive = new PMTiles(fileSource(path));
    const own = await openArchive(path);
    for (let i = 0; i < 500; i++) {
      const [x, y] = [(i * 37) % side, (i * 101) % side];
      expect(new Uint8Array((await archive.getZxy(8, x, y))!.data)).toEqual(content(x, y));
      expect(await own.getTile(8, x, y)).toEqual(content(x, y));
    }
    let run = 0;
    for await (const entry of own.entries()) run += entry.run;
    expect(run).toBe(side * side);
    await own.close();
  });

  it('states zooms, bounds, centre, types and metadata in the header', async () => {
    const path = newPath();
    const writer = await ArchiveWriter.create(path, { tileType: 'mvt', tileCompression: 'gzip' });
    await writer.put({ z: 5, x: 16, y: 10 }, Uint8Array.of(1));
    await writer.put({ z: 3, x: 4, y: 2 }, Uint8Array.of(2));
    const metadata = { name: 'veld', vector_layers: [{ id: 'a' }], unit: '°C' };
    await writer.finish({ minZoom: 2, maxZoom: 6, bounds: [3.3, 50.7, 7.3, 53.6], center: [5.1, 52.1, 12], metadata });
    const archive = new PMTiles(fileSource(path));
    expect(await archive.getHeader()).toMatchObject({
      specVersion: 3,
      clustered: true,
      internalCompression: 2,
      tileCompression: 2,
      tileType: 1,
      minZoom: 3,
      maxZoom: 5,
      minLon: 3.3,
      minLat: 50.7,
      maxLon: 7.3,
      maxLat: 53.6,
      centerLon: 5.1,
      centerLat: 52.1,
      centerZoom: 5,
    });
    expect(await archive.getMetadata()).toEqual(metadata);
  });

  it('centres on the bounds by default, at the zoom that shows them', async () => {
    const path = newPath();
    const writer = await ArchiveWriter.create(path, RAW);
    for (let z = 0; z <= 9; z++) await writer.put({ z, x: 0, y: 0 }, Uint8Array.of(z));
    await writer.finish({ minZoom: 0, maxZoom: 9, bounds: [4, 51, 6, 53], metadata: {} });
    const { header } = await verifyArchive(path);
    expect([header.centerLon, header.centerLat, header.centerZoom]).toEqual([5, 52, 7]);
  });

  it('gives bounds an area, and all longitudes to a box across 180°', async () => {
    const header = async (bounds: readonly [number, number, number, number]) => {
      const path = newPath();
      const writer = await ArchiveWriter.create(path, RAW);
      await writer.put({ z: 0, x: 0, y: 0 }, Uint8Array.of(1));
      await writer.finish({ minZoom: 0, maxZoom: 0, bounds, metadata: {} });
      const { complaints, header: stated } = await verifyArchive(path);
      expect(complaints).toEqual([]);
      return [stated.minLon, stated.minLat, stated.maxLon, stated.maxLat];
    };
    expect(await header([5, 52, 5, 52])).toEqual([4.9999999, 51.9999999, 5.0000001, 52.0000001]);
    expect(await header([180, 90, 180, 90])).toEqual([179.9999999, 89.9999999, 180, 90]);
    expect(await header([170, -10, -170, 10])).toEqual([-180, -10, 180, 10]);
  });

  it('keeps tiles apart that are put at the same time, whatever their size', async () => {
    const path = newPath();
    const writer = await ArchiveWriter.create(path, RAW);
    const sizes = [1, 700_000, 2_500_000, 90, 1 << 20, 400_000, 5];
    const bytes = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
    await Promise.all(bytes.map((content, x) => writer.put({ z: 4, x, y: 3 }, content)));
    await writer.finish({ minZoom: 4, maxZoom: 4, ...NETHERLANDS });
    const own = await openArchive(path);
    for (const [x, content] of bytes.entries()) expect(Buffer.compare((await own.getTile(4, x, 3))!, content)).toBe(0);
    await own.close();
  });

  it('takes a copy of the bytes of a tile', async () => {
    const path = newPath();
    const writer = await ArchiveWriter.create(path, RAW);
    const shared = new Uint8Array(4).fill(7);
    await writer.put({ z: 1, x: 0, y: 0 }, shared);
    shared.fill(9);
    await writer.put({ z: 1, x: 1, y: 0 }, shared);
    await writer.finish({ minZoom: 1, maxZoom: 1, ...NETHERLANDS });
    const own = await openArchive(path);
    expect(await own.getTile(1, 0, 0)).toEqual(new Uint8Array(4).fill(7));
    expect(await own.getTile(1, 1, 0)).toEqual(new Uint8Array(4).fill(9));
    await own.close();
  });

  it('refuses an archive without tiles, a tile twice and a tile that cannot be, and leaves nothing behind', async () => {
    const before = readdirSync(folder).length;
    const empty = await ArchiveWriter.create(newPath(), RAW);
    await expect(empty.finish({ minZoom: 0, maxZoom: 1, ...NETHERLANDS })).rejects.toMatchObject({ code: 'outside' });
    const twice = await ArchiveWriter.create(newPath(), RAW);
    await twice.put({ z: 1, x: 0, y: 0 }, Uint8Array.of(1));
    await twice.put({ z: 1, x: 0, y: 0 }, Uint8Array.of(2));
    await expect(twice.finish({ minZoom: 0, maxZoom: 1, ...NETHERLANDS })).rejects.toThrow('twice');
    const beyond = await ArchiveWriter.create(newPath(), RAW);
    await expect(beyond.put({ z: 1, x: 2, y: 0 }, Uint8Array.of(1))).rejects.toThrow('no tile 1/2/0');
    await expect(beyond.put({ z: 1, x: 1, y: 0 }, new Uint8Array(0))).rejects.toThrow('empty');
    await beyond.put({ z: 1, x: 1, y: 0 }, Uint8Array.of(1));
    await expect(beyond.finish({ minZoom: 2, maxZoom: 3, ...NETHERLANDS })).rejects.toThrow('zoom 1 to 1');
    const given = await ArchiveWriter.create(newPath(), RAW);
    await given.put({ z: 1, x: 1, y: 0 }, new Uint8Array(3 << 20));
    await given.discard();
    expect(readdirSync(folder).length).toBe(before);
  });

  it('says in one sentence that its folder does not exist', async () => {
    await expect(ArchiveWriter.create(join(folder, 'none', 'x.pmtiles'), RAW)).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining('x.pmtiles') as string,
    });
  });
});
