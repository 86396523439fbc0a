/** `/raster/{item}`: tiles, previews, cut-outs, statistics and values of any scene or raster product, for any formula. */
import express, { Router } from 'express';
import type { Request, Response } from 'express';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { findTileMatrixSet, isTileOf, tileGrid } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { QuadTileMatrixSet } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import type { RasterGrid } from '../../pipelines/core/raster/warp-plan.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { withRemoteHosts } from '../../pipelines/io/byte-source/remote-hosts.ts';
import { RENDER_FORMAT_IDS, RENDER_FORMATS } from '../../pipelines/render/formats.ts';
import type { RenderFormat } from '../../pipelines/render/formats.ts';
import type { RasterItem } from '../../pipelines/render/raster-item.ts';
import { gridOf } from '../../pipelines/render/read-scene.ts';
import { IMMUTABLE, matches, REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import { contoursOf, intervalOf } from '../services/raster/contours.ts';
import { cropFile, gridWithin, shrinkTo } from '../services/raster/crop.ts';
import { parseZone } from '../services/raster/geojson.ts';
import { seriesAt, statisticsOf, valuesAt } from '../services/raster/numbers.ts';
import { checkSize } from '../services/raster/pictures.ts';
import type { Picture } from '../services/raster/pictures.ts';
import { bandsOf } from '../services/raster/plan.ts';
import type { RasterService } from '../services/raster/service.ts';
import { describeTiles } from '../services/raster/tilejson.ts';
import {
  checkWords,
  MOSAIC_WORDS,
  parseSubject,
  parseWish,
  refusal,
  SUBJECT_WORDS,
  WISH_WORDS,
  wordOf,
} from '../services/raster/wish.ts';

/** Statistics where the request names none. */
const USUAL_STATISTICS = 'count,min,max,mean,std,sum';
const MOST_BODY = '8mb';
/** Side of a preview, and of a cut-out as a picture, where the request says nothing. */
const USUAL_SIDE = 1024;
const MOST_SIDE = 4096;

export function rasterRoutes(service: RasterService, remoteHosts: readonly string[]): Router {
  const router = Router();
  router.use('/raster', (_req, _res, next) => withRemoteHosts(remoteHosts, next));

  router.get('/raster/:item/tiles/:set/:z/:x/:name', async (req, res) => {
    const { item: id, set: setId, z, x, name } = req.params;
    const [, y, twice, extension] = /^(\d{1,9})(@2x)?\.([a-z]{3,4})$/.exec(name) ?? [];
    const item = await service.item(id);
    const place = tileOf(setId, [z, x, y ?? '']);
    checkWords(req.query, [...WISH_WORDS, 'size', 'v']);
    const size = sizeOf(req) * (twice ? 2 : 1);
    const series = await service.seriesOf(item, parseWish(req.query));
    const picture = series.picture({ target: tileGrid(...place, size), format: formatOf(extension) });
    await sendPicture(req, res, picture, formatOf(extension), req.query['v'] === series.version);
  });

  router.get('/raster/:item/tilejson.json', async (req, res) => {
    checkWords(req.query, [...WISH_WORDS, 'size', 'tiles']);
    const item = await service.item(req.params.item);
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': REVALIDATE });
    res.json(await describeTiles(service, item, req.query, originOf(req)));
  });

  for (const extension of PICTURE_EXTENSIONS) {
    router.get(`/raster/:item/preview.${extension}`, async (req, res) => {
      checkWords(req.query, [...WISH_WORDS, 'max_size']);
      await sendGridded(req, res, extension, null);
    });
    router.get(`/raster/:item/crop.${extension}`, async (req, res) => {
      checkWords(req.query, [...WISH_WORDS, 'bbox', 'max_size']);
      await sendGridded(req, res, extension, parseBox(req));
    });
  }

  router.get('/raster/:item/crop.tif', async (req, res) => {
    checkWords(req.query, [...SUBJECT_WORDS, 'bbox']);
    const [item, subject, box] = [await service.item(req.params.item), parseSubject(req.query), parseBox(req)];
    const bytes = await cropFile(item, subject, box, await service.runner(), leaving(res));
    const name = `${item.id.replace(/[^\w.-]+/g, '_')}.tif`;
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': REVALIDATE, 'Content-Type': 'image/tiff' });
    res.set('Content-Disposition', `attachment; filename="${name}"`).send(bytes);
  });

  router.get('/raster/:item/contours/:set/:z/:x/:name', async (req, res) => {
    checkWords(req.query, CONTOUR_WORDS);
    const { set: setId, z, x, name } = req.params;
    const item = await service.item(req.params.item);
    const [, y] = /^(\d{1,9})\.mvt$/.exec(name) ?? [];
    const target = tileGrid(...tileOf(setId, [z, x, y ?? '']), CONTOUR_TILE);
    await sendContours(req, res, item, { target, form: 'mvt' });
  });

  router.get('/raster/:item/contours.geojson', async (req, res) => {
    checkWords(req.query, [...CONTOUR_WORDS, 'bbox', 'max_size']);
    const item = await service.item(req.params.item);
    const target = await gridOfPart(req, item, wordOf(req.query, 'bbox') === null ? null : parseBox(req));
    await sendContours(req, res, item, { target, form: 'geojson' });
  });

  router.get('/raster/:item/statistics', async (req, res) => {
    const { item, subject, statistics } = await parseStatisticsRequest(req);
    const place = { geometry: null, statistics };
    const found = await statisticsOf(item, subject, place, await service.runner(), leaving(res));
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': REVALIDATE }).json(found);
  });

  const body = express.json({ limit: MOST_BODY, type: ['application/json', 'application/geo+json'] });
  router.post('/raster/:item/statistics', body, async (req, res) => {
    const feature = parseZone(req.body);
    const { item, subject, statistics } = await parseStatisticsRequest(req);
    const place = { geometry: feature.geometry, statistics };
    const found = await statisticsOf(item, subject, place, await service.runner(), leaving(res));
    const answer = { ...feature.original, properties: { ...feature.properties, statistics: found } };
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': 'no-store' }).type('application/geo+json');
    res.send(JSON.stringify(answer));
  });

  router.get('/raster/:item/point/:place', async (req, res) => {
    checkWords(req.query, SUBJECT_WORDS);
    const [item, subject, place] = [await service.item(req.params.item), parseSubject(req.query), parsePlace(req)];
    const answer = await valuesAt(item, subject, place, await service.runner(), leaving(res));
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': REVALIDATE }).json(answer);
  });

  router.get('/raster/:item/series/:place', async (req, res) => {
    checkWords(req.query, SUBJECT_WORDS);
    const [item, subject, place] = [await service.item(req.params.item), parseSubject(req.query), parsePlace(req)];
    const points = await seriesAt(await service.queries(), item, subject, place, await service.runner(), leaving(res));
    res.set({ ...OPEN_TO_OTHER_ORIGINS, 'Cache-Control': REVALIDATE }).json({ ...place, points });
  });

  /** A picture on the item's own grid, or a part of it, in no more pixels than asked for. */
  async function sendGridded(req: Request, res: Response, extension: string, box: LonLatBox | null): Promise<void> {
    const item = await service.item(String(req.params['item']));
    const target = await gridOfPart(req, item, box);
    const series = await service.seriesOf(item, parseWish(req.query));
    const format = formatOf(extension);
    await sendPicture(req, res, series.picture({ target, format }), format, false);
  }

  async function gridOfPart(req: Request, item: RasterItem, box: LonLatBox | null): Promise<RasterGrid> {
    const finest = bandsOf(item, parseWish(req.query)).reduce((best, band) => (band.gsd < best.gsd ? band : best));
    const full = gridOf(await service.files.headerOf(finest.path));
    const target = shrinkTo(parseSide(req), box ? gridWithin(item, full, box) : full);
    checkSize(target.width, target.height);
    return target;
  }

  async function sendContours(
    req: Request,
    res: Response,
    item: RasterItem,
    place: { readonly target: RasterGrid; readonly form: 'mvt' | 'geojson' },
  ): Promise<void> {
    const lines = await contoursOf(service, item, parseWish(req.query), { ...place, interval: intervalOf(req.query) });
    res.set({ ...OPEN_TO_OTHER_ORIGINS, ETag: lines.etag, 'Cache-Control': REVALIDATE });
    if (matches(req.headers['if-none-match'], lines.etag)) return void res.status(304).end();
    const began = performance.now();
    const bytes = await lines.draw(leaving(res));
    res.set('Server-Timing', `total;dur=${(performance.now() - began).toFixed(1)}`);
    if (bytes === null) return void res.status(204).end();
    res.type(place.form === 'mvt' ? 'application/vnd.mapbox-vector-tile' : 'application/geo+json');
    res.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  async function parseStatisticsRequest(req: Request) {
    checkWords(req.query, [...SUBJECT_WORDS, 'stats']);
    const item = await service.item(String(req.params['item']));
    return { item, subject: parseSubject(req.query), statistics: wordOf(req.query, 'stats') ?? USUAL_STATISTICS };
  }

  return router;
}

/** Heights that a contour tile is drawn from, along a side. */
const CONTOUR_TILE = 256;
const CONTOUR_WORDS = [...SUBJECT_WORDS, ...MOSAIC_WORDS, 'resampling', 'interval'];

/** @throws {PlatformError} `not-found` for the set, `parameter-invalid` for a tile that it does not have */
function tileOf(setId: string, words: readonly [z: string, x: string, y: string]): [QuadTileMatrixSet, Tile] {
  const set = findTileMatrixSet(setId);
  const [z, x, y] = words.map(wholeOf) as [number, number, number];
  if (isTileOf(set, { z, x, y })) return [set, { z, x, y }];
  const asked = words.join('/');
  throw refusal(
    'z/x/y',
    asked,
    `There is no tile ${asked} in ${set.id}: x and y run from 0 to 2^z − 1, z to ${set.maxZoom}`,
  );
}

const PICTURE_EXTENSIONS = [...RENDER_FORMAT_IDS, 'jpeg'];

async function sendPicture(
  req: Request,
  res: Response,
  picture: Picture,
  format: RenderFormat,
  isVersioned: boolean,
): Promise<void> {
  const { etag } = picture;
  res.set({ ...OPEN_TO_OTHER_ORIGINS, ETag: etag, 'Cache-Control': isVersioned ? IMMUTABLE : REVALIDATE });
  if (matches(req.headers['if-none-match'], etag)) return void res.status(304).end();
  const began = performance.now();
  const { bytes, timing, isKept } = await picture.draw(leaving(res));
  const total = (performance.now() - began).toFixed(1);
  const stages = isKept
    ? 'cache;desc=hit'
    : `compute;dur=${timing.compute.toFixed(1)}, encode;dur=${timing.encode.toFixed(1)}`;
  res.set('Server-Timing', `${stages}, total;dur=${total}`);
  if (bytes === null)
    return void res.status(204).set('X-Blank-Reason', 'no-data; outside, cloud or no measurement').end();
  res.writeHead(200, { 'Content-Type': RENDER_FORMATS[format].mediaType, 'Content-Length': bytes.byteLength });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}

/** Fires where the client goes before its answer is there. */
function leaving(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}

function formatOf(extension: string | undefined): RenderFormat {
  const found = RENDER_FORMAT_IDS.find((id) => id === extension || (extension === 'jpeg' && id === 'jpg'));
  if (found) return found;
  const shown = extension ?? '';
  throw new PlatformError('not-found', `Pictures are made as ${RENDER_FORMAT_IDS.join(', ')}, not as "${shown}"`, {
    detail: { parameter: 'format', value: shown, accepted: RENDER_FORMAT_IDS },
  });
}

function wholeOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}

function sizeOf(req: Request): 256 | 512 {
  const size = wordOf(req.query, 'size') ?? '256';
  if (size === '256') return 256;
  if (size === '512') return 512;
  throw refusal('size', size, `size "${size.slice(0, 40)}" is neither 256 nor 512`);
}

function parseSide(req: Request): number {
  const text = wordOf(req.query, 'max_size');
  if (text === null) return USUAL_SIDE;
  const side = wholeOf(text);
  if (side >= 1 && side <= MOST_SIDE) return side;
  throw refusal(
    'max_size',
    text,
    `max_size "${text.slice(0, 40)}" is no whole number of pixels from 1 to ${MOST_SIDE}`,
  );
}

function parsePlace(req: Request): { lon: number; lat: number } {
  const text = String(req.params['place']);
  const numbers = numbersOf(text, 2);
  const [lon, lat] = numbers ?? [NaN, NaN];
  if (lon! >= -180 && lon! <= 180 && lat! >= -90 && lat! <= 90) return { lon: lon!, lat: lat! };
  throw refusal(
    'lon,lat',
    text,
    `"${text.slice(0, 60)}" is no place: give degrees, longitude (-180 to 180), then latitude (-90 to 90)`,
  );
}

function parseBox(req: Request): LonLatBox {
  const text = wordOf(req.query, 'bbox') ?? '';
  const box = numbersOf(text, 4) as LonLatBox | null;
  const isBox =
    box !== null &&
    [box[0], box[2]].every((lon) => Math.abs(lon) <= 180) &&
    box[1] >= -90 &&
    box[1] < box[3] &&
    box[3] <= 90;
  if (isBox && box[0] !== box[2]) return box;
  throw refusal('bbox', text, `bbox "${text.slice(0, 100)}" is not west,south,east,north in degrees with an area`);
}

function numbersOf(text: string, count: number): number[] | null {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : null;
}
