/**
 * Tiles out of archives. It answers straight from Node's request, before Express: a map asks for hundreds of tiles, and
 * the router would cost more than the tile.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { LAYER_ID } from '../../pipelines/catalog/layer.ts';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import { isTile, lonLatToMercator, tileRange } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { IMMUTABLE, matches, REVALIDATE } from '../http/caching.ts';
import { commonHeaders, OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import type { Archives, OpenArchive } from '../services/archives.ts';
import type { Metrics } from '../services/metrics.ts';
import { TILE_FORMATS } from '../services/layers.ts';

const TILE = /^\/tiles\/([A-Za-z0-9_-]+)\/(\d{1,9})\/(\d{1,9})\/(\d{1,9})\.([a-z]{3,4})(?:\?(.*))?$/;

/** `fail` answers with a problem document. */
export type Fail = (req: IncomingMessage, res: ServerResponse, error: unknown) => void;

/**
 * @param otherwise  Called where no archive has the name of the layer: it may be drawn from the database.
 * @returns true where the request was for a tile, and is answered, or will be.
 */
export type TileHandler = (req: IncomingMessage, res: ServerResponse, otherwise: () => void) => boolean;

/** @param pass  May the tile be given to whoever asks? False: not by this way. It throws for a refusal. */
export function createTileHandler(
  archives: Archives,
  metrics: Metrics,
  { fail, pass }: { readonly fail: Fail; readonly pass: (req: IncomingMessage, layer: string) => boolean },
): TileHandler {
  return (req, res, otherwise) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return false;
    const match = TILE.exec(req.url ?? '');
    if (!match || !LAYER_ID.test(match[1]!) || !pass(req, match[1]!)) return false;
    const open = archives.peek(match[1]!);
    const done = open
      ? answer(req, res, match, open, metrics)
      : archives.open(match[1]!).then((o) => answer(req, res, match, o, metrics));
    done.catch((error: unknown) => {
      const isNoArchive = isPlatformError(error) && error.code === 'not-found' && error.detail['parameter'] === 'layer';
      if (isNoArchive && match[5] === 'mvt') otherwise();
      else fail(req, res, error);
    });
    return true;
  };
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  match: RegExpExecArray,
  open: OpenArchive,
  metrics: Metrics,
): Promise<void> {
  const [, layer, z, x, y, extension, query] = match;
  const tile = { z: Number(z), x: Number(x), y: Number(y) };
  const format = TILE_FORMATS[open.archive.header.tileType as keyof typeof TILE_FORMATS];
  if (!isTile(tile))
    throw new PlatformError(
      'parameter-invalid',
      `There is no tile ${z}/${x}/${y}: x and y run from 0 to 2^z − 1, z to 24`,
      { detail: { parameter: 'z/x/y', value: `${z}/${x}/${y}` } },
    );
  if (extension !== format.extension && extension !== 'pbf')
    throw new PlatformError('not-found', `Layer ${layer} has ${format.extension} tiles, not ${extension}`, {
      detail: { parameter: 'format', value: extension },
    });
  const etag = `"${open.version}-${z}-${x}-${y}"`;
  const cacheControl = query !== undefined && hasVersion(query, open.version) ? IMMUTABLE : REVALIDATE;
  const headers: Record<string, string | number> = {
    ...commonHeaders(),
    ...OPEN_TO_OTHER_ORIGINS,
    ETag: etag,
    'Cache-Control': cacheControl,
  };
  if (matches(req.headers['if-none-match'], etag)) {
    metrics.tile('unchanged');
    res.writeHead(304, headers).end();
    return;
  }
  let bytes = await open.archive.getTile(tile.z, tile.x, tile.y);
  metrics.tile(bytes === null ? 'blank' : 'sent');
  if (bytes === null) {
    res.writeHead(204, { ...headers, 'X-Blank-Reason': blankReason(open, tile) }).end();
    return;
  }
  headers['Content-Type'] = format.mediaType;
  if (open.archive.header.tileCompression === 'gzip') {
    headers['Vary'] = 'Accept-Encoding';
    if (/\bgzip\b|\*/.test(req.headers['accept-encoding']?.toString() ?? '')) headers['Content-Encoding'] = 'gzip';
    else bytes = gunzipSync(bytes);
  }
  headers['Content-Length'] = bytes.byteLength;
  res.writeHead(200, headers).end(req.method === 'HEAD' ? undefined : bytes);
}

function hasVersion(query: string, version: string): boolean {
  return query === `v=${version}` || new URLSearchParams(query).get('v') === version;
}

/** Why a tile that could be is not there. */
function blankReason({ archive }: OpenArchive, { z, x, y }: { z: number; x: number; y: number }): string {
  const { minZoom, maxZoom, bounds } = archive.header;
  if (z < minZoom || z > maxZoom) return `zoom; the layer has zooms ${minZoom} to ${maxZoom}`;
  const [minX, minY] = lonLatToMercator(bounds[0], bounds[1]);
  const [maxX, maxY] = lonLatToMercator(bounds[2], bounds[3]);
  const range = tileRange({ minX, minY, maxX, maxY, epsg: 3857 }, z);
  const inside = x >= range.minX && x <= range.maxX && y >= range.minY && y <= range.maxY;
  return inside ? 'no-data; cloud or no measurement' : 'outside; beyond the layer';
}
