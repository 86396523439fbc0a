/** `/wmts`: the layers of the map by OGC WMTS 1.0, with key-value pairs and with paths. Faults are OWS reports here. */
import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { findTileMatrixSet, isTileOf, tileGrid } from '../../pipelines/core/grid/tile-matrix-sets.ts';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import { drawBlank, drawLegend } from '../../pipelines/render/legend.ts';
import { matches, REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import { STATUS } from '../http/problem.ts';
import { listLayerCollections } from '../ogc/collections.ts';
import type { OgcParts } from '../ogc/routes.ts';
import { colormapOf, frameAt, picturesOf } from '../ogc/tiles/layer-pictures.ts';
import { TILE_SIDE } from '../ogc/tiles/matrix-sets.ts';
import { PICTURE_TYPES } from '../ogc/tiles/tile-sets.ts';
import { sendPicture } from '../ogc/tiles/routes.ts';
import { demandRead } from '../policy/access.ts';
import { refusal } from '../services/raster/wish.ts';
import type { WmtsLayer } from './capabilities.ts';
import { capabilities, STYLE_ID } from './capabilities.ts';
import { exceptionReport } from './xml.ts';

type Words = Readonly<Record<string, string>>;
type PictureForm = keyof typeof PICTURE_TYPES;

export function wmtsRoutes(parts: OgcParts): Router {
  const router = Router();

  router.get('/wmts', async (req, res) => {
    const words = wordsOf(req);
    if ((words['service'] ?? 'WMTS').toUpperCase() !== 'WMTS')
      throw refusal('service', words['service']!, `service is "${words['service']!.slice(0, 40)}"; accepted is WMTS`);
    switch (words['request']?.toLowerCase()) {
      case 'getcapabilities':
        return sendCapabilities(req, res);
      case 'gettile':
        return sendTile(req, res, words);
      default:
        throw unknownRequest(words['request']);
    }
  });

  router.get('/wmts/1.0.0/WMTSCapabilities.xml', (req, res) => sendCapabilities(req, res));

  router.get('/wmts/1.0.0/:layer/legend.png', async (req, res) => {
    const { layer } = await findLayer(req, req.params.layer);
    if (layer.kind !== 'value')
      throw new PlatformError('not-found', `Layer ${layer.id} has no legend: it is a picture`);
    const bytes = await drawLegend(colormapOf(layer));
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).type('png').send(Buffer.from(bytes));
  });

  const byPath = async (req: Request, res: Response) => {
    const { name, time, ...rest } = req.params as Record<string, string>;
    await findLayer(req, rest['layer']!);
    const [, tilecol, extension] = /^(\d{1,9})\.(png|webp|jpg)$/.exec(name!) ?? [];
    if (tilecol === undefined) throw refusal('TileCol', name!, `"${name!.slice(0, 40)}" is no column such as 12.png`);
    const format = PICTURE_TYPES[extension as PictureForm];
    return sendTile(req, res, { ...rest, tilecol, format, ...(time !== undefined && { time }) });
  };
  router.get('/wmts/1.0.0/:layer/:style/:tilematrixset/:tilematrix/:tilerow/:name', byPath);
  router.get('/wmts/1.0.0/:layer/:style/:time/:tilematrixset/:tilematrix/:tilerow/:name', byPath);

  router.use('/wmts', (_req, _res, next) => next(new PlatformError('not-found', 'There is nothing at this address')));
  router.use('/wmts', sendReport);

  async function listShown(req: Request): Promise<WmtsLayer[]> {
    const shown: WmtsLayer[] = [];
    for (const { layer } of await listLayerCollections(parts, req)) {
      const newest = layer?.frames.at(-1);
      if (!layer || !newest || layer.kind === 'vector') continue;
      const { header } = (await parts.archives.open(newest.id)).archive;
      shown.push({ layer, zooms: [header.minZoom, header.maxZoom] });
    }
    return shown;
  }

  async function findLayer(req: Request, id: string): Promise<WmtsLayer> {
    // Whoever names a layer that a token would open is told so.
    demandRead(req, [
      { kind: 'layer', id },
      { kind: 'archive', id },
    ]);
    const found = (await listShown(req)).find(({ layer }) => layer.id === id);
    if (found) return found;
    const shown = id.slice(0, 100);
    throw new PlatformError('not-found', `There is no layer "${shown}"; GetCapabilities lists those there are`, {
      detail: { parameter: 'layer', value: shown },
    });
  }

  async function sendCapabilities(req: Request, res: Response): Promise<void> {
    const xml = capabilities(originOf(req), await listShown(req));
    res
      .set(OPEN_TO_OTHER_ORIGINS)
      .set('Cache-Control', REVALIDATE)
      .set('Vary', 'Host')
      .type('application/xml')
      .send(xml);
  }

  async function sendTile(req: Request, res: Response, words: Words): Promise<void> {
    const word = (name: string) => {
      const value = words[name];
      if (value !== undefined) return value;
      throw new PlatformError('parameter-invalid', `${name} is missing; GetTile needs it`, {
        detail: { parameter: name, ows: 'MissingParameterValue' },
      });
    };
    const { layer } = await findLayer(req, word('layer'));
    const style = words['style'] || STYLE_ID;
    if (style !== STYLE_ID) throw refusal('style', style, `style is "${style.slice(0, 40)}"; there is ${STYLE_ID}`);
    const type = word('format');
    const format = (Object.keys(PICTURE_TYPES) as PictureForm[]).find((form) => PICTURE_TYPES[form] === type);
    if (!format)
      throw refusal(
        'format',
        type,
        `format is "${type.slice(0, 40)}"; accepted are ${Object.values(PICTURE_TYPES).join(', ')}`,
      );
    const set = findTileMatrixSet(word('tilematrixset'));
    const tile = tileOf(word);
    if (!isTileOf(set, tile))
      throw new PlatformError('parameter-invalid', `There is no tile ${tile.z}/${tile.y}/${tile.x} in ${set.id}`, {
        detail: { parameter: 'tilerow', ows: 'TileOutOfRange' },
      });
    const series = await picturesOf(parts, layer, frameAt(layer, words['time'] || null));
    const picture = series.picture({ target: tileGrid(set, tile, TILE_SIDE), format });
    if (matches(req.headers['if-none-match'], picture.etag)) return sendPicture(req, res, picture, format);
    return sendPicture(req, res, { ...picture, draw: async (signal) => withBlank(await picture.draw(signal)) }, format);
  }

  return router;
}

