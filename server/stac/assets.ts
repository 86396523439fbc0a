/** Files of this machine as assets: by byte range, under names that say nothing of where they lie. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { extname } from 'node:path';
import type { NextFunction, Request, Response } from 'express';
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import { findScene } from '../../pipelines/catalog/scenes-repository.ts';
import { isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { Queries } from '../../pipelines/database/database.ts';
import type { ByteSource } from '../../pipelines/io/byte-source/byte-source.ts';
import { openByteSource } from '../../pipelines/io/byte-source/open.ts';
import { findProduct } from '../../pipelines/queue/products-repository.ts';
import { REVALIDATE } from '../http/caching.ts';
import { PRODUCT_ASSET } from './product-item.ts';
import { isElsewhere, listSceneAssets } from './scene-item.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.tif': 'image/tiff; application=geotiff',
  '.tiff': 'image/tiff; application=geotiff',
  '.jp2': 'image/jp2',
};

/** @throws {PlatformError} `not-found` */
export async function sendAsset(
  queries: Queries,
  row: ItemRow,
  key: string,
  req: Request,
  res: Response,
  next: NextFunction,
): Promise<void> {
  const file = await findFile(queries, row, key);
  if (!file)
    throw new PlatformError('not-found', `The item ${row.id} has no file ${key} on this server`, {
      detail: { parameter: 'key', value: key },
    });
  res.set('Cache-Control', REVALIDATE).type(file.mediaType);
  if (file.path.includes('!/')) return sendFromArchive(file.path, row.id, req, res);
  res.sendFile(file.path, { cacheControl: false, dotfiles: 'allow' }, (error) => {
    if (!error || res.headersSent) return;
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    next(isGone ? gone(row.id) : error);
  });
}

async function findFile(
  queries: Queries,
  { id, source }: ItemRow,
  key: string,
): Promise<{ path: string; mediaType: string } | null> {
  if (source === 'product' && key === PRODUCT_ASSET) {
    const product = await findProduct(queries, id);
    return product && { path: product.path, mediaType: product.mediaType };
  }
  const scene = source === 'scene' ? await findScene(queries, id) : null;
  const asset = scene && listSceneAssets(scene).find((one) => one.key === key);
  if (!asset || isElsewhere(asset.path)) return null;
  const mediaType = MEDIA_TYPES[extname(asset.path).toLowerCase()] ?? 'application/octet-stream';
  return { path: asset.path, mediaType };
}

/** Its path stays here; the operator finds the scene by its id. */
function gone(id: string): PlatformError {
  return new PlatformError('not-found', `The file of ${id} is no longer where it was; ingest the scene again`);
}

/** Bytes that are read at once. */
const PIECE_BYTES = 1 << 20;

/** An entry of a zip archive, such as a band of a product that was never unpacked. */
async function sendFromArchive(path: string, id: string, req: Request, res: Response): Promise<void> {
  const source = await openByteSource(path).catch((error: unknown) => {
    throw isPlatformError(error) ? gone(id) : error;
  });
  try {
    const size = source.size ?? 0;
    const ranges = req.range(size, { combine: true });
    if (ranges === -1)
      throw new PlatformError('range-unsatisfiable', 'The file ends before the range that was asked for');
    const isPart = Array.isArray(ranges) && ranges.length === 1 && ranges.type === 'bytes';
    const { start, end } = isPart ? ranges[0]! : { start: 0, end: size - 1 };
    res.set('Accept-Ranges', 'bytes').set('Content-Length', String(end - start + 1));
    if (isPart) res.status(206).set('Content-Range', `bytes ${start}-${end}/${size}`);
    if (req.method === 'HEAD') res.end();
    else await pipeline(Readable.from(pieces(source, start, end + 1)), res);
  } catch (error) {
    if (!res.headersSent) throw error;
    res.destroy(); // the client left, or the file ended: half an answer is none
  } finally {
    await source.close();
  }
}

async function* pieces(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += PIECE_BYTES) yield source.read(at, Math.min(PIECE_BYTES, end - at));
}
