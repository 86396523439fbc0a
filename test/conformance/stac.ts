/** STAC: documents against their schemas, and the API as its specification says. */
import type { Check, Json, Link, Server } from './check.ts';
import { getJson, python, Skipped, Tally } from './check.ts';
import { NotMirrored, openSchemas } from './schemas.ts';

const CORE = 'https://schemas.stacspec.org/v1.1.0';
const API = 'https://api.stacspec.org/v1.0.0';

interface Item extends Json {
  readonly id: string;
  readonly collection: string;
  readonly stac_extensions: readonly string[];
  readonly bbox: readonly number[];
  readonly properties: { readonly datetime: string | null };
  readonly links: readonly Link[];
}

interface Items {
  readonly features: readonly Item[];
  readonly links: readonly Link[];
  readonly numberReturned?: number;
}

async function documents(server: Server): Promise<string> {
  const schemas = openSchemas(server);
  const tally = new Tally();
  const missing = new Set<string>();
  const valid = async (value: unknown, address: string, name: string) => {
    try {
      const fault = await schemas.faultOf(value, address);
      tally.ok(fault === null, `${name}: ${fault}`);
    } catch (error) {
      if (!(error instanceof NotMirrored)) throw error;
      missing.add(address);
    }
  };
  await valid(await getJson(server, '/stac'), `${CORE}/catalog-spec/json-schema/catalog.json`, '/stac');
  const { collections } = await getJson<{ collections: (Json & { id: string })[] }>(server, '/stac/collections');
  let items = 0;
  for (const collection of collections) {
    const path = `/stac/collections/${encodeURIComponent(collection.id)}`;
    await valid(await getJson(server, path), `${CORE}/collection-spec/json-schema/collection.json`, path);
    for (const item of (await getJson<Items>(server, `${path}/items?limit=100`)).features) {
      items += 1;
      await valid(item, `${CORE}/item-spec/json-schema/item.json`, item.id);
      for (const extension of item.stac_extensions) await valid(item, extension, item.id);
    }
  }
  const left = missing.size > 0 ? `; ${missing.size} schemas are not mirrored` : '';
  return tally.end(`${collections.length} collections and ${items} items${left}`);
}

async function api(server: Server): Promise<string> {
  const tally = new Tally();
  const root = await getJson<{ conformsTo: string[]; links: Link[] }>(server, '/stac');
  for (const name of [
    'core',
    'collections',
    'ogcapi-features',
    'item-search',
    'item-search#sort',
    'item-search#fields',
  ])
    tally.ok(root.conformsTo.includes(`${API}/${name}`), `/stac does not conform to ${name}`);
  for (const [rel, type] of [
    ['self', 'application/json'],
    ['root', 'application/json'],
    ['data', 'application/json'],
    ['conformance', 'application/json'],
    ['search', 'application/geo+json'],
  ] as const)
    tally.ok(
      root.links.some((link) => link.rel === rel && link.type === type),
      `/stac has no link ${rel} of type ${type}`,
    );
  const all: Item[] = [];
  for (let next: string | undefined = '/stac/search?limit=3'; next !== undefined;) {
    const page: Items = await getJson(server, next);
    all.push(...page.features);
    next = page.features.length > 0 ? page.links.find(({ rel }) => rel === 'next')?.href : undefined;
  }
  tally.ok(new Set(all.map(({ id }) => id)).size === all.length, 'an item comes twice over the pages');
  const search = async (words: object) => {
    const answer = await fetch(`${server.base}/stac/search`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ limit: 1000, ...words }),
    });
    return { status: answer.status, ids: ((await answer.json()) as Partial<Items>).features?.map(({ id }) => id) };
  };
  for (const item of all.filter(({ bbox }) => bbox?.length === 4).slice(0, 10)) {
    const { bbox, id, collection } = item;
    tally.ok((await search({ bbox })).ids?.includes(id) === true, `the bbox of ${id} does not find it`);
    const { ids } = await search({ ids: [id], collections: [collection] });
    tally.ok(ids?.length === 1 && ids[0] === id, `ids=${id} finds ${ids?.length} items`);
    const { datetime } = item.properties;
    if (datetime)
      tally.ok((await search({ datetime })).ids?.includes(id) === true, `the datetime of ${id} does not find it`);
  }
  for (const wrong of [
    { bbox: [1, 2, 3] },
    { datetime: 'yesterday' },
    { limit: 0 },
    { bbox: [0, 0, 1, 1], intersects: { type: 'Point', coordinates: [0, 0] } },
  ])
    tally.ok((await search(wrong)).status === 400, `${JSON.stringify(wrong)} is not refused with 400`);
  return tally.end(`${all.length} items over pages`);
}

const PYSTAC = `
import sys
from pystac_client import Client
client = Client.open(sys.argv[1] + "/stac")
collections = list(client.get_collections())
items = list(client.search(max_items=50).items())
assert collections and items, "nothing is found"
for item in items[:10]:
    found = list(client.search(ids=[item.id], collections=[item.collection_id]).items())
    assert [one.id for one in found] == [item.id], item.id
print(f"{len(collections)} collections and {len(items)} items")`;

const STACIT = `
import sys
from osgeo import gdal
gdal.UseExceptions()
if int(gdal.VersionInfo()) < 3100000:
    print('SKIP')
    sys.exit()
ds = gdal.Open('STACIT:"' + sys.argv[1] + '/stac/search?collections=' + sys.argv[2] + '&limit=100":asset=' + sys.argv[3])
assert ds.RasterXSize > 0 and ds.GetRasterBand(1).ReadAsArray(0, 0, 64, 64) is not None
print(f"{ds.RasterXSize} x {ds.RasterYSize} pixels of {sys.argv[2]}")`;

async function stacit(server: Server): Promise<string> {
  const { features } = await getJson<{ features: { collection: string; assets: Record<string, { type?: string }> }[] }>(
    server,
    '/stac/search?limit=100',
  );
  const item = features.find(({ assets }) => 'red' in assets || 'B04' in assets)!;
  const asset = 'red' in item.assets ? 'red' : 'B04';
  const words = await python(STACIT, [server.base, item.collection, asset], 'osgeo', 'python3-gdal');
  if (words === 'SKIP') throw new Skipped('GDAL before 3.10 looks for proj:epsg, which STAC 1.1 calls proj:code');
  return words;
}

export const STAC_CHECKS: readonly Check[] = [
  { name: 'STAC documents', by: 'JSON schemas of STAC 1.1 and its extensions', run: documents },
  { name: 'STAC API', by: 'STAC API 1.0', run: api },
  {
    name: 'STAC by pystac-client',
    by: 'pystac-client',
    run: ({ base }) => python(PYSTAC, [base], 'pystac_client', 'python3-pystac-client, or pip install pystac-client'),
  },
  { name: 'STAC by GDAL', by: "GDAL's driver STACIT", run: stacit },
];