/** Many clients take an answer without a picture for a fault. */
async function withBlank<T extends { readonly bytes: Uint8Array | null }>(drawn: T): Promise<T> {
  return drawn.bytes === null ? { ...drawn, bytes: await drawBlank(TILE_SIDE) } : drawn;
}

function tileOf(word: (name: string) => string) {
  const whole = (name: string) => {
    const text = word(name);
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw refusal(name, text, `${name} is "${text.slice(0, 40)}", which is no whole number`);
  };
  return { z: whole('tilematrix'), y: whole('tilerow'), x: whole('tilecol') };
}

/** Names of parameters are the same in any case. */
function wordsOf(req: Request): Words {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.query))
    if (typeof value === 'string') words[name.toLowerCase()] = value;
  return words;
}

function unknownRequest(given: string | undefined): PlatformError {
  if (given === undefined)
    return new PlatformError('parameter-invalid', 'request is missing; accepted are GetCapabilities, GetTile', {
      detail: { parameter: 'request', ows: 'MissingParameterValue' },
    });
  return refusal('request', given, `request is "${given.slice(0, 40)}"; accepted are GetCapabilities, GetTile`);
}

/** What is a fault of ours goes on to where it is logged. */
function sendReport(error: unknown, req: Request, res: Response, next: NextFunction): void {
  if (!isPlatformError(error) || STATUS[error.code] >= 500 || res.headersSent) return next(error);
  const { parameter, ows } = error.detail as { parameter?: unknown; ows?: unknown };
  const code = typeof ows === 'string' ? ows : parameter === undefined ? 'NoApplicableCode' : 'InvalidParameterValue';
  res.status(STATUS[error.code]).set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', 'no-store').type('application/xml');
  if (STATUS[error.code] === 401) res.set('WWW-Authenticate', 'Bearer realm="landmeter"');
  res.send(exceptionReport(code, typeof parameter === 'string' ? parameter : null, error.message));
}
