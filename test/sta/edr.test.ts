import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';
import { fill, PLACES, READINGS, serve, THINGS } from './served.ts';
import type { Json } from './served.ts';

const workspace = temporaryFolder('edr');
let server: RunningServer;

beforeAll(async () => {
  server = await serve(workspace);
  await fill(await server.database());
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(workspace, { recursive: true, force: true });
});

const ask = (path: string, words: Readonly<Record<string, string>> = {}, headers: Record<string, string> = {}) =>
  fetch(new URL(`ogc/${path}?${new URLSearchParams(words).toString()}`, server.address), { headers });

async function get<T>(path: string, words: Readonly<Record<string, string>> = {}): Promise<T> {
  const answer = await ask(path, words);
  expect([path, words, answer.status]).toEqual([path, words, 200]);
  return (await answer.json()) as T;
}

interface Coverage {
  readonly domain: {
    readonly axes: Readonly<Record<'x' | 'y' | 't', { readonly values: readonly (number | string)[] }>>;
  };
  readonly ranges: Readonly<
    Record<string, { readonly values: readonly (number | null)[]; readonly shape: readonly number[] }>
  >;
}
interface Coverages {
  readonly type: string;
  readonly domainType: string;
  readonly parameters: Json;
  readonly referencing: readonly Json[];
  readonly coverages: readonly Coverage[];
}

const xOf = ({ coverages }: Coverages) =>
  coverages.map(({ domain: { axes } }) => Number(axes.x.values[0])).toSorted((a, b) => a - b);
const SENSORS = 'collections/sensors';

