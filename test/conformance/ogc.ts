/** OGC APIs and WMTS: assertions of their abstract test suites, and the clients of GDAL, OWSLib and QGIS. */
import type { Check, Link, Server } from './check.ts';
import { get, getJson, python, Shortfall, Tally } from './check.ts';
import { openSchemas, orSkip } from './schemas.ts';

const SCHEMAS = 'https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas';
const CONFORMANCE = 'http://www.opengis.net/spec';

interface Collection {
  readonly id: string;
  readonly itemType?: string;
  readonly crs?: readonly string[];
  readonly links: readonly Link[];
}

interface FeaturePage {
  readonly features: readonly { readonly id: string | number }[];
  readonly numberReturned?: number;
  readonly numberMatched?: number;
  readonly links: readonly Link[];
}

async function featureCollections(server: Server): Promise<Collection[]> {
  const { collections } = await getJson<{ collections: Collection[] }>(server, '/ogc/collections');
  return collections.filter(
    ({ itemType = 'feature', links }) => itemType === 'feature' && links.some(({ rel }) => rel === 'items'),
  );
}

/** @see OGC 17-069r4, annex A */
async function features(server: Server): Promise<string> {
  const tally = new Tally();
  const landing = await getJson<{ links: Link[] }>(server, '/ogc');
  for (const rel of ['service-desc', 'service-doc', 'conformance', 'data'])
    tally.ok(
      landing.links.some((link) => link.rel === rel),
      `/ogc has no link ${rel}`,
    );
  const { conformsTo } = await getJson<{ conformsTo: string[] }>(server, '/ogc/conformance');
  for (const name of ['core', 'geojson', 'oas30'].slice(0, 2))
    tally.ok(
      conformsTo.includes(`${CONFORMANCE}/ogcapi-features-1/1.0/conf/${name}`),
      `/ogc/conformance lacks ${name}`,
    );
  const collections = await featureCollections(server);
  for (const { id } of collections) {
    const path = `/ogc/collections/${encodeURIComponent(id)}/items`;
    const page = await getJson<FeaturePage>(server, `${path}?limit=5`);
    tally.ok(
      page.features.length <= 5 && (page.numberReturned ?? page.features.length) === page.features.length,
      `${path}: limit or numberReturned`,
    );
    const [first] = page.features;
    if (!first) continue;
    const one = await get(server, `${path}/${encodeURIComponent(String(first.id))}`);
    tally.ok(/geo\+json/.test(one.headers.get('content-type') ?? ''), `${path}/${first.id} is no GeoJSON`);
    const far = await getJson<FeaturePage>(server, `${path}?bbox=-170,-89,-169,-88`);
    tally.ok(far.features.length === 0, `${path}: a box far away finds ${far.features.length}`);
    for (const wrong of ['bbox=1,2', 'limit=many', 'nosuchparameter=1', 'datetime=yesterday']) {
      const { status } = await fetch(`${server.base}${path}?${wrong}`);
      tally.ok(status === 400, `${path}?${wrong}: ${status} instead of 400`);
    }
  }
  return tally.end(`${collections.length} collections`);
}

async function featureSchemas(server: Server): Promise<string> {
  const schemas = openSchemas(server);
  const tally = new Tally();
  const valid = async (path: string, name: string) => {
    const fault = await schemas.faultOf(await getJson(server, path), `${SCHEMAS}/${name}.yaml`).catch(orSkip);
    tally.ok(fault === null, `${path}: ${fault}`);
  };
  await valid('/ogc', 'landingPage');
  await valid('/ogc/conformance', 'confClasses');
  await valid('/ogc/collections', 'collections');
  for (const { id } of await featureCollections(server)) {
    await valid(`/ogc/collections/${encodeURIComponent(id)}`, 'collection');
    await valid(`/ogc/collections/${encodeURIComponent(id)}/items?limit=50`, 'featureCollectionGeoJSON');
  }
  return tally.end('landing page, collections and features');
}

