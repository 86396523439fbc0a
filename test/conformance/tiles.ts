/** Tiles, archives and rasters, by GDAL and by the rules of their formats. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { verifyArchive } from '../support/pmtiles-verify.ts';
import type { Check, Server } from './check.ts';
import { get, getJson, python, Skipped, Tally } from './check.ts';
import { openSchemas, orSkip } from './schemas.ts';

interface LayerList {
  readonly layers: readonly {
    readonly kind: string;
    readonly frames: readonly { readonly id: string; readonly tilejson: string; readonly archive: string }[];
  }[];
}

interface TileJson {
  readonly tilejson: string;
  readonly tiles: readonly string[];
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly bounds: readonly number[];
  readonly center?: readonly number[];
  readonly vector_layers?: readonly { readonly id: string; readonly fields: object }[];
}

async function firstFrames(server: Server) {
  const { layers } = await getJson<LayerList>(server, '/tiles');
  return layers.flatMap(({ kind, frames }) => frames.slice(0, 1).map((frame) => ({ kind, ...frame })));
}

const local = (server: Server, address: string) => new URL(address, server.base).href;

/** The tile in the middle of a box. */
function middleTile([west, south, east, north]: readonly number[], z: number): { x: number; y: number } {
  const n = 2 ** z;
  const sine = Math.sin((((south! + north!) / 2) * Math.PI) / 180);
  const x = Math.floor((((west! + east!) / 2 + 180) / 360) * n);
  return { x, y: Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * n) };
}

function tileAddress({ tiles, bounds }: TileJson, z: number): string {
  const { x, y } = middleTile(bounds, z);
  return tiles[0]!.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y));
}

/** @see https://github.com/mapbox/tilejson-spec/tree/master/3.0.0 */
async function tileJson(server: Server): Promise<string> {
  const tally = new Tally();
  const frames = await firstFrames(server);
  for (const { tilejson: address, kind } of frames) {
    const json = await getJson<TileJson>(server, local(server, address));
    const { minzoom, maxzoom, bounds, tiles, vector_layers: layers } = json;
    tally.ok(
      json.tilejson === '3.0.0' && tiles.length > 0 && tiles.every((tile) => /\{z\}.*\{x\}.*\{y\}/.test(tile)),
      `${address}: tilejson or tiles`,
    );
    tally.ok(minzoom >= 0 && minzoom <= maxzoom && maxzoom <= 30, `${address}: zooms ${minzoom} to ${maxzoom}`);
    tally.ok(bounds.length === 4 && bounds[0]! < bounds[2]! && bounds[1]! < bounds[3]!, `${address}: bounds`);
    if (kind === 'vector')
      tally.ok(
        Array.isArray(layers) && layers.every(({ id, fields }) => id !== '' && typeof fields === 'object'),
        `${address}: vector_layers`,
      );
    const { status } = await fetch(tileAddress(json, Math.min(maxzoom, 12)));
    tally.ok(status === 200 || status === 204, `${address}: its tile answers ${status}`);
  }
  return tally.end(`${frames.length} layers`);
}

/** @see https://github.com/mapbox/vector-tile-spec/tree/master/2.1 */
async function vectorTiles(server: Server): Promise<string> {
  const tally = new Tally();
  let features = 0;
  const layers = (await firstFrames(server)).filter(({ kind }) => kind === 'vector');
  if (layers.length === 0) throw new Skipped('/tiles lists no layer of vector tiles');
  for (const { tilejson } of layers) {
    const json = await getJson<TileJson>(server, local(server, tilejson));
    for (let z = json.minzoom; z <= json.maxzoom; z += 2) {
      const answer = await get(server, tileAddress(json, z));
      if (answer.status === 204) continue;
      const { layers: found } = new VectorTile(new PbfReader(new Uint8Array(await answer.arrayBuffer())));
      const known = new Set(json.vector_layers?.map(({ id }) => id));
      for (const layer of Object.values(found)) {
        tally.ok(
          layer.version === 2 && layer.extent > 0 && known.has(layer.name),
          `${tilejson} ${z}: layer ${layer.name} of version ${layer.version}`,
        );
        for (let k = 0; k < layer.length; k++) {
          const geometry = layer.feature(k).loadGeometry();
          features += 1;
          tally.ok(
            geometry.length > 0 && geometry.every((part) => part.length > 0),
            `${tilejson} ${z}: feature ${k} is empty`,
          );
        }
      }
    }
  }
  return tally.end(`${features} features`);
}