describe('the collection', () => {
  it('tells its queries, parameters and forms, and is listed', async () => {
    const { collections } = await get<{ collections: { id: string }[] }>('collections');
    expect(collections.map(({ id }) => id)).toContain('sensors');
    const collection = await get<Json>(SENSORS);
    expect(Object.keys(collection['data_queries'] as Json)).toEqual([
      'position',
      'radius',
      'area',
      'cube',
      'locations',
    ]);
    const { radius, locations } = collection['data_queries'] as Record<string, { link: Json }>;
    expect(radius!.link).toMatchObject({ templated: true, variables: { query_type: 'radius' } });
    expect(radius!.link['href']).toMatch(
      /\/radius\?coords=\{coords\}&within=\{within\}&within-units=\{within_units\}$/,
    );
    expect(locations!.link).toMatchObject({ templated: false });
    expect(locations!.link['href']).toMatch(/\/locations$/);
    expect(Object.keys(collection['parameter_names'] as Json)).toEqual(['Air_temperature', 'PM10']);
    expect(collection['output_formats']).toEqual(['CoverageJSON', 'GeoJSON', 'CSV']);
    expect(collection['extent']).toMatchObject({
      temporal: { interval: [['2024-01-01T00:00:00Z', '2024-08-28T00:00:00Z']] },
    });
    const { conformsTo } = await get<{ conformsTo: string[] }>('conformance');
    expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/covjson');
  });

  it('has the stations as features, which filters find', async () => {
    const { features } = await get<{ features: { id: string }[] }>(`${SENSORS}/items`, { filter: "name LIKE 'brug%'" });
    expect(features.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('queries', () => {
  const [x, y] = PLACES[0]!;

  it('gives the series of a position as a coverage', async () => {
    const words = {
      coords: `POINT(${x + 0.001} ${y})`,
      datetime: '2024-01-01/2024-01-31',
      'parameter-name': 'Air_temperature',
    };
    const found = await get<Coverages>(`${SENSORS}/position`, words);
    const own = READINGS.filter(({ time }) => time < new Date(Date.UTC(2024, 1, 1)));
    expect(found.coverages).toHaveLength(1);
    const [{ domain, ranges }] = found.coverages as [Coverage];
    expect([domain.axes.x.values, domain.axes.y.values]).toEqual([[x], [y]]);
    expect(domain.axes.t.values.map((time) => Date.parse(time as string))).toEqual(own.map(({ time }) => +time));
    expect(ranges['Air_temperature']!.values).toEqual(own.map(({ result }) => result));
    expect(ranges['Air_temperature']!.shape).toEqual([own.length]);
  });

  it('is CoverageJSON by its required members', async () => {
    const { type, domainType, parameters, referencing, coverages } = await get<Coverages>(`${SENSORS}/cube`, {
      bbox: '4,51,6,53',
      datetime: '2024-02-01',
    });
    expect([type, domainType, coverages.length]).toEqual(['CoverageCollection', 'PointSeries', THINGS]);
    expect(referencing.map(({ coordinates }) => coordinates)).toEqual([['x', 'y'], ['t']]);
    expect(parameters['PM10']).toEqual({
      type: 'Parameter',
      description: { en: 'd' },
      unit: { label: { en: 'unit' }, symbol: { value: 'ug/m3', type: 'http://www.opengis.net/def/uom/UCUM/' } },
      observedProperty: { id: 'https://example.org/pm10', label: { en: 'PM10' } },
    });
  });

  it('finds by area, box and radius what lies in them', async () => {
    const datetime = '2024-02-01';
    const west = PLACES.filter(([lon]) => lon <= 5.1)
      .map(([lon]) => lon)
      .toSorted((a, b) => a - b);
    const coords = 'POLYGON((4 51,5.1 51,5.1 53,4 53,4 51))';
    expect(xOf(await get(`${SENSORS}/area`, { coords, datetime }))).toEqual(west);
    expect(xOf(await get(`${SENSORS}/cube`, { bbox: '4,51,5.1,53', datetime }))).toEqual(west);
    const near = PLACES.filter(([lon, lat]) => Math.hypot((lon - x) * 68.6, (lat - y) * 111.26) < 15)
      .map(([lon]) => lon)
      .toSorted((a, b) => a - b);
    const radius = { coords: `POINT(${x} ${y})`, within: '15', 'within-units': 'km', datetime };
    expect(xOf(await get(`${SENSORS}/radius`, radius))).toEqual(near);
  });

  it('lists locations, each with a series of its own', async () => {
    const { features } = await get<{ features: { id: string; properties: Json }[] }>(`${SENSORS}/locations`);
    expect(features).toHaveLength(THINGS);
    expect(features[1]!.properties).toMatchObject({ label: 'brug twee', 'parameter-name': ['PM10'] });
    const { coverages } = await get<Coverages>(`${SENSORS}/locations/2`);
    expect(coverages[0]!.ranges['PM10']!.values).toEqual(Array.from({ length: 10 }, (_, k) => 200 + k));
    expect((await ask(`${SENSORS}/locations/99`)).status).toBe(404);
  });

  it('gives GeoJSON and CSV, by f and by Accept', async () => {
    const { features } = await get<{ features: { properties: Json }[] }>(`${SENSORS}/locations/2`, { f: 'GeoJSON' });
    expect(features[0]!.properties).toMatchObject({
      label: 'brug twee',
      'parameter-name': ['PM10'],
      values: Array.from({ length: 10 }, (_, k) => 200 + k),
    });
    const csv = await ask(`${SENSORS}/locations/2`, {}, { Accept: 'text/csv' });
    expect((await csv.text()).split('\r\n').slice(0, 2)).toEqual([
      'station,name,lon,lat,datetime,parameter,value,unit',
      `2,brug twee,${PLACES[1]![0]},${PLACES[1]![1]},2024-02-01T00:00:00Z,PM10,200,u`,
    ]);
  });

  it('answers 204 where nothing is', async () => {
    expect((await ask(`${SENSORS}/position`, { coords: 'POINT(0 0)' })).status).toBe(204);
    expect((await ask(`${SENSORS}/locations/2`, { datetime: '2030-01-01/..' })).status).toBe(204);
  });

  it.each<[string, Record<string, string>]>([
    ['position', {}],
    ['position', { coords: 'POLYGON((4 51,5 51,5 52,4 51))' }],
    ['position', { coords: 'POINT(5 x)' }],
    ['position', { coords: 'POINT(5 52)', datetime: 'yesterday' }],
    ['position', { coords: 'POINT(5 52)', datetime: '2024-02-30' }],
    ['position', { coords: 'POINT(5 52)', datetime: '2024-03-01/2024-02-01' }],
    ['position', { coords: 'POINT(5 52)', 'parameter-name': 'nosuch' }],
    ['position', { coords: 'POINT(5 52)', crs: 'EPSG:28992' }],
    ['position', { coords: 'POINT(5 52)', f: 'nosuch' }],
    ['position', { coords: 'POINT(5 52)', nosuch: '1' }],
    ['radius', { coords: 'POINT(5 52)', within: '5' }],
    ['radius', { coords: 'POINT(5 52)', within: 'far', 'within-units': 'km' }],
    ['cube', { bbox: '1,2,3' }],
    ['area', { coords: 'POINT(5 52)' }],
  ])('%s refuses %o', async (name, words) => {
    expect((await ask(`${SENSORS}/${name}`, words)).status).toBe(400);
  });
});
