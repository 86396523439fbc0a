/** Tiles and maps of collections, and the matrix sets that tiles are laid out in. */
import { Router } from 'express';
import type { Request, Response } from 'express';
import { gunzipSync } from 'node:zlib';
import {
  findTileMatrixSet,
  isTileOf,
  TILE_MATRIX_SETS,
  tileGrid,
} from '../../../pipelines/core/grid/tile-matrix-sets.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { LayerFrame } from '../../../pipelines/core/wire.ts';
import type { Zooms } from '../../../pipelines/vector-tiles/zooms.ts';
import { matches, REVALIDATE } from '../../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../../http/headers.ts';
import { drawForClient, sendVectorTile } from '../../routes/vector-tiles.ts';
import type { ServedVectorLayer } from '../../services/vector-tiles/service.ts';
import type { Picture, PictureRequest } from '../../services/raster/pictures.ts';
import { checkWords, parseWish, refusal, wordOf } from '../../services/raster/wish.ts';
import { formOf, sendDocument } from '../answer.ts';
import type { OgcCollection } from '../collections.ts';
import { findCollection } from '../collections.ts';
import type { OgcParts } from '../routes.ts';
import type { OgcLink } from '../site.ts';
import { JSON_TYPE, OGC_REL, siteAt } from '../site.ts';
import { itemZooms, ITEM_WORDS } from './item-collection.ts';
import { frameAt, picturesOf } from './layer-pictures.ts';
import { mapGrid, MAP_WORDS } from './map-grid.ts';
import { crsUri, describeMatrixSet, TILE_SIDE } from './matrix-sets.ts';
import { describeTileSet, matrixSetsOf, PICTURE_TYPES, VECTOR_TYPE } from './tile-sets.ts';

type Kind = 'tiles' | 'map/tiles';
type PictureForm = keyof typeof PICTURE_TYPES;

export function ogcTileRoutes(parts: OgcParts): Router {
  const router = Router();

  router.get('/ogc/tileMatrixSets', (req, res) =>
    sendDocument(req, res, (links) => ({
      title: 'Tile matrix sets',
      tileMatrixSets: TILE_MATRIX_SETS.map(({ id, title, uri, epsg }) => ({
        id,
        title,
        uri,
        crs: crsUri(epsg),
        links: [{ href: `${siteAt(originOf(req)).root}/tileMatrixSets/${id}`, rel: 'self', type: JSON_TYPE, title }],
      })),
      links,
    })),
  );

  router.get('/ogc/tileMatrixSets/:set', (req, res) =>
    sendDocument(req, res, (links) => ({ ...describeMatrixSet(findTileMatrixSet(req.params.set)), links })),
  );

  for (const kind of ['tiles', 'map/tiles'] as const) {
    const accepted = ['datetime', ...ITEM_WORDS]; // of which the collection heeds some
    router.get(`/ogc/collections/:id/${kind}`, (req, res) => {
      const describe = async (links: OgcLink[]) => {
        const { collection, ...facts } = await factsOf(req, kind);
        const tilesets = matrixSetsOf(collection).map((set) => describeTileSet(collection, set, facts));
        return { title: `Tiles of ${collection.title}`, tilesets, links };
      };
      return sendDocument(req, res, describe, accepted);
    });

    router.get(`/ogc/collections/:id/${kind}/:set`, (req, res) => {
      const describe = async (self: OgcLink[]) => {
        const { collection, ...facts } = await factsOf(req, kind);
        const set = findTileMatrixSet(req.params.set);
        if (!matrixSetsOf(collection).includes(set)) throw noSet(collection, set.id);
        const { links, ...rest } = describeTileSet(collection, set, facts);
        return { ...rest, links: [...self, ...links.filter(({ rel }) => rel !== 'self')] };
      };
      return sendDocument(req, res, describe, accepted);
    });
  }

  router.get('/ogc/collections/:id/tiles/:set/:matrix/:row/:col', async (req, res) => {
    checkWords(req.query, ['f', 'datetime']);
    const collection = await tiled(req, 'tiles');
    const frame = frameOf(req, collection);
    const set = findTileMatrixSet(req.params.set);
    if (!matrixSetsOf(collection).includes(set)) throw noSet(collection, set.id);
    const tile = parseTile(req);
    if (frame.archive === null) {
      const served = await drawForClient(parts.vectorTiles, res, await drawnLayer(frame), tile);
      return void (served && sendVectorTile(req, res, served, REVALIDATE));
    }
    const { archive } = await parts.archives.open(frame.id);
    const bytes = await archive.getTile(tile.z, tile.x, tile.y);
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE);
    if (bytes === null) return void res.status(204).end();
    const isPacked = archive.header.tileCompression === 'gzip';
    res.type(VECTOR_TYPE).send(Buffer.from(isPacked ? gunzipSync(bytes) : bytes));
  });

  router.get('/ogc/collections/:id/map/tiles/:set/:matrix/:row/:col', async (req, res) => {
    const collection = await tiled(req, 'map/tiles');
    checkWords(req.query, ['f', ...wordsOf(collection)]);
    const format = formOf(req, PICTURE_TYPES) as PictureForm;
    const target = tileGrid(findTileMatrixSet(req.params.set), parseTile(req), TILE_SIDE);
    await sendPicture(req, res, await pictureOf(req, collection, { target, format }), format);
  });

  router.get('/ogc/collections/:id/map', async (req, res) => {
    const collection = await tiled(req, 'map/tiles');
    checkWords(req.query, ['f', ...wordsOf(collection), ...MAP_WORDS]);
    const format = formOf(req, PICTURE_TYPES) as PictureForm;
    const { target, crs } = mapGrid(req.query, collection.bbox!);
    res.set('Content-Crs', `<${crs}>`);
    await sendPicture(req, res, await pictureOf(req, collection, { target, format }), format);
  });

  async function pictureOf(req: Request, collection: OgcCollection, request: PictureRequest) {
    const { item, layer } = collection;
    const series = item
      ? await parts.raster.seriesOf(item, parseWish(req.query))
      : await picturesOf(parts, layer!, frameOf(req, collection));
    return series.picture(request);
  }

  /** @throws {PlatformError} `not-found` for what has no tiles of that kind */
  async function tiled(req: Request, kind: Kind): Promise<OgcCollection> {
    const collection = await findCollection(parts, req, String(req.params['id']));
    const { layer, item } = collection;
    if (item && kind === 'map/tiles') return collection;
    if (!layer || (layer.kind === 'vector') !== (kind === 'tiles'))
      throw new PlatformError('not-found', `Collection ${collection.id} has no ${kind}; its links say what it has`);
    return collection;
  }

  async function factsOf(req: Request, kind: Kind) {
    const collection = await tiled(req, kind);
    checkWords(req.query, ['f', ...wordsOf(collection)]);
    const words = Object.fromEntries(
      wordsOf(collection).flatMap((name) => {
        const word = wordOf(req.query, name);
        return word === null ? [] : [[name, word]];
      }),
    );
    const { item } = collection;
    const zooms = item ? itemZooms(item, req.query) : await zoomsOf(frameOf(req, collection));
    return { collection, zooms, words, site: siteAt(originOf(req)) };
  }

  async function zoomsOf(frame: LayerFrame): Promise<Zooms> {
    return frame.archive === null ? drawnLayer(frame) : (await parts.archives.open(frame.id)).archive.header;
  }

  async function drawnLayer({ id }: LayerFrame): Promise<ServedVectorLayer> {
    const layer = await parts.vectorTiles.find(id);
    if (layer) return layer;
    throw new PlatformError('not-found', `Layer ${id} was removed a moment ago`);
  }

  return router;
}

