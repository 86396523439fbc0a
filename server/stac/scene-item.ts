/** A scene of the catalogue as an item: its bands as assets, each with how its numbers are read. */
import type { ItemRow } from '../../pipelines/catalog/item-index.ts';
import type { FileHeader, RecordedBand, SceneFile, SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { SCL_CLASSES } from '../../pipelines/core/raster/scl.ts';
import type { StacAsset } from './item.ts';
import { known, multihash, projectedBox, thumbnail } from './item.ts';
import type { Addresses } from './links.ts';

/** The names of STAC's `eo` extension for what we number; wavelengths in their names. */
const COMMON_NAMES: Readonly<Record<string, string>> = {
  coastal: 'coastal',
  blue: 'blue',
  green: 'green',
  red: 'red',
  rededge1: 'rededge071',
  rededge2: 'rededge075',
  rededge3: 'rededge078',
  nir: 'nir',
  nir08: 'nir08',
  nir09: 'nir09',
  cirrus: 'cirrus',
  swir16: 'swir16',
  swir22: 'swir22',
};

/** Centres of the bands of MSI, micrometres. @see ESA, Sentinel-2 User Handbook, table 1 */
const WAVELENGTHS: Readonly<Record<string, number>> = {
  B01: 0.443,
  B02: 0.49,
  B03: 0.56,
  B04: 0.665,
  B05: 0.705,
  B06: 0.74,
  B07: 0.783,
  B08: 0.842,
  B8A: 0.865,
  B09: 0.945,
  B10: 1.375,
  B11: 1.61,
  B12: 2.19,
};

export interface SceneAsset {
  readonly key: string;
  /** Where it is: on this machine, in an archive on it, or an address. */
  readonly path: string;
  readonly bands: readonly RecordedBand[];
  /** Metres per pixel. */
  readonly gsd: number;
  readonly header: FileHeader | undefined;
}

/** The files of a scene under names that stay the same: the band's, with its resolution where a finer one has the name. */
export function listSceneAssets({ bands, classes }: Pick<SceneRecord, 'bands' | 'classes'>): SceneAsset[] {
  const byPath = Map.groupBy(bands, ({ path }) => path);
  const taken = new Set(['thumbnail']);
  const keyOf = (name: string, gsd: number) => {
    let key = name;
    for (let k = 0; taken.has(key); k++) key = `${name}-${gsd}${k === 0 ? '' : `-${k}`}`;
    taken.add(key);
    return key;
  };
  const assets = [...byPath].map(([path, of]): SceneAsset => {
    const [{ name, gsd, header }] = of as [RecordedBand, ...RecordedBand[]];
    return { key: keyOf(of.length === 1 ? name : 'data', gsd), path, bands: of, gsd, header };
  });
  return [
    ...assets,
    ...classes.map(({ path, gsd, header }) => ({ key: keyOf('scl', gsd), path, bands: [], gsd, header })),
  ];
}

export function sceneProperties(scene: SceneRecord, row: ItemRow): Record<string, unknown> {
  const { platform, level, baseline, bands, classes } = scene;
  const header = (bands[0] ?? classes[0])?.header;
  return known({
    datetime: scene.datetime,
    created: row.created.toISOString(),
    updated: row.updated.toISOString(),
    platform,
    constellation: platform && /^sentinel-\d/.test(platform) ? platform.slice(0, 10) : null,
    instruments: platform?.startsWith('sentinel-2') ? ['msi'] : null,
    gsd: row.gsd,
    'eo:cloud_cover': scene.cloudCover,
    'proj:code': scene.epsg === null ? null : `EPSG:${scene.epsg}`,
    'proj:bbox': header ? projectedBox(header) : null,
    'grid:code': scene.tile === null ? null : `MGRS-${scene.tile}`,
    'processing:level': level,
    's2:processing_baseline': baseline,
    renders: rendersOf(scene),
  });
}

export function sceneAssets(scene: SceneRecord, addresses: Addresses): Record<string, StacAsset> {
  const files = new Map(scene.files.map((file) => [file.path, file]));
  const { collection, id } = scene;
  const entries = listSceneAssets(scene).map((asset): [string, StacAsset] => {
    const href = isElsewhere(asset.path) ? asset.path : addresses.asset(collection, id, asset.key);
    const file = checksum(files.get(asset.path));
    return [asset.key, { href, ...mediaType(asset.path), ...describe(asset), ...placed(asset.header), ...file }];
  });
  if (scene.bands.length > 0 && scene.epsg !== null) entries.push(['thumbnail', thumbnail(addresses.origin, id)]);
  return Object.fromEntries(entries);
}

/** On another server: its address may be told. */
export function isElsewhere(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

function describe({ bands, gsd }: SceneAsset): Omit<StacAsset, 'href'> {
  if (bands.length === 0)
    return { title: 'Scene classification', roles: ['data', 'classification'], gsd, ...classification() };
  const codes = bands.map(({ code }) => code).join(', ');
  return {
    title: `${bands.length === 1 ? `${bands[0]!.name} ` : ''}(${codes})`,
    roles: ['data', 'reflectance'],
    gsd,
    bands: bands.map(toBand),
  };
}

/** Of a file on the CRS of its scene; nothing where its header is not known. */
function placed(header: FileHeader | undefined): object {
  return header ? { 'proj:shape': [header.height, header.width], 'proj:transform': header.transform } : {};
}

function toBand({ name, code, gsd, scale, offset, nodata, header }: RecordedBand): object {
  const commonName = COMMON_NAMES[name] ?? null;
  return known({
    name: code,
    description: name,
    'eo:common_name': commonName,
    'eo:center_wavelength': commonName === null ? null : (WAVELENGTHS[code] ?? null),
    nodata,
    data_type: header?.dtype ?? null,
    'raster:spatial_resolution': gsd,
    'raster:scale': scale,
    'raster:offset': offset,
  });
}

function classification() {
  const classes = SCL_CLASSES.map((title, value) => ({
    value,
    name: title.replace(/[^a-z]+/g, '-').replace(/-$/, ''),
    title,
    ...(value === 0 && { nodata: true }),
  }));
  return { 'classification:classes': classes };
}

function mediaType(path: string): { type?: string } {
  if (/\.tiff?(?:\?|$)/i.test(path)) return { type: 'image/tiff; application=geotiff' };
  return /\.jp2(?:\?|$)/i.test(path) ? { type: 'image/jp2' } : {};
}

function checksum(file: SceneFile | undefined): object {
  return known({
    'file:size': file?.sizeBytes ?? null,
    'file:checksum': file?.sha256 ? multihash(file.sha256) : null,
  });
}

/** What shows it well at first. */
function rendersOf({ bands }: SceneRecord): object | null {
  const has = new Set(bands.map(({ name }) => name));
  const renders = {
    ...(['red', 'green', 'blue'].every((name) => has.has(name)) && {
      'true-colour': { title: 'True colour', assets: ['red', 'green', 'blue'], rescale: [[0, 0.3]] },
    }),
    ...(['nir', 'red'].every((name) => has.has(name)) && {
      ndvi: {
        title: 'NDVI',
        assets: ['nir', 'red'],
        expression: '(nir - red) / (nir + red)',
        rescale: [[0, 0.9]],
        colormap_name: 'vegetation',
      },
    }),
  };
  return Object.keys(renders).length > 0 ? renders : null;
}
