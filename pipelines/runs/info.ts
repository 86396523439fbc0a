/** What a file is: `landmeter info`. Told by what is in it, never by its name. */
import { describeProduct } from '../catalog/describe-product.ts';
import type { ProductDescription } from '../catalog/describe-product.ts';
import { isScenePath } from '../catalog/scene.ts';
import { openByteSource } from '../io/byte-source/open.ts';
import { openRaster } from '../io/open-raster.ts';
import { summariseArchive } from '../io/pmtiles/summary.ts';
import type { ArchiveSummary } from '../io/pmtiles/summary.ts';
import { summariseRaster } from './raster-summary.ts';
import type { RasterSummary } from './raster-summary.ts';

export type Description =
  | { readonly kind: 'raster'; readonly summary: RasterSummary }
  | { readonly kind: 'archive'; readonly summary: ArchiveSummary }
  | { readonly kind: 'product'; readonly summary: ProductDescription };

const PMTILES = 'PMTiles';

/**
 * @param path  Raster, archive of tiles, or URL of one; a SAFE folder, a zip of one, or a STAC item.
 * @throws {PlatformError} one sentence for what cannot be described: see `openRaster`, `openArchive`, `openScene`
 */
export async function describePath(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Description> {
  if (await isScenePath(path)) return { kind: 'product', summary: await describeProduct(path, options) };
  const begins = await readBeginning(path, options);
  if (begins === PMTILES) return { kind: 'archive', summary: await summariseArchive(path) };
  const raster = await openRaster(path, options);
  await raster.close();
  return { kind: 'raster', summary: summariseRaster(raster.info) };
}

async function readBeginning(path: string, options: { readonly signal?: AbortSignal }): Promise<string> {
  const source = await openByteSource(path, options);
  try {
    return Buffer.from(await source.read(0, PMTILES.length, options.signal)).toString('latin1');
  } finally {
    await source.close();
  }
}
