/** Vector tiles of layers that are drawn from the database; archives of the same name come first. */
import { gunzipSync } from 'node:zlib';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { isTile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { IMMUTABLE, matches, REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import { demandRead } from '../policy/access.ts';
import type { Archives } from '../services/archives.ts';
import type { Metrics } from '../services/metrics.ts';
import type { ServedVectorLayer, ServedVectorTile, VectorTiles } from '../services/vector-tiles/service.ts';
import { vectorTileJson } from '../services/vector-tiles/tilejson.ts';

const MVT = 'application/vnd.mapbox-vector-tile';
const EXPOSED = `${OPEN_TO_OTHER_ORIGINS['Access-Control-Expose-Headers']}, X-Tile-Loss, X-Tile-From`;

export function vectorTileRoutes(vectorTiles: VectorTiles, archives: Archives, metrics: Metrics): Router {
  const router = Router();

  router.get('/tiles/:layer/tilejson.json', async (req, res, next) => {
    const layer = await findFor(req, req.params.layer);
    if (!layer) return next();
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Host');
    res.json(vectorTileJson(layer, originOf(req)));
  });

  router.get('/tiles/:layer/:z/:x/:y.mvt', async (req, res, next) => {
    const layer = await findFor(req, req.params.layer);
    if (!layer) return next();
    const { z, x, y } = req.params;
    const served = await drawForClient(vectorTiles, res, layer, parseTile(z, x, y));
    if (!served) return;
    const asked = req.query['v'];
    if (asked !== undefined && asked !== served.version) {
      // That version is gone: an answer under its address would be kept as if it were of it
      res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', 'no-store');
      return res.redirect(307, `${originOf(req)}${req.path}?v=${served.version}`);
    }
    metrics.tile(sendVectorTile(req, res, served, asked === undefined ? REVALIDATE : IMMUTABLE));
  });

  /** Null where no layer of the database is asked for. @throws {PlatformError} `unauthorized`, `forbidden` */
  async function findFor(req: Request, id: string): Promise<ServedVectorLayer | null> {
    if (await isArchive(id)) return null;
    const layer = await vectorTiles.find(id);
    if (layer) demandRead(req, [layer.data, { kind: 'layer', id }]);
    return layer;
  }

  async function isArchive(name: string): Promise<boolean> {
    try {
      await archives.open(name);
      return true;
    } catch (error) {
      if (isPlatformError(error) && error.code === 'not-found') return false;
      throw error;
    }
  }

  return router;
}

/** Null where the client left. @throws {PlatformError} as `VectorTiles.tile` */
export async function drawForClient(
  vectorTiles: VectorTiles,
  res: Response,
  layer: ServedVectorLayer,
  tile: Tile,
): Promise<ServedVectorTile | null> {
  const controller = new AbortController();
  const leave = () => {
    if (!res.writableFinished) controller.abort();
  };
  res.once('close', leave);
  try {
    return await vectorTiles.tile(layer, tile, controller.signal);
  } catch (error) {
    if (res.destroyed) return null;
    throw error;
  } finally {
    res.off('close', leave);
  }
}

/** @returns what the client got, for the figures */
export function sendVectorTile(
  req: Request,
  res: Response,
  { version, bytes, loss, from }: ServedVectorTile,
  cacheControl: string,
): 'sent' | 'blank' | 'unchanged' {
  const etag = `"${version}${req.path.replace(/^.*?((?:\/\d+){3})(?:\.mvt)?$/, '$1').replaceAll('/', '-')}"`;
  res.set(OPEN_TO_OTHER_ORIGINS).set('Access-Control-Expose-Headers', EXPOSED);
  res.set({ ETag: etag, 'Cache-Control': cacheControl, 'X-Tile-From': from });
  if (loss !== null) res.set('X-Tile-Loss', loss);
  if (matches(req.headers['if-none-match'], etag)) {
    res.status(304).end();
    return 'unchanged';
  }
  if (bytes === null) {
    res.set('X-Blank-Reason', 'no-data; no feature lies here').status(204).end();
    return 'blank';
  }
  const isPacked = /\bgzip\b|\*/.test(req.headers['accept-encoding']?.toString() ?? '');
  const body = isPacked ? bytes : gunzipSync(bytes);
  res.vary('Accept-Encoding');
  if (isPacked) res.set('Content-Encoding', 'gzip');
  res.writeHead(200, { 'Content-Type': MVT, 'Content-Length': body.byteLength });
  res.end(req.method === 'HEAD' ? undefined : body);
  return 'sent';
}

function parseTile(z: string, x: string, y: string): Tile {
  const numbers = [z, x, y].map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN));
  const tile = { z: numbers[0]!, x: numbers[1]!, y: numbers[2]! };
  if (isTile(tile)) return tile;
  const asked = `${z}/${x}/${y}`.slice(0, 60);
  throw new PlatformError(
    'parameter-invalid',
    `There is no tile ${asked}: zooms run from 0 to 24, columns and rows from 0 to 2^zoom − 1`,
    { detail: { parameter: 'z/x/y', value: asked } },
  );
}