/** @see OGC 20-057, annex A */
async function tiles(server: Server): Promise<string> {
  const tally = new Tally();
  const { conformsTo } = await getJson<{ conformsTo: string[] }>(server, '/ogc/conformance');
  for (const name of ['core', 'tileset', 'tilesets-list'])
    tally.ok(
      conformsTo.includes(`${CONFORMANCE}/ogcapi-tiles-1/1.0/conf/${name}`),
      `/ogc/conformance lacks ${name} of Tiles`,
    );
  const { tileMatrixSets } = await getJson<{ tileMatrixSets: { id: string; links: Link[] }[] }>(
    server,
    '/ogc/tileMatrixSets',
  );
  for (const { id } of tileMatrixSets) {
    const set = await getJson<{
      tileMatrices: { id: string; cellSize: number; pointOfOrigin: number[]; tileWidth: number }[];
    }>(server, `/ogc/tileMatrixSets/${id}`);
    tally.ok(
      set.tileMatrices.every(({ cellSize, pointOfOrigin }) => cellSize > 0 && pointOfOrigin.length === 2),
      `tile matrix set ${id}`,
    );
  }
  const { collections } = await getJson<{ collections: Collection[] }>(server, '/ogc/collections');
  let asked = 0;
  for (const { id, links } of collections) {
    const list = links.find(({ rel }) => /tilesets-(map|vector|coverage)$/.test(rel));
    if (!list) continue;
    const { tilesets } = await getJson<{
      tilesets: { dataType: string; crs: string; tileMatrixSetURI?: string; links: Link[] }[];
    }>(server, list.href);
    for (const { dataType, crs, links: own } of tilesets) {
      tally.ok(
        ['map', 'vector', 'coverage'].includes(dataType) && crs.startsWith('http'),
        `${id}: a tile set of kind ${dataType} in ${crs}`,
      );
      const self = own.find(({ rel }) => rel === 'self');
      if (!self) continue;
      const tileset = await getJson<{
        links: Link[];
        tileMatrixSetLimits?: { tileMatrix: string; minTileRow: number; minTileCol: number }[];
      }>(server, self.href);
      const template = tileset.links.find(({ rel, templated }) => rel === 'item' && templated);
      const limit = tileset.tileMatrixSetLimits?.[0];
      if (!tally.ok(template !== undefined, `${self.href} has no template of tiles`) || !limit) continue;
      const address = template!.href
        .replace(/\{tileMatrix\}/, limit.tileMatrix)
        .replace(/\{tileRow\}/, String(limit.minTileRow))
        .replace(/\{tileCol\}/, String(limit.minTileCol));
      const { status } = await fetch(address);
      asked += 1;
      tally.ok(status === 200 || status === 204, `${address}: ${status}`);
    }
  }
  return tally.end(`${tileMatrixSets.length} tile matrix sets and ${asked} tiles`);
}

const OAPIF = `
import json, sys, urllib.request
from osgeo import gdal, ogr
gdal.UseExceptions(); ogr.UseExceptions(); gdal.PushErrorHandler("CPLQuietErrorHandler")
base = sys.argv[1]
ds = gdal.OpenEx(f"OAPIF:{base}/ogc", gdal.OF_VECTOR, open_options=["PAGE_SIZE=500"])
names = [ds.GetLayer(k).GetName() for k in range(ds.GetLayerCount())]
total = 0
for name in names[:6]:
    want = json.load(urllib.request.urlopen(f"{base}/ogc/collections/{name}/items?limit=1")).get("numberMatched")
    seen = sum(1 for _ in ds.GetLayerByName(name))
    if want is not None and want <= 20000 and seen != want: sys.exit(f"{name}: GDAL reads {seen} features, numberMatched is {want}")
    total += seen
assert total, "GDAL reads no feature"
print(f"{total} features of {len(names)} layers")`;

const WMTS = `
import sys
from osgeo import gdal
gdal.UseExceptions()
info = gdal.Open(f"WMTS:{sys.argv[1]}/wmts?service=WMTS&request=GetCapabilities")
subs = info.GetSubDatasets() or [(info.GetDescription(), "")]
for name, _ in subs[:4]:
    ds = gdal.Open(name)
    assert ds.RasterXSize > 0 and ds.ReadAsArray(0, 0, 16, 16) is not None, name
print(f"{len(subs)} layers and matrix sets")`;

const OWSLIB = `
import sys
from owslib.wmts import WebMapTileService
wmts = WebMapTileService(sys.argv[1] + "/wmts")
names = list(wmts.contents)
assert names, "no layer"
for name in names[:3]:
    layer = wmts.contents[name]
    for sets, links in layer.tilematrixsetlinks.items():
        limits = list(links.tilematrixlimits.values())
        tile = limits[-1] if limits else None
        if tile is None: continue
        picture = wmts.gettile(layer=name, tilematrixset=sets, tilematrix=tile.tilematrix.split(":")[-1], row=tile.mintilerow, column=tile.mintilecol, format=layer.formats[0])
        assert picture.read() is not None
        break
print(f"{len(names)} layers")`;

const QGIS = `
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsVectorLayer
app = QgsApplication([], False); app.initQgis()
layer = QgsVectorLayer(f"url='{sys.argv[1]}/ogc' typename='{sys.argv[2]}' version='OGC_API_FEATURES'", "a", "OAPIF")
assert layer.isValid() and layer.featureCount() != 0, layer.error().summary()
print(f"{layer.featureCount()} features of {sys.argv[2]}")`;

async function qgis(server: Server): Promise<string> {
  const [first] = await featureCollections(server);
  if (!first) throw new Shortfall('/ogc has no collection of features');
  return python(QGIS, [server.base, first.id], 'qgis', 'python3-qgis');
}

const gdal =
  (script: string) =>
  ({ base }: Server) =>
    python(script, [base], 'osgeo', 'python3-gdal');

export const OGC_CHECKS: readonly Check[] = [
  { name: 'OGC API Features', by: 'abstract test suite of OGC 17-069r4', run: features },
  { name: 'OGC API Features, documents', by: "OGC's schemas", run: featureSchemas },
  { name: 'OGC API Tiles', by: 'abstract test suite of OGC 20-057', run: tiles },
  { name: 'OGC API Features by GDAL', by: "GDAL's driver OAPIF", run: gdal(OAPIF) },
  { name: 'WMTS by GDAL', by: "GDAL's driver WMTS", run: gdal(WMTS) },
  { name: 'WMTS by OWSLib', by: 'OWSLib', run: ({ base }) => python(OWSLIB, [base], 'owslib', 'python3-owslib') },
  { name: 'OGC API Features by QGIS', by: 'QGIS', run: qgis },
];
