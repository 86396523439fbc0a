/** The shapes of STAC 1.1 that this API sends. */
import { apply } from '../../pipelines/core/grid/affine.ts';
import type { Affine } from '../../pipelines/core/grid/affine.ts';

export interface StacLink {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
  readonly title?: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: object;
}

export interface StacAsset {
  readonly href: string;
  readonly type?: string;
  readonly title?: string;
  readonly roles?: readonly string[];
  readonly [field: string]: unknown;
}

export interface StacItem {
  readonly type: 'Feature';
  readonly stac_version: '1.1.0';
  readonly stac_extensions: readonly string[];
  readonly id: string;
  readonly collection: string;
  readonly geometry: unknown;
  readonly bbox?: readonly number[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly links: readonly StacLink[];
  readonly assets: Readonly<Record<string, StacAsset>>;
}

export const STAC_VERSION = '1.1.0';
export const GEOJSON = 'application/geo+json';
export const JSON_TYPE = 'application/json';

const extension = (name: string, version: string) =>
  `https://stac-extensions.github.io/${name}/v${version}/schema.json`;

/** By the prefix of their fields. */
export const EXTENSIONS = {
  classification: extension('classification', '2.0.0'),
  eo: extension('eo', '2.0.0'),
  file: extension('file', '2.1.0'),
  grid: extension('grid', '1.1.0'),
  proj: extension('projection', '2.0.0'),
  processing: extension('processing', '1.2.0'),
  raster: extension('raster', '2.0.0'),
  renders: extension('render', '2.0.0'),
  s2: extension('sentinel-2', '1.0.0'),
  table: extension('table', '1.2.0'),
} as const;

/** Those whose fields an item uses. */
export function extensionsOf({ properties, assets }: Pick<StacItem, 'properties' | 'assets'>): string[] {
  const used = new Set<string>();
  const look = (record: object) => {
    for (const [name, value] of Object.entries(record)) {
      used.add(name.split(':')[0]!);
      if (name === 'bands') for (const band of value as object[]) look(band);
    }
  };
  for (const record of [properties, ...Object.values(assets)]) look(record);
  return Object.entries(EXTENSIONS).flatMap(([prefix, address]) => (used.has(prefix) ? [address] : []));
}

/** Lowest x and y, highest x and y, in the raster's own CRS. */
export function projectedBox(raster: { transform: Affine; width: number; height: number }): number[] {
  const { transform, width, height } = raster;
  const corners = [0, width].flatMap((col) => [0, height].map((row) => apply(transform, col, row)));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** What the renderer draws of it on demand, small. */
export function thumbnail(origin: string, id: string): StacAsset {
  const href = `${origin}/raster/${encodeURIComponent(id)}/preview.png?max_size=512`;
  return { href, type: 'image/png', title: 'Preview', roles: ['thumbnail'] };
}

/** SHA-256 (code 12) of 32 bytes (20). @see https://github.com/multiformats/multihash */
export function multihash(sha256: string): string {
  return `1220${sha256}`;
}

/** Without what is null. */
export function known<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as Partial<T>;
}
