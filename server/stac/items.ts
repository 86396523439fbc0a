/** Rows of the index as items: what an item is made of is read for a whole page at once. */
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import type { LayerRecord } from '../../pipelines/catalog/layer.ts';
import { findArchiveFiles, findLayers } from '../../pipelines/catalog/layers-repository.ts';
import type { ArchiveFile } from '../../pipelines/catalog/layers-repository.ts';
import { completeHeaders } from '../../pipelines/catalog/scene-headers.ts';
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { findScenes } from '../../pipelines/catalog/scenes-repository.ts';
import type { Queries } from '../../pipelines/database/database.ts';
import type { ProductRecord } from '../../pipelines/queue/products-repository.ts';
import { findProducts } from '../../pipelines/queue/products-repository.ts';
import type { StacItem, StacLink } from './item.ts';
import { extensionsOf, JSON_TYPE, STAC_VERSION } from './item.ts';
import type { Addresses } from './links.ts';
import { siteAt } from '../ogc/site.ts';
import { itemMapLinks } from '../ogc/tiles/item-collection.ts';
import { itemLinks } from './links.ts';
import { frameAssets, frameProperties, passportLink, productAssets, productProperties } from './product-item.ts';
import { geometryOf } from './queryables.ts';
import { sceneAssets, sceneProperties } from './scene-item.ts';

interface Sources {
  readonly scenes: ReadonlyMap<string, SceneRecord>;
  readonly layers: ReadonlyMap<string, LayerRecord>;
  readonly archives: ReadonlyMap<string, ArchiveFile>;
  readonly products: ReadonlyMap<string, ProductRecord>;
}

/** In the order of the rows. What was removed since its row was read is left out. */
export async function toItems(queries: Queries, rows: readonly ItemRow[], addresses: Addresses): Promise<StacItem[]> {
  const sources = await readSources(queries, rows);
  return rows.flatMap((row) => {
    const content = contentOf(row, sources, addresses);
    return content ? [assemble(row, content, addresses)] : [];
  });
}

async function readSources(queries: Queries, rows: readonly ItemRow[]): Promise<Sources> {
  const idsOf = (source: ItemRow['source']) => rows.filter((row) => row.source === source).map(({ id }) => id);
  const parents = [...new Set(rows.flatMap(({ parent }) => (parent === null ? [] : [parent])))];
  const read = async <T>(ids: readonly string[], find: (queries: Queries, ids: readonly string[]) => Promise<T[]>) =>
    ids.length > 0 ? find(queries, ids) : [];
  const frames = idsOf('frame');
  return {
    scenes: byKey(await completeHeaders(queries, await read(idsOf('scene'), findScenes)), 'id'),
    layers: byKey(await read(parents, findLayers), 'id'),
    archives: byKey(await read(frames, findArchiveFiles), 'name'),
    products: byKey(await read(idsOf('product'), findProducts), 'id'),
  };
}

function byKey<K extends string, T extends { readonly [key in K]: string }>(
  records: readonly T[],
  key: K,
): Map<string, T> {
  return new Map(records.map((record) => [record[key], record]));
}

interface Content extends Pick<StacItem, 'properties' | 'assets'> {
  readonly links: readonly StacLink[];
  /** Of posted items, whose fields nobody here knows. */
  readonly extensions?: readonly string[];
}

function contentOf(row: ItemRow, sources: Sources, addresses: Addresses): Content | null {
  switch (row.source) {
    case 'scene': {
      const scene = sources.scenes.get(row.id);
      return scene
        ? {
            properties: sceneProperties(scene, row),
            assets: sceneAssets(scene, addresses),
            links: rasterLinks(row, addresses),
          }
        : null;
    }
    case 'frame': {
      const layer = sources.layers.get(row.parent!);
      const assets = frameAssets(row.id, addresses, sources.archives.get(row.id));
      const links = [tileJsonLink(`${addresses.origin}/tiles/${row.id}/tilejson.json`)];
      return layer ? { properties: frameProperties(layer, row), assets, links } : null;
    }
    case 'product': {
      const product = sources.products.get(row.id);
      if (!product) return null;
      const links = [
        passportLink(addresses, row.id),
        ...(product.kind === 'raster' ? rasterLinks(row, addresses) : []),
      ];
      const assets = productAssets(product, addresses, row.collection);
      return { properties: productProperties(product, row), assets, links };
    }
    case 'posted':
      return postedContent(row);
  }
}

function postedContent(row: ItemRow): Content {
  const { properties, assets, links, stac_extensions: extensions } = row.item as StacItem;
  const own = { ...properties, created: row.created.toISOString(), updated: row.updated.toISOString() };
  return { properties: own, assets, links, extensions };
}

function assemble(row: ItemRow, content: Content, addresses: Addresses): StacItem {
  const { properties, assets, links, extensions } = content;
  const { id, collection, bbox } = row;
  const geometry = geometryOf(row);
  return {
    type: 'Feature',
    stac_version: STAC_VERSION,
    stac_extensions: extensions ?? extensionsOf({ properties, assets }),
    id,
    collection,
    geometry,
    ...(bbox && geometry && { bbox }),
    properties,
    links: [...itemLinks(addresses, row), ...links],
    assets,
  };
}

function rasterLinks({ id }: ItemRow, { origin }: Addresses): StacLink[] {
  return [
    tileJsonLink(`${origin}/raster/${encodeURIComponent(id)}/tilejson.json`),
    ...itemMapLinks(siteAt(origin), id),
  ];
}

export function tileJsonLink(href: string): StacLink {
  return { rel: 'tilejson', href, type: JSON_TYPE, title: 'TileJSON' };
}
