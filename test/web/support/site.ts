import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { build } from 'vite';
import type { LayerList, LayerSummary, TileJson } from '../../../pipelines/core/wire.ts';

/** Every tile is the same: its left half holds one code, its right half another, its lower quarter nothing. */
export const LEFT_CODE = 64;
export const RIGHT_CODE = 192;
export const TILE_ZOOM = 10;
const TILE_SIZE = 256;
const NODATA_FROM_ROW = 192;

export const CODING = { precision: 8, scale: 2 / 254, offset: -1 - 2 / 254 } as const;
const BOUNDS = [4, 51, 6, 53] as const;
const DATES = ['2025-04-01T10:40:00Z', '2025-06-01T10:40:00Z', '2025-08-01T10:40:00Z'];
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data: blob:; object-src 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export interface Site {
  readonly address: string;
  /** While true the list of layers is refused with a problem document. */
  broken: boolean;
  close(): Promise<void>;
}

/** The built application behind the strictest policy, with a small API of known tiles. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'landmeter-web-'));
  const root = resolve(import.meta.dirname, '../../../web');
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  const tile = await knownTile();
  const site = { broken: false };
  const server = createServer((req, res) => {
    res.setHeader('content-security-policy', POLICY);
    res.setHeader('x-request-id', 'test-1');
    answer(req, res, folder, tile, site.broken);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  };
  return Object.assign(site, { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close });
}

function answer(req: IncomingMessage, res: ServerResponse, folder: string, tile: Buffer, broken: boolean): void {
  const { pathname } = new URL(req.url!, 'http://site');
  const json = (body: unknown, status = 200) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  if (pathname === '/tiles' && broken) return json({ title: 'Unavailable', detail: 'The workspace is locked.' }, 503);
  if (pathname === '/tiles') return json(LIST);
  const frame = /^\/tiles\/([\w-]+)\/tilejson\.json$/.exec(pathname)?.[1];
  if (frame) return json(tileJson(frame));
  if (/^\/tiles\/[\w-]+\/\d+\/\d+\/\d+\.png$/.test(pathname)) {
    res.writeHead(200, { 'content-type': 'image/png' }).end(tile);
    return;
  }
  const file = join(folder, pathname === '/' ? 'index.html' : pathname);
  try {
    res.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  } catch {
    json({ title: 'Not found' }, 404);
  }
}

function layer(id: string, nl: string, en: string, simulated: boolean): LayerSummary {
  return {
    id,
    title: { nl, en },
    description: { nl: 'Een laag om mee te proberen.', en: 'A layer for trying.' },
    theme: 'vegetation',
    kind: 'value',
    unit: null,
    range: [0, 0.9],
    colormap: 'viridis',
    frames: DATES.map((datetime, i) => ({
      id: `${id}-${i}`,
      datetime,
      clearShare: [0.9, 0.3, 0.95][i]!,
      tilejson: `/tiles/${id}-${i}/tilejson.json`,
      archive: `/archives/${id}-${i}.pmtiles`,
    })),
    bounds: BOUNDS,
    attribution: 'Made for a test',
    simulated,
  };
}

const LIST: LayerList = {
  layers: [layer('ndvi', 'Groen', 'Green', true), layer('ndmi', 'Vocht', 'Moisture', true)],
  home: { bounds: BOUNDS, basemap: null },
  places: [{ name: 'Zeist', kind: 'town', lon: 5.233, lat: 52.09 }],
};

function tileJson(frame: string): TileJson {
  return {
    tilejson: '3.0.0',
    name: frame,
    attribution: 'Made for a test',
    scheme: 'xyz',
    tiles: [`/tiles/${frame}/{z}/{x}/{y}.png?v=1`],
    minzoom: TILE_ZOOM,
    maxzoom: TILE_ZOOM,
    bounds: BOUNDS,
    center: [5, 52, TILE_ZOOM],
    tileSize: TILE_SIZE,
    ...CODING,
  };
}

function knownTile(): Promise<Buffer> {
  const grey = Buffer.alloc(TILE_SIZE * TILE_SIZE);
  for (let row = 0; row < NODATA_FROM_ROW; row++)
    for (let col = 0; col < TILE_SIZE; col++)
      grey[row * TILE_SIZE + col] = col < TILE_SIZE / 2 ? LEFT_CODE : RIGHT_CODE;
  return sharp(grey, { raw: { width: TILE_SIZE, height: TILE_SIZE, channels: 1 } })
    .png()
    .toBuffer();
}