async function archives(server: Server): Promise<string> {
  const tally = new Tally();
  const folder = mkdtempSync(join(tmpdir(), 'landmeter-archives-'));
  try {
    for (const { archive } of await firstFrames(server)) {
      const path = join(folder, 'a.pmtiles');
      const answer = await get(server, local(server, archive));
      tally.ok(answer.headers.get('accept-ranges') === 'bytes', `${archive} takes no ranges`);
      writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
      const { complaints } = await verifyArchive(path);
      tally.ok(complaints.length === 0, `${archive}: ${complaints[0]}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return tally.end('archives as they are served');
}

const PMTILES = `
import sys
from osgeo import gdal
gdal.UseExceptions()
if gdal.GetDriverByName("PMTiles") is None: sys.exit("this GDAL has no driver PMTiles")
ds = gdal.OpenEx("/vsicurl/" + sys.argv[1], gdal.OF_VECTOR)
total = sum(1 for k in range(ds.GetLayerCount()) for _ in ds.GetLayer(k))
assert total, "no feature"
print(f"{total} features of {ds.GetLayerCount()} layers over byte ranges")`;

async function archiveByGdal(server: Server): Promise<string> {
  const frames = (await firstFrames(server)).filter(({ kind }) => kind === 'vector');
  if (frames.length === 0) throw new Skipped('/tiles lists no layer of vector tiles');
  return python(PMTILES, [local(server, frames[0]!.archive)], 'osgeo', 'python3-gdal');
}

const COG = `
import sys
from osgeo import gdal
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
gdal.UseExceptions()
done = 0
for address in sys.argv[1:]:
    warnings, errors, _ = validate("/vsicurl/" + address, full_check=False)
    if errors: sys.exit(f"{address}: {errors[0]}")
    done += 1
print(f"{done} rasters over byte ranges")`;

const CROP = `
import sys
from osgeo import gdal
gdal.UseExceptions()
ds = gdal.Open("/vsicurl_streaming/" + sys.argv[1])
assert ds.RasterXSize > 0 and ds.GetSpatialRef() is not None and ds.GetGeoTransform()[1] > 0
print(f"{ds.RasterXSize} x {ds.RasterYSize} pixels in EPSG:{ds.GetSpatialRef().GetAuthorityCode(None)}")`;

interface RasterItems {
  readonly features: readonly {
    readonly id: string;
    readonly collection: string;
    readonly bbox: readonly number[];
    readonly assets: Record<string, { readonly href: string; readonly type?: string }>;
  }[];
}

async function rasters(server: Server): Promise<string> {
  const { features } = await getJson<RasterItems>(server, '/stac/search?limit=100');
  const addresses = features.flatMap(({ assets }) =>
    Object.values(assets)
      .filter(({ type = '', href }) => /geotiff.*cloud-optimized/.test(type) && href.startsWith(server.base))
      .map(({ href }) => href),
  );
  if (addresses.length === 0) throw new Skipped('no asset says that it is a cloud-optimised GeoTIFF');
  return python(COG, addresses.slice(0, 20), 'osgeo_utils', 'python3-gdal');
}

async function crop(server: Server): Promise<string> {
  const { features } = await getJson<RasterItems>(server, '/stac/search?limit=100');
  const item = features.find(({ assets }) => 'red' in assets || 'B04' in assets)!;
  const [west, south, east, north] = item.bbox as [number, number, number, number];
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  const bbox = [x - 0.01, y - 0.01, x + 0.01, y + 0.01].join(',');
  return python(
    CROP,
    [`${server.base}/raster/${encodeURIComponent(item.id)}/crop.tif?bbox=${bbox}&index=ndvi`],
    'osgeo',
    'python3-gdal',
  );
}

/** RFC 7946, by its schema. */
async function geoJson(server: Server): Promise<string> {
  const schemas = openSchemas(server);
  const tally = new Tally();
  const { sets } = await getJson<{ sets: { id: string }[] }>(server, '/zones');
  const paths = [
    '/stac/search?limit=100',
    ...sets.map(({ id }) => `/zones/${encodeURIComponent(id)}/features?limit=200`),
  ];
  for (const path of paths) {
    const { type, features } = await getJson<{ type: string; features: object[] }>(server, path);
    tally.ok(type === 'FeatureCollection', `${path} is a ${type}`);
    for (const feature of features) {
      const fault = await schemas.faultOf(feature, 'https://geojson.org/schema/Feature.json').catch(orSkip);
      tally.ok(fault === null, `${path}: ${fault}`);
    }
  }
  return tally.end('searches and zones');
}

export const TILE_CHECKS: readonly Check[] = [
  { name: 'TileJSON', by: 'TileJSON 3.0.0', run: tileJson },
  { name: 'Vector tiles', by: 'vector tile specification 2.1, read by @mapbox/vector-tile', run: vectorTiles },
  { name: 'PMTiles', by: 'the rules of pmtiles verify', run: archives },
  { name: 'PMTiles by GDAL', by: "GDAL's driver PMTiles", run: archiveByGdal },
  { name: 'COG', by: 'validate_cloud_optimized_geotiff', run: rasters },
  { name: 'Cut-outs by GDAL', by: "GDAL's driver GTiff, as a stream", run: crop },
  { name: 'GeoJSON', by: 'JSON schema of RFC 7946', run: geoJson },
];
