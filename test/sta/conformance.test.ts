/**
 * The abstract tests of OGC 18-088, Annex A, that concern reading, as assertions. Each title begins with the requirement
 * that its test refers to. There is no executable suite for version 1.1.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../server/serve.ts';
import { temporaryFolder } from '../support/archive.ts';
import { fill, query, serve } from './served.ts';
import type { Json } from './served.ts';

const workspace = temporaryFolder('sta-conformance');
let server: RunningServer;

beforeAll(async () => {
  server = await serve(workspace);
  await fill(await server.database());
}, 120_000);

afterAll(async () => {
  await server.stop();
  rmSync(workspace, { recursive: true, force: true });
});

const ask = (path: string, options: Readonly<Record<string, string | number>> = {}) =>
  fetch(path.startsWith('http') ? path : new URL(`sta/v1.1/${query(path, options)}`, server.address));

async function get<T = Json>(path: string, options: Readonly<Record<string, string | number>> = {}): Promise<T> {
  const answer = await ask(path, options);
  expect([path, options, answer.status]).toEqual([path, options, 200]);
  return (await answer.json()) as T;
}

/** Tables 2 to 19: mandatory properties and the relations of each entity. */
const ENTITIES = [
  ['Things', 'thing', ['name', 'description'], ['Locations', 'HistoricalLocations', 'Datastreams']],
  ['Locations', 'location', ['name', 'description', 'encodingType', 'location'], ['Things', 'HistoricalLocations']],
  ['HistoricalLocations', 'historical-location', ['time'], ['Thing', 'Locations']],
  [
    'Datastreams',
    'datastream',
    ['name', 'description', 'unitOfMeasurement', 'observationType'],
    ['Thing', 'Sensor', 'ObservedProperty', 'Observations'],
  ],
  ['Sensors', 'sensor', ['name', 'description', 'encodingType', 'metadata'], ['Datastreams']],
  ['ObservedProperties', 'observed-property', ['name', 'definition', 'description'], ['Datastreams']],
  ['Observations', 'observation', ['phenomenonTime', 'result', 'resultTime'], ['Datastream', 'FeatureOfInterest']],
  ['FeaturesOfInterest', 'feature-of-interest', ['name', 'description', 'encodingType', 'feature'], ['Observations']],
] as const;

describe.each(ENTITIES)('%s', (set, name, properties, relations) => {
  it(`req/datamodel/${name}/properties, …/relations, req/datamodel/entity-control-information/common-control-information`, async () => {
    const { value } = await get<{ value: Json[] }>(set, { top: 3 });
    expect(value).toHaveLength(set === 'Sensors' || set === 'ObservedProperties' ? 2 : 3);
    for (const entity of value) {
      expect(Object.keys(entity)).toEqual(expect.arrayContaining([...properties]));
      const self = `${server.address}sta/v1.1/${set}(${String(entity['@iot.id'])})`;
      expect(entity['@iot.selfLink']).toBe(self);
      for (const relation of relations) expect(entity[`${relation}@iot.navigationLink`]).toBe(`${self}/${relation}`);
      expect(await get(self)).toEqual(entity);
    }
  });

  it('req/resource-path/resource-path-to-entities: sets, entities, properties, values, relations, references', async () => {
    const { value } = await get<{ value: Json[] }>(set, { top: 1 });
    const [entity] = value;
    const path = `${set}(${String(entity!['@iot.id'])})`;
    const property = properties[0];
    expect(await get(`${path}/${property}`)).toEqual({ [property]: entity![property] });
    expect(await (await ask(`${path}/${property}/$value`)).text()).toBe(String(entity![property]));
    for (const relation of relations) {
      const related = await get(`${path}/${relation}`);
      const isMany = relation.endsWith('s');
      expect(Array.isArray(related['value'])).toBe(isMany);
      const reference = await get(`${path}/${relation}/$ref`);
      if (isMany)
        expect((reference['value'] as Json[])[0]).toEqual({
          '@iot.selfLink': (related['value'] as Json[])[0]!['@iot.selfLink'],
        });
      else expect(reference).toEqual({ '@iot.selfLink': related['@iot.selfLink'] });
    }
  });

  it('req/request-data/expand: each relation alone, and all together', async () => {
    const { value } = await get<{ value: Json[] }>(set, { top: 2, expand: relations.join(',') });
    for (const entity of value)
      for (const relation of relations) {
        expect(Array.isArray(entity[relation])).toBe(relation.endsWith('s'));
        expect(entity).not.toHaveProperty(`${relation}@iot.navigationLink`);
      }
  });

  it('req/request-data/select, top, skip, count, orderby', async () => {
    const [property] = properties;
    const all = await get<Json & { value: Json[] }>(set, { select: 'id', top: 10_000, count: 'true' });
    expect(all['@iot.count']).toBe(all.value.length);
    const selected = await get<{ value: Json[] }>(set, { select: property, top: 1 });
    expect(Object.keys(selected.value[0]!)).toEqual([property]);
    const skipped = await get<{ value: Json[] }>(set, { select: 'id', skip: 1, top: 1 });
    expect(skipped.value).toEqual(all.value.slice(1, 2));
    const sorted = await get<{ value: Json[] }>(set, { select: 'id', orderby: 'id desc', top: 2 });
    expect(sorted.value.map((one) => one['@iot.id'])).toEqual(
      all.value
        .map((one) => one['@iot.id'] as number)
        .toSorted((a, b) => b - a)
        .slice(0, 2),
    );
  });

  it('req/request-data/pagination: @iot.nextLink leads on, and there is none on the last page', async () => {
    let page = await get<Json & { value: Json[] }>(set, { top: 5, select: 'id' });
    for (let pages = 0; page['@iot.nextLink'] !== undefined && pages < 3; pages++)
      page = await get(page['@iot.nextLink'] as string);
    const whole = await get(set, { top: 10_000, select: 'id' });
    expect(whole).not.toHaveProperty('@iot.nextLink');
  });
});

describe('the service', () => {
  it('req/resource-path/resource-path-to-entities: the root lists the sets, and serverSettings.conformance', async () => {
    const root = await get<{ value: { name: string; url: string }[]; serverSettings: { conformance: string[] } }>('');
    expect(root.value.map(({ name }) => name).toSorted()).toEqual(ENTITIES.map(([set]) => set).toSorted());
    for (const { url } of root.value) await get(url);
    for (const name of ['datamodel', 'resource-path', 'request-data', 'create-update-delete', 'data-array'])
      expect(root.serverSettings.conformance).toContain(`http://www.opengis.net/spec/iot_sensing/1.1/req/${name}`);
  });

  it('req/request-data/status-codes, query-status-codes: 404 for what is not there, 400 for what is wrong', async () => {
    for (const [path, status] of [
      ['Things(99999)', 404],
      ['Nothings', 404],
      ['Things(1)/nothing', 404],
      ['Things?$nothing=1', 400],
      ['Things?$top=x', 400],
    ] as const)
      expect([path, (await fetch(new URL(`sta/v1.1/${path}`, server.address))).status]).toEqual([path, status]);
  });

  it('req/request-data/order: filter, then count, order, skip and top, then expand and select', async () => {
    const page = await get<Json & { value: Json[] }>('Datastreams', {
      filter: 'id gt 2',
      count: 'true',
      orderby: 'id desc',
      skip: 1,
      top: 1,
      expand: 'Thing($select=name)',
      select: 'name',
    });
    expect([page['@iot.count'], page.value]).toEqual([10, [{ name: 'stream 11', Thing: { name: 'Post 4' } }]]);
  });
});
