import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from './service.ts';
import { at, datastream, place, startService } from './service.ts';

let service: Service;
let ask: Service['ask'];
beforeAll(async () => {
  service = await startService();
  ask = (...words) => service.ask(...words);
});
afterAll(() => service.stop());

interface Entity {
  readonly '@iot.id': number;
  readonly [name: string]: unknown;
}
const list = async (path: string) => (await ask('GET', path)).body['value'] as unknown as Entity[];
const idIn = (location: string | null) => Number(/\((\d+)\)$/.exec(location!)![1]);

async function makeThing(name: string, more: object = {}): Promise<number> {
  const { status, location } = await ask('POST', 'Things', {
    name,
    description: 'd',
    properties: { a: 1, b: [2] },
    Locations: [place(5.12, 52.09)],
    Datastreams: [datastream(`${name} one`)],
    ...more,
  });
  expect(status).toBe(201);
  return idIn(location);
}
const streamOf = async (thing: number) => (await list(`Things(${thing})/Datastreams`))[0]!['@iot.id'];

describe('writing by SensorThings', () => {
  it('answers a POST with the entity and its address', async () => {
    const { status, location, body } = await ask('POST', 'Things', {
      name: 'n',
      description: 'd',
      properties: { __proto__x: 1 },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'n', properties: { __proto__x: 1 }, '@iot.selfLink': location });
    const short = await ask('POST', 'Things', { name: 'n', description: 'd' }, { Prefer: 'return=minimal' });
    expect([short.status, short.body]).toEqual([201, {}]);
  });

  it('stores all that is inside an entity, or nothing of it', async () => {
    const counts = () =>
      Promise.all(
        ['Things', 'Locations', 'Sensors', 'Datastreams', 'Observations'].map(
          async (set) => (await ask('GET', `${set}/$count`)).body as unknown,
        ),
      );
    const before = await counts();
    const bad = datastream('bad', {
      Observations: [
        { phenomenonTime: at(0), result: 1 },
        { phenomenonTime: at(1), result: 'warm' },
      ],
    });
    const { status, body } = await ask('POST', 'Things', {
      name: 'n',
      description: 'd',
      Locations: [place(1, 2)],
      Datastreams: [datastream('good'), bad],
    });
    expect(status).toBe(400);
    expect(body['parameter']).toBe('Datastreams[1]/Observations[1]');
    expect(await counts()).toEqual(before);
    const deep = await ask('POST', 'Observations', {
      result: 4,
      phenomenonTime: at(3),
      FeatureOfInterest: {
        name: 'f',
        description: 'd',
        encodingType: 'application/geo+json',
        feature: { type: 'Point', coordinates: [6, 53] },
      },
      Datastream: datastream('inner', { Thing: { name: 'outer', description: 'd' } }),
    });
    expect(deep.status).toBe(201);
    const whole = await ask('GET', `${deep.location}?$expand=FeatureOfInterest,Datastream($expand=Thing)`);
    expect(whole.body).toMatchObject({
      result: 4,
      FeatureOfInterest: { name: 'f' },
      Datastream: { name: 'inner', Thing: { name: 'outer' } },
    });
  });

  it('links with what is there, by @iot.id, by an address and by $ref', async () => {
    const [a, b] = [await makeThing('a'), await makeThing('b')];
    const sensor = (await list(`Datastreams(${await streamOf(a)})/Sensor`)) as unknown;
    expect(sensor).toBeUndefined(); // it is one entity, not a list
    const sensorId = (await ask('GET', `Datastreams(${await streamOf(a)})/Sensor`)).body[
      '@iot.id'
    ] as unknown as number;
    const linked = await ask('POST', `Things(${b})/Datastreams`, {
      ...datastream('two'),
      Sensor: { '@iot.id': sensorId },
    });
    expect(linked.status).toBe(201);
    expect((await list(`Sensors(${sensorId})/Datastreams`)).map(({ name }) => name)).toEqual(['a one', 'two']);
    const unknown = await ask('POST', `Things(${b})/Datastreams`, {
      ...datastream('three'),
      Sensor: { '@iot.id': 987654 },
    });
    expect([unknown.status, unknown.body['detail']]).toEqual([400, 'There is no Sensor 987654']);

    const stream = await streamOf(a);
    expect(
      (await ask('PUT', `Datastreams(${stream})/Thing/$ref`, { '@odata.id': `${service.root}/Things(${b})` })).status,
    ).toBe(204);
    expect((await ask('GET', `Datastreams(${stream})/Thing`)).body['@iot.id']).toBe(b);
    const [location] = await list(`Things(${a})/Locations`);
    expect((await ask('DELETE', `Things(${a})/Locations(${location!['@iot.id']})/$ref`)).status).toBe(200);
    expect(await list(`Things(${a})/Locations`)).toEqual([]);
    expect((await ask('POST', `Things(${a})/Locations/$ref`, { '@iot.id': location!['@iot.id'] })).status).toBe(204);
    expect(await list(`Things(${a})/Locations`)).toHaveLength(1);
    expect((await ask('DELETE', `Datastreams(${stream})/Thing/$ref`)).status).toBe(400);
  });

  it('changes what a PATCH names, and puts null for what a PUT does not', async () => {
    const thing = await makeThing('whole');
    await ask('PATCH', `Things(${thing})`, { description: 'new' });
    expect((await ask('GET', `Things(${thing})`)).body).toMatchObject({
      name: 'whole',
      description: 'new',
      properties: { a: 1, b: [2] },
    });
    const { body: all } = await ask('GET', `Things(${thing})`);
    expect((await ask('PUT', `Things(${thing})`, all)).status).toBe(200); // with its links, as it came
    const put = await ask('PUT', `Things(${thing})`, { name: 'x', description: 'y' });
    expect(put.body).toMatchObject({ name: 'x', description: 'y' });
    expect(put.body['properties']).toBeUndefined();
    expect((await ask('PUT', `Things(${thing})`, { name: 'x' })).body['detail']).toBe(
      'The Thing has no description, which each must have',
    );
    expect((await ask('PATCH', `Things(${thing})`, { colour: 'red' })).body['detail']).toContain(
      'no property or relation "colour"',
    );
    expect(await list(`Things(${thing})/Datastreams`)).toHaveLength(1);
  });

  it('corrects Observations, and refuses a time that is taken', async () => {
    const stream = await streamOf(await makeThing('corrected'));
    const first = await ask('POST', `Datastreams(${stream})/Observations`, {
      phenomenonTime: at(0),
      result: 1,
      parameters: { a: 1 },
    });
    await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(1), result: 2 });
    expect((await ask('PATCH', first.location!, { result: 5 })).body).toMatchObject({
      result: 5,
      parameters: { a: 1 },
      phenomenonTime: at(0),
    });
    expect((await ask('PATCH', first.location!, { phenomenonTime: at(1) })).status).toBe(409);
    expect((await ask('PATCH', first.location!, { result: 'warm' })).status).toBe(400);
    const { body: all } = await ask('GET', first.location!);
    expect((await ask('PUT', first.location!, all)).body).toMatchObject({ result: 5, parameters: { a: 1 } });
    expect(
      (await ask('PUT', first.location!, { phenomenonTime: at(0), result: 6 })).body['parameters'],
    ).toBeUndefined();
    const other = await streamOf(await makeThing('other'));
    expect((await ask('PATCH', first.location!, { Datastream: { '@iot.id': other } })).status).toBe(200);
    expect((await list(`Datastreams(${other})/Observations`)).map(({ result }) => result)).toEqual([6]);
    expect((await ask('DELETE', first.location!)).status).toBe(200);
    expect((await ask('DELETE', first.location!)).status).toBe(404);
    expect((await ask('GET', `Datastreams(${other})`)).body['phenomenonTime']).toBeUndefined();
  });

  it('does not let a Datastream with Observations get another unit', async () => {
    const stream = await streamOf(await makeThing('unit'));
    const unit = (symbol: string) =>
      ask('PATCH', `Datastreams(${stream})`, { unitOfMeasurement: { name: symbol, symbol, definition: symbol } });
    expect((await unit('K')).status).toBe(200);
    await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(0), result: 280 });
    expect((await unit('Cel')).status).toBe(409);
    expect((await unit('K')).status).toBe(200);
  });

  it('keeps where a Thing was', async () => {
    const thing = await makeThing('mobile');
    const stream = await streamOf(thing);
    await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(0), result: 1 });
    await ask('POST', `Things(${thing})/Locations`, place(6, 53, 'new place'));
    await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(1), result: 2 });
    expect((await list(`Things(${thing})/Locations`)).map(({ name }) => name)).toEqual(['new place']);
    const history = await list(`Things(${thing})/HistoricalLocations?$expand=Locations&$orderby=time`);
    expect(history.map(({ Locations }) => (Locations as Entity[])[0]!['name'])).toEqual(['place', 'new place']);
    const seen = await list(`Datastreams(${stream})/Observations?$expand=FeatureOfInterest&$orderby=phenomenonTime`);
    const places = seen.map(({ FeatureOfInterest }) => (FeatureOfInterest as Entity)['feature']);
    expect(places).toEqual([
      { type: 'Point', coordinates: [5.12, 52.09] },
      { type: 'Point', coordinates: [6, 53] },
    ]);

    const [now] = await list(`Things(${thing})/Locations`);
    await ask('PATCH', `Locations(${now!['@iot.id']})`, { location: { type: 'Point', coordinates: [7, 54] } });
    const third = await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(2), result: 3 });
    expect((await ask('GET', `${third.location}/FeatureOfInterest`)).body['feature']).toEqual({
      type: 'Point',
      coordinates: [7, 54],
    });
    const old = (await list(`Things(${thing})/HistoricalLocations?$expand=Locations&$orderby=time`))[0]!;
    const back = await ask('POST', 'HistoricalLocations', {
      time: new Date().toISOString(),
      Thing: { '@iot.id': thing },
      Locations: [{ '@iot.id': (old['Locations'] as Entity[])[0]!['@iot.id'] }],
    });
    expect(back.status).toBe(201);
    expect((await list(`Things(${thing})/Locations`)).map(({ name }) => name)).toEqual(['place']);
  });

  it('takes along what cannot be without what is removed', async () => {
    const thing = await makeThing('removed');
    const stream = await streamOf(thing);
    const { location } = await ask('POST', `Datastreams(${stream})/Observations`, { phenomenonTime: at(0), result: 1 });
    const feature = (await ask('GET', `${location}/FeatureOfInterest`)).body['@iot.id'] as unknown as number;
    expect((await ask('DELETE', `FeaturesOfInterest(${feature})`)).status).toBe(200);
    expect((await ask('GET', location!)).status).toBe(404);
    const [place_] = await list(`Things(${thing})/Locations`);
    await ask('DELETE', `Locations(${place_!['@iot.id']})`);
    expect(await list(`Things(${thing})/HistoricalLocations`)).toEqual([]);
    const sensor = (await ask('GET', `Datastreams(${stream})/Sensor`)).body['@iot.id'] as unknown as number;
    await ask('DELETE', `Sensors(${sensor})`);
    expect((await ask('GET', `Datastreams(${stream})`)).status).toBe(404);
    expect((await ask('GET', `Things(${thing})`)).status).toBe(200);
  });

  it('answers each row of a data array', async () => {
    const thing = await makeThing('array');
    const stream = await streamOf(thing);
    const { status, body } = await ask('POST', 'CreateObservations', [
      {
        Datastream: { '@iot.id': stream },
        components: ['result', 'phenomenonTime', 'parameters'],
        dataArray: [[1, at(0), { a: 1 }], [2, at(1)], [3, 'noon', null], [4, at(0), null], ['5', at(5), null], 6],
      },
      { Datastream: { '@iot.id': 'none' }, components: ['result'], dataArray: [[1]] },
    ]);
    expect(status).toBe(201);
    const answers = body as unknown as string[];
    expect(answers.map((text) => (text.startsWith('error: ') ? text.slice(7, 35) : 'address'))).toEqual([
      'address',
      'The row has 2 values for 3 c',
      'phenomenonTime "noon" is no ',
      'address',
      'The result "5" is no finite ',
      'The row has no values for 3 ',
      '[1]/Datastream/@iot.id names',
    ]);
    expect(answers[3]).toBe(answers[0]);
    expect((await ask('GET', answers[0]!)).body).toMatchObject({ result: 1, parameters: { a: 1 } });
    for (const bad of [{}, [1], [{ Datastream: { '@iot.id': stream }, components: ['colour'], dataArray: [] }]])
      expect((await ask('POST', 'CreateObservations', bad)).status).toBe(400);
  });

  it('carries out a batch, with references to what it made', async () => {
    const { status, body } = await ask('POST', '$batch', {
      requests: [
        { id: 't', method: 'post', url: 'Things', body: { name: 'batched', description: 'd' } },
        { id: 's', method: 'post', url: '$t/Datastreams', body: datastream('in batch') },
        {
          id: 'o',
          method: 'post',
          url: 'Observations',
          body: { phenomenonTime: at(0), result: 8, Datastream: { '@iot.id': '$s' } },
        },
        { id: 'bad', method: 'post', url: 'Things', body: { name: 'x' } },
        { id: 'r', method: 'get', url: '$s/Observations?$select=result' },
      ],
    });
    expect(status).toBe(200);
    const responses = body['responses'] as unknown as { id: string; status: number; body: Record<string, unknown> }[];
    expect(responses.map(({ id, status: each }) => [id, each])).toEqual([
      ['t', 201],
      ['s', 201],
      ['o', 201],
      ['bad', 400],
      ['r', 200],
    ]);
    expect(responses[3]!.body).toMatchObject({ status: 400, parameter: 'description' });
    expect(responses[4]!.body).toEqual({ value: [{ result: 8 }] });
  });

  it('carries out a group of a batch all or none', async () => {
    const group = (last: object) =>
      ask('POST', '$batch', {
        requests: [
          { id: '1', atomicityGroup: 'g', method: 'post', url: 'Things', body: { name: 'grouped', description: 'd' } },
          { id: '2', atomicityGroup: 'g', method: 'post', url: '$1/Datastreams', body: datastream('grouped') },
          {
            id: '3',
            atomicityGroup: 'g',
            method: 'post',
            url: '$2/Observations',
            body: { phenomenonTime: at(0), ...last },
          },
        ],
      });
    const statuses = ({ body }: { body: Record<string, unknown> }) =>
      (body['responses'] as { status: number }[]).map(({ status }) => status);
    const count = async () => (await list("Things?$filter=name eq 'grouped'")).length;
    expect(statuses(await group({ result: 'warm' }))).toEqual([400, 400, 400]);
    expect(await count()).toBe(0);
    expect(statuses(await group({ result: 1 }))).toEqual([201, 201, 201]);
    expect(await count()).toBe(1);
  });

  it.each([
    ['POST', 'Things(1)', { name: 'x', description: 'y' }, 405],
    ['PATCH', 'Things', { name: 'x' }, 405],
    ['DELETE', 'Things', undefined, 405],
    ['POST', 'Nothings', {}, 404],
    ['PATCH', 'Things(987654)', { name: 'x' }, 404],
    ['POST', 'Things', '{', 400],
    ['POST', 'Things', '[]', 400],
    ['POST', 'Things', undefined, 400],
    ['POST', 'Things', { name: 5, description: 'y' }, 400],
    ['POST', 'Things', { name: 'a\0b', description: 'y' }, 400],
    ['POST', 'Things', { name: '\ud800', description: 'y' }, 400],
    ['POST', 'Things', { name: 'x', description: 'y', properties: [] }, 400],
    ['POST', 'Things', { name: 'x', description: 'y', Locations: place(1, 2) }, 400],
    ['POST', 'Locations', { ...place(1, 2), location: { type: 'Point', coordinates: [1, 200] } }, 400],
    ['POST', 'Locations', { ...place(1, 2), location: { type: 'Point', coordinates: ['1', 2] } }, 400],
    ['POST', 'Datastreams', { ...datastream('x'), Sensor: undefined, Thing: { '@iot.id': 1 } }, 400],
    [
      'POST',
      'Things',
      `{"name":"x","description":"y","properties":${'[{"a":'.repeat(30_000)}1${'}]'.repeat(30_000)}}`,
      400,
    ],
    ['POST', 'CreateObservations', `[${'['.repeat(60_000)}${']'.repeat(60_000)}]`, 400],
    ['POST', '$batch', { requests: [{ id: '1', method: 'HACK', url: 'Things' }] }, 400],
    ['POST', 'Things', `{"name":"${'x'.repeat(21_000_000)}"}`, 413],
  ])('%s %s is refused (%#)', async (method, path, body, status) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toEqual(expect.stringMatching(/\w+ \w+ \w+/));
  });
});
