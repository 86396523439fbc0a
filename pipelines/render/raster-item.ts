/**
 * What an address may name as a raster: a scene of the catalogue, or a raster that a run has made. Tiles, statistics,
 * STAC items and OGC coverages all ask here, so that one id means one thing at every door.
 */
import { findScene } from '../catalog/scenes-repository.ts';
import type { RecordedBand, SceneRecord } from '../catalog/scene-record.ts';
import { boundsOfRaster } from '../core/grid/bounds.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { lonLatBoxOf } from '../core/grid/reproject-bounds.ts';
import { PlatformError } from '../core/errors.ts';
import type { Queries } from '../database/database.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import { findProduct } from '../queue/products-repository.ts';
import type { ProductRecord } from '../queue/products-repository.ts';

export interface RasterItem {
  readonly id: string;
  readonly kind: 'scene' | 'product';
  readonly title: string;
  /** Of a scene; null for a product. */
  readonly collection: string | null;
  /** MGRS tile of a scene. */
  readonly tile: string | null;
  /** RFC 3339, UTC; null where nobody says when it was. */
  readonly datetime: string | null;
  /** Degrees; west > east crosses 180°. */
  readonly bbox: LonLatBox;
  readonly epsg: number | null;
  /** Every file of every band, finest first. */
  readonly bands: readonly RecordedBand[];
  /** Scene classification (SCL), finest first; empty where there is none. */
  readonly classes: readonly { readonly path: string; readonly gsd: number }[];
  /** SHA-256 of what the pixels come from. */
  readonly digest: string;
  /** Whom to name beside the picture. */
  readonly attribution: string;
}

/**
 * @returns null where there is neither a scene nor a raster product of this id
 * @throws {PlatformError} what opening the file of a product throws
 */
export async function findRasterItem(queries: Queries, id: string): Promise<RasterItem | null> {
  const scene = await findScene(queries, id);
  if (scene) return itemOfScene(scene);
  const product = await findProduct(queries, id);
  if (product?.kind !== 'raster') return null;
  const source = await openRaster(product.path);
  try {
    return itemOfProduct(product, source.info);
  } finally {
    await source.close();
  }
}

export function itemOfScene(scene: SceneRecord): RasterItem {
  const { id, collection, tile, datetime, bbox, epsg, bands, classes, digest, platform } = scene;
  const isSentinel = platform?.startsWith('sentinel') ?? false;
  const attribution = isSentinel
    ? `Contains modified Copernicus Sentinel data ${datetime.slice(0, 4)}`
    : 'Source not stated';
  const readings = { tile, datetime, bbox, epsg, bands, classes, digest, attribution };
  return { id, kind: 'scene', title: `${collection} ${datetime.slice(0, 10)}`, collection, ...readings };
}

/** @throws {PlatformError} `crs-missing` where the raster has no place on Earth */
function itemOfProduct({ id, title, path, sha256 }: ProductRecord, info: RasterInfo): RasterItem {
  const { transform, epsg, width, height } = info;
  const bbox = transform && epsg !== null && lonLatBoxOf(boundsOfRaster(transform, width, height, epsg));
  if (!bbox)
    throw new PlatformError('crs-missing', `Product ${id} has no place on Earth, so it cannot be drawn on a map`, {
      detail: { product: id },
    });
  const gsd = Math.sqrt(Math.abs(transform[0] * transform[4] - transform[1] * transform[3]));
  const bands = info.bands.map(({ name, scale, offset }, index) => ({
    name: name ?? `b${index + 1}`,
    code: `${index + 1}`,
    path,
    index,
    gsd,
    scale,
    offset,
    nodata: null, // what the file declares is masked by its reader
    saturated: null,
  }));
  return {
    id,
    kind: 'product',
    title,
    collection: null,
    tile: null,
    datetime: info.acquired ?? null,
    bbox,
    epsg,
    bands,
    classes: [],
    digest: sha256,
    attribution: 'Made with Landmeter',
  };
}

/**
 * The finest file of a band, by common name, ESA's code or number, in any case; `nir` of a scene without B08 is B8A.
 * @throws {PlatformError} `band-missing`, naming the band and those that are there
 */
export function bandOf(item: RasterItem, word: string): RecordedBand {
  const asked = word.toLowerCase();
  const isAsked = ({ name, code }: RecordedBand) => name.toLowerCase() === asked || code.toLowerCase() === asked;
  const found =
    item.bands.find(isAsked) ?? (asked === 'nir' ? item.bands.find(({ name }) => name === 'nir08') : undefined);
  if (found) return found;
  const [classes] = item.classes;
  if (asked === 'scl' && classes)
    return { name: 'scl', code: 'SCL', ...classes, index: 0, scale: 1, offset: 0, nodata: 0, saturated: null };
  const names = [...new Set(item.bands.map(({ name }) => name))];
  throw new PlatformError('band-missing', `${item.id} has no band ${word}; it has ${names.join(', ')}`, {
    detail: { item: item.id, band: word, accepted: names },
  });
}
