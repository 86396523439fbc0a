/** Products of runs as items: what they were made of and how stands in their passport. */
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import type { LayerRecord } from '../../pipelines/catalog/layer.ts';
import type { ProductRecord } from '../../pipelines/queue/products-repository.ts';
import type { StacAsset, StacLink } from './item.ts';
import { JSON_TYPE, known, multihash, projectedBox, thumbnail } from './item.ts';
import type { Addresses } from './links.ts';
import { codeOf } from './queryables.ts';

export const PRODUCT_ASSET = 'data';

export function productProperties({ title, process, passport }: ProductRecord, row: ItemRow): Record<string, unknown> {
  const { method, software, result } = passport;
  const isTable = row.collection === 'tables';
  const { grid } = method;
  return known({
    title,
    datetime: row.datetime.toISOString(),
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
    gsd: row.gsd,
    'proj:code': codeOf(row),
    'proj:bbox': grid?.transform && row.epsg !== null ? projectedBox({ ...grid, transform: grid.transform }) : null,
    'processing:lineage': method.summary,
    'processing:software': { [software.name]: software.version },
    'processing:expression': method.formula ? { format: 'landmeter', expression: method.formula.expression } : null,
    'landmeter:process': process,
    'table:row_count': isTable ? (result.rows ?? null) : null,
  });
}

export function productAssets(
  product: ProductRecord,
  addresses: Addresses,
  collection: string,
): Record<string, StacAsset> {
  const { id, title, mediaType, bytes, sha256, kind } = product;
  const asset: StacAsset = {
    href: addresses.asset(collection, id, PRODUCT_ASSET),
    type: kind === 'raster' ? 'image/tiff; application=geotiff; profile=cloud-optimized' : mediaType,
    title,
    roles: ['data'],
    ...(kind === 'raster' && rasterFields(product)),
    'file:size': bytes,
    'file:checksum': multihash(sha256),
  };
  const isShown =
    kind === 'raster' && product.passport.method.grid?.transform && product.passport.method.grid.epsg !== null;
  return { [PRODUCT_ASSET]: asset, ...(isShown && { thumbnail: thumbnail(addresses.origin, id) }) };
}

function rasterFields({ passport: { method } }: ProductRecord): object {
  const { grid, storage } = method;
  return {
    ...(grid && { 'proj:shape': [grid.height, grid.width] }),
    ...(grid?.transform && { 'proj:transform': grid.transform }),
    ...(storage && {
      bands: [
        known({
          name: method.formula?.id ?? 'value',
          nodata: storage.nodata,
          data_type: storage.dtype,
          'raster:scale': storage.scale,
          'raster:offset': storage.offset,
        }),
      ],
    }),
  };
}

export function passportLink({ origin }: Addresses, id: string): StacLink {
  const href = `${origin}/products/${encodeURIComponent(id)}/passport?as=json`;
  return { rel: 'describedby', href, type: JSON_TYPE, title: 'Passport: what it was made of, and how' };
}

/** A frame of a layer: an archive of tiles. */
export function frameProperties(layer: LayerRecord, row: ItemRow): Record<string, unknown> {
  const frame = layer.frames.find(({ id }) => id === row.id);
  return known({
    title: layer.title.en,
    description: layer.description.en || null,
    datetime: row.datetime.toISOString(),
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
    'landmeter:layer': layer.id,
    'landmeter:clear_share': frame?.clearShare ?? null,
    'landmeter:simulated': layer.simulated,
    'landmeter:attribution': layer.attribution,
  });
}

export function frameAssets(
  id: string,
  { origin }: Addresses,
  file: { readonly bytes: number; readonly sha256: string } | undefined,
): Record<string, StacAsset> {
  const archive: StacAsset = {
    href: `${origin}/archives/${id}.pmtiles`,
    type: 'application/vnd.pmtiles',
    title: 'Archive of map tiles',
    roles: ['visual', 'tiles'],
    ...(file && { 'file:size': file.bytes, 'file:checksum': multihash(file.sha256) }),
  };
  return { archive };
}
