import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { lonLatToMercator, MERCATOR_HALF, tileSpan } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { setLevel } from '../../pipelines/policy/levels.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { createLog } from '../../server/http/log.ts';
import { startServer } from '../../server/serve.ts';
import type { RunningServer } from '../../server/serve.ts';
import { createVersionReader } from '../../server/services/vector-tiles/version-reader.ts';
import { temporaryFolder } from '../support/archive.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { makeParcels, parcelSet } from '../support/parcels.ts';
import { decodeTile, featuresOf } from '../support/vector-tiles.ts';

const root = temporaryFolder('vector-tiles');
const parcels = makeParcels(60, 10);
const [TILE_X, TILE_Y] = lonLatToMercator(parcels[34]!.bbox[0], parcels[34]!.bbox[1]);
const SPAN = tileSpan(14);
/** In the middle of them. */
const TILE = `14/${Math.floor((TILE_X + MERCATOR_HALF) / SPAN)}/${Math.floor((MERCATOR_HALF - TILE_Y) / SPAN)}`;
let postgres: PostgresServer | null = null;

async function serve(folder: string, url: string | null): Promise<RunningServer> {
  mkdirSync(join(root, folder, 'web'), { recursive: true });
  return startServer({
    workspace: join(root, folder),
    host: '127.0.0.1',
    port: 0,
    web: join(root, folder, 'web'),
    database: url,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
  });
}