/** What a map may be asked besides its place: a layer has dates, a scene or product bands. */
function wordsOf({ item }: OgcCollection): readonly string[] {
  return item ? ITEM_WORDS : ['datetime'];
}

function frameOf(req: Request, { layer }: OgcCollection): LayerFrame {
  return frameAt(layer!, wordOf(req.query, 'datetime'));
}

export function tileMatrixSetLinks(root: string): OgcLink[] {
  return [
    { rel: `${OGC_REL}/tiling-schemes`, href: `${root}/tileMatrixSets`, type: JSON_TYPE, title: 'Tile matrix sets' },
  ];
}

function noSet({ id }: OgcCollection, set: string): PlatformError {
  return new PlatformError('not-found', `Collection ${id} has no tiles in ${set}`, {
    detail: { parameter: 'tileMatrixSetId', value: set },
  });
}

/** @throws {PlatformError} `parameter-invalid` for a tile that the set does not have */
function parseTile(req: Request) {
  const { set: setId, matrix, row, col } = req.params as Record<string, string>;
  const set = findTileMatrixSet(setId!);
  const [z, y, x] = [matrix!, row!, col!].map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN));
  const tile = { z: z!, x: x!, y: y! };
  if (isTileOf(set, tile)) return tile;
  const asked = `${matrix}/${row}/${col}`;
  throw refusal(
    'tileMatrix/tileRow/tileCol',
    asked,
    `There is no tile ${asked.slice(0, 60)} in ${set.id}: rows and columns run from 0 to 2^matrix − 1, matrices to ${set.maxZoom}`,
  );
}

export async function sendPicture(req: Request, res: Response, picture: Picture, format: PictureForm): Promise<void> {
  res.set({ ...OPEN_TO_OTHER_ORIGINS, ETag: picture.etag, 'Cache-Control': REVALIDATE, Vary: 'Accept' });
  if (matches(req.headers['if-none-match'], picture.etag)) return void res.status(304).end();
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort();
  });
  const { bytes } = await picture.draw(controller.signal);
  if (bytes === null) return void res.status(204).end();
  res.writeHead(200, { 'Content-Type': PICTURE_TYPES[format], 'Content-Length': bytes.byteLength });
  res.end(req.method === 'HEAD' ? undefined : bytes);
}
