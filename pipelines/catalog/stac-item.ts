/** Sentinel-2 scenes as STAC items (1.0 and 1.1) of the catalogues that publish them. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toScaleOffset } from '../core/raster/calibrate.ts';
import type { Sentinel2Band } from './bands.ts';
import { findBand } from './bands.ts';
import { readTextFile } from './product-files.ts';
import type { SceneCalibration } from './radiometry.ts';
import { baselineOfName, decideCalibration } from './radiometry.ts';
import type { ClassFile, Scene, SceneBand } from './scene.ts';
import { epsgOfTile, finestOf } from './scene.ts';
import type { Asset, Item } from './stac-schema.ts';
import { parseItem } from './stac-schema.ts';

/** @throws {PlatformError} `format-unknown` where it is no STAC item; `format-damaged` where it is one but not sound. */
export async function readStacItem(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Scene> {
  const item = parseItem(await readTextFile(path, options.signal), path);
  const { properties } = item;
  const product = text(properties, 's2:product_uri', 'sentinel:product_id') ?? item.id;
  const baseline = text(properties, 's2:processing_baseline', 'processing:version') ?? baselineOfName(product);
  const applied = [properties['earthsearch:boa_offset_applied'], properties['sentinel:boa_offset_applied']].includes(
    true,
  );
  const files: SceneBand[] = [];
  const calibrations: SceneCalibration[] = [];
  const sclFiles: ClassFile[] = [];
  for (const [key, asset] of Object.entries(item.assets)) {
    const at = locate(asset.href, path);
    if (at === null) continue;
    if (isClasses(key)) sclFiles.push({ path: at, gsd: gsdOf(key, asset, 20) });
    const band = bandOf(key, asset);
    if (!band) continue;
    const calibration = calibrationOf(asset, baseline, applied);
    calibrations.push(calibration);
    const gsd = gsdOf(key, asset, band.gsd);
    files.push({
      name: band.name,
      code: band.code,
      path: at,
      gsd,
      ...toScaleOffset(calibration),
      nodata: nodataOf(asset),
      saturated: 65535,
    });
  }
  files.sort((a, b) => a.gsd - b.gsd || a.code.localeCompare(b.code));
  sclFiles.sort((a, b) => a.gsd - b.gsd);
  const tile = tileOf(item, product);
  return {
    id: item.id,
    metadataPath: path,
    platform: properties.platform ?? 'sentinel-2',
    level: /1C/.test(`${text(properties, 's2:product_type', 'product:type') ?? ''} ${product}`) ? 'L1C' : 'L2A',
    baseline,
    tile,
    datetime: properties.datetime ?? text(properties, 'start_datetime') ?? '',
    epsg: epsgOf(item) ?? (tile === null ? null : epsgOfTile(tile)),
    bands: finestOf(files),
    files,
    scl: sclFiles[0] ?? null,
    sclFiles,
    calibration:
      calibrations[0] ??
      decideCalibration({
        baseline,
        quantification: null,
        addOffset: null,
        alreadyApplied: applied,
        source: 'The STAC item',
      }),
    cloudCover: numberOf(properties['eo:cloud_cover']),
  };
}

/**
 * What `openRaster` takes for an asset: a URL, a file relative to the item, or the file of that name beside an item
 * that was downloaded with its assets. Null for addresses that are not read (`s3://`).
 */
function locate(href: string, itemPath: string): string | null {
  const isRemoteItem = /^https?:\/\//i.test(itemPath);
  if (isRemoteItem) {
    const url = URL.parse(href, itemPath);
    return url && /^https?:$/.test(url.protocol) ? url.href : null;
  }
  const folder = dirname(itemPath);
  const beside = join(folder, href.replace(/[?#].*$/, '').replace(/^.*\//, ''));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(href)) {
    if (existsSync(beside)) return beside;
    return /^https?:\/\//i.test(href) ? href : null;
  }
  return href.startsWith('/') ? href : join(folder, href);
}

/** `red`, `B04`, `red_20m`, `B04_10m`; the JPEG 2000 twins (`red-jp2`) of the same item are taken where they can be read. */
function bandOf(key: string, asset: Asset): Sentinel2Band | null {
  const described = asset['eo:bands'] ?? asset.bands ?? [];
  if (described.length > 1) return null; // a picture of several bands
  const [only] = described;
  const words = [
    key.replace(/-jp2$/, '').replace(/_\d\dm$/, ''),
    only?.name,
    only?.common_name,
    only?.['eo:common_name'],
  ];
  for (const word of words) {
    const band = word === undefined ? null : findBand(word);
    if (band) return band;
  }
  return null;
}

function isClasses(key: string): boolean {
  return /^scl(_\d\dm)?(-jp2)?$/i.test(key);
}

/** What the asset states of its band, in STAC 1.0 (`raster:bands`) and 1.1 (`bands`, or on the asset itself). */
function stated(asset: Asset, name: 'scale' | 'offset'): number | null {
  const [band] = asset['raster:bands'] ?? asset.bands ?? [];
  return band?.[name] ?? band?.[`raster:${name}`] ?? asset[`raster:${name}`] ?? null;
}

function calibrationOf(asset: Asset, baseline: string | null, applied: boolean): SceneCalibration {
  const scale = stated(asset, 'scale');
  const offset = stated(asset, 'offset');
  const quantification = scale !== null && scale > 0 ? exact(1 / scale) : null;
  // Catalogues take the offset off in their own copies; the JPEG 2000 files they link to are ESA's.
  const isOriginal = /jp2/i.test(asset.type ?? '') || /\.jp2$/i.test(asset.href);
  return decideCalibration({
    baseline,
    quantification,
    addOffset: offset === null ? null : exact(offset * (quantification ?? 10000)),
    alreadyApplied: applied && !isOriginal,
    source: 'The STAC item',
  });
}

/** 1 / 0.0001 is 10000 but for the last bit. */
function exact(value: number): number {
  return Math.abs(value - Math.round(value)) < 1e-6 ? Math.round(value) : value;
}

function nodataOf(asset: Asset): number | null {
  const [band] = asset['raster:bands'] ?? asset.bands ?? [];
  const value = band?.nodata ?? asset.nodata;
  return typeof value === 'number' ? value : 0; // Sentinel-2's own where the item says nothing
}

function gsdOf(key: string, asset: Asset, otherwise: number): number {
  const [band] = asset['raster:bands'] ?? asset.bands ?? [];
  const named = /_(\d\d)m$/.exec(key)?.[1];
  return (
    band?.spatial_resolution ?? band?.['raster:spatial_resolution'] ?? asset.gsd ?? (named ? Number(named) : otherwise)
  );
}

function tileOf({ properties, id }: Item, product: string): string | null {
  const grid = text(properties, 'grid:code', 's2:mgrs_tile');
  const name = grid ?? `${product} ${id}`;
  const found = /(?:^|MGRS-|_T?)(\d{1,2}[C-HJ-NP-X][A-Z]{2})(?=$|_|\s)/.exec(name)?.[1];
  return found ? found.padStart(5, '0') : null;
}

function epsgOf({ properties, assets }: Item): number | null {
  for (const holder of [properties, ...Object.values(assets)]) {
    const code = holder['proj:epsg'] ?? /^EPSG:(\d+)$/i.exec(holder['proj:code'] ?? '')?.[1];
    if (code !== null && code !== undefined) return Number(code);
  }
  return null;
}

function text(properties: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | null {
  for (const name of names) if (typeof properties[name] === 'string') return properties[name];
  return null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