afterAll(() => {
  postgres?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The second writes as another process does: on a server it has connections of its own. */
const KINDS = [
  { kind: 'embedded', url: () => null, skip: false },
  { kind: 'postgres', url: () => (postgres ??= startPostgres()).createDatabase(), skip: noPostgres !== null },
] as const;

describe.each(KINDS)('vector tiles of a database, $kind', ({ kind, url, skip }) => {
  describe.skipIf(skip)('', () => {
    let servers: RunningServer[];
    let writer: Database;

    beforeAll(async () => {
      const address = url();
      const first = await serve(`${kind}-1`, address);
      servers = address === null ? [first] : [first, await serve(`${kind}-2`, address)];
      writer =
        address === null
          ? await first.database()
          : await openDatabase({ workspace: root, url: address, command: 'test' });
      await putZoneSet(writer, parcelSet(parcels));
    }, 60_000);
    afterAll(async () => {
      if (kind === 'postgres') await writer.close();
      for (const server of servers) await server.stop();
    });

    const ask = (path: string, init: RequestInit = {}, server = servers[0]!) =>
      fetch(new URL(path, server.address), { redirect: 'manual', ...init });

    async function templateOf(server = servers[0]!): Promise<string> {
      const document = (await (await ask('/tiles/parcels/tilejson.json', {}, server)).json()) as { tiles: string[] };
      return document.tiles[0]!;
    }
    const at = (template: string) => template.replace('{z}/{x}/{y}', TILE);
    async function cropsOf(answer: Response): Promise<unknown[]> {
      expect(answer.status).toBe(200);
      const tile = decodeTile(new Uint8Array(await answer.arrayBuffer()));
      return featuresOf(tile, 'parcels').map(({ properties }) => properties['crop']);
    }
    const setCrop = (crop: string) =>
      writer.query(`UPDATE zones SET properties = jsonb_build_object('crop', $1::text) WHERE set_id = 'parcels'`, [
        crop,
      ]);

    it('have an address for each version, which may be kept for ever, and only such a one', async () => {
      const template = await templateOf();
      const answer = await ask(at(template));
      expect(answer.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect((await cropsOf(answer)).length).toBeGreaterThan(5);
      const again = await ask(at(template), { headers: { 'if-none-match': answer.headers.get('etag')! } });
      expect(again.status).toBe(304);
      const bare = await ask(`/tiles/parcels/${TILE}.mvt`);
      expect(bare.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
      expect(bare.headers.get('etag')).toBe(answer.headers.get('etag'));
      const head = await ask(at(template), { method: 'HEAD' });
      expect([head.status, head.headers.get('etag')]).toEqual([200, answer.headers.get('etag')]);
    });

    it('are never those of before a write, whoever wrote: an address of before leads to one of now', async () => {
      for (let round = 0; round < 5; round++)
        for (const server of servers) {
          const old = await templateOf(server);
          await cropsOf(await ask(at(old), {}, server));
          await setCrop(`crop ${round}`);
          const gone = await ask(at(old), {}, server);
          expect([gone.status, gone.headers.get('cache-control')]).toEqual([307, 'no-store']);
          const now = gone.headers.get('location')!;
          expect(now).toBe(at(await templateOf(server)));
          expect(new Set(await cropsOf(await ask(now, {}, server)))).toEqual(new Set([`crop ${round}`]));
          await setCrop('between');
        }
    });

    it('are of one version each while somebody writes all the time', async () => {
      const ending = new AbortController();
      const writing = (async () => {
        for (let k = 0; !ending.signal.aborted; k++) await setCrop(`number ${k % 50}`);
      })();
      const seen = new Map<string, unknown>();
      try {
        // The writer may be slow to begin: a few versions have to be seen
        for (let k = 0; k < 25 || (seen.size < 3 && k < 2000); k++) {
          const answer = await ask(`/tiles/parcels/${TILE}.mvt`, {}, servers[k % servers.length]);
          const crops = new Set(await cropsOf(answer));
          expect(crops.size).toBe(1); // a write is seen whole or not at all
          const etag = answer.headers.get('etag')!;
          const [crop] = crops;
          expect(seen.get(etag) ?? crop).toBe(crop);
          seen.set(etag, crop);
        }
      } finally {
        ending.abort();
        await writing;
      }
      expect(seen.size).toBeGreaterThan(1);
    });

    it('are given to whom the zones are open', async () => {
      const path = at(await templateOf());
      expect((await ask(path)).status).toBe(200);
      await setLevel(writer, { kind: 'zones', id: 'parcels', level: 'internal', purposes: [] });
      await expect.poll(async () => (await ask(path)).status, { timeout: 10_000 }).toBe(401);
      for (const closed of ['/tiles/parcels/tilejson.json', `/ogc/collections/parcels/tiles/WebMercatorQuad/${TILE}`])
        expect([401, 404]).toContain((await ask(closed)).status);
      expect(JSON.stringify(await (await ask('/tiles')).json())).not.toContain('parcels');
      await setLevel(writer, { kind: 'zones', id: 'parcels', level: 'open', purposes: [] });
      await expect.poll(async () => (await ask(path)).status, { timeout: 10_000 }).toBe(200);
    });

    it('are tiles of OGC API Tiles and layers of the map', async () => {
      const [z, x, y] = TILE.split('/');
      const answer = await ask(`/ogc/collections/parcels/tiles/WebMercatorQuad/${z}/${y}/${x}`);
      expect((await cropsOf(answer)).length).toBeGreaterThan(5);
      const list = (await (await ask('/ogc/collections/parcels/tiles')).json()) as { tilesets: { dataType: string }[] };
      expect(list.tilesets.map(({ dataType }) => dataType)).toEqual(['vector']);
      const { layers } = (await (await ask('/tiles')).json()) as { layers: { id: string; kind: string }[] };
      expect(layers.map(({ id, kind: of }) => [id, of])).toEqual([['parcels', 'vector']]);
    });

    it('refuse what is no tile and no layer', async () => {
      expect((await ask('/tiles/parcels/3/8/0.mvt')).status).toBe(400);
      expect((await ask('/tiles/nothing/3/1/1.mvt')).status).toBe(404);
      expect((await ask('/tiles/nothing/tilejson.json')).status).toBe(404);
    });
  });
});

describe('a reader of versions', () => {
  it('never answers with what was read before it was asked, and reads once for all who wait', async () => {
    let reads = 0;
    const look = createVersionReader(async () => {
      const number = ++reads;
      await new Promise((done) => setTimeout(done, 5));
      return new Map([['a', { number, stamp: 's', base: null }]]);
    });
    const first = look();
    await Promise.resolve();
    const later = await Promise.all([look(), look(), look()]);
    expect((await first).get('a')!.number).toBe(1);
    expect(later.map((versions) => versions.get('a')!.number)).toEqual([2, 2, 2]);
  });

  it('goes on after a look that failed', async () => {
    let isDown = true;
    const look = createVersionReader(async () => {
      if (isDown) throw new Error('down');
      return new Map();
    });
    await expect(look()).rejects.toThrow('down');
    isDown = false;
    expect((await look()).size).toBe(0);
  });
});
