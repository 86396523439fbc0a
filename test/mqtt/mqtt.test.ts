import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { IncomingObservation, ObservationOutcome } from '../../pipelines/sensors/observation.ts';
import type { MqttLink } from '../../server/mqtt/client.ts';
import { openMqttLink } from '../../server/mqtt/client.ts';
import type { Inbox } from '../../server/mqtt/inbox.ts';
import { createInbox } from '../../server/mqtt/inbox.ts';
import { createMessageReader } from '../../server/mqtt/read-message.ts';
import { DEFAULT_SETTINGS, parseMqttSettings } from '../../server/mqtt/subscriptions.ts';
import { parseTopic } from '../../server/mqtt/topics.ts';

interface Broker {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  readonly aedes: Aedes;
}

async function startBroker(): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  let server: Server;
  const sockets = new Set<Socket>();
  let port = 0;
  const start = async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      aedes.handle(socket);
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    aedes,
    start,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** A door that keeps each datastream and instant once, as the real one does. */
function createDoor() {
  const kept = new Map<string, IncomingObservation>();
  const state = { isAway: false, batches: 0 };
  return {
    kept,
    state,
    async put(observations: readonly IncomingObservation[]): Promise<ObservationOutcome[]> {
      await new Promise((done) => setTimeout(done, 5));
      if (state.isAway) throw new PlatformError('unavailable', 'The database is gone');
      state.batches++;
      return observations.map((observation) => {
        const key = `${JSON.stringify(observation.datastream)} ${observation.phenomenonTime}`;
        if (typeof observation.result === 'number' && observation.result < -999)
          return { status: 'refused', reason: 'too low' };
        const isKnown = kept.has(key);
        if (!isKnown) kept.set(key, observation);
        return { status: isKnown ? 'known' : 'added', id: kept.size };
      });
    },
  };
}

async function until(isSo: () => boolean, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`It did not come to be: ${isSo.toString()}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of clean.splice(0).toReversed()) await close();
});

async function listening(settings = DEFAULT_SETTINGS) {
  const broker = await startBroker();
  const door = createDoor();
  const faults: string[] = [];
  const reader = createMessageReader(settings);
  const open = () => {
    const inbox: Inbox = createInbox({
      reader,
      put: (observations) => door.put(observations),
      ensure: async () => {},
      onFault: (topic, reason) => faults.push(`${topic}: ${reason}`),
      retryMs: 20,
    });
    let connections = 0;
    const link: MqttLink = openMqttLink({
      url: broker.url,
      clientId: 'landmeter-test',
      filters: reader.filters,
      ready: () => inbox.room(),
      onMessage: (message) => inbox.take(message),
      onState: (state) => void (state === 'connected' && connections++),
      reconnectMs: 50,
    });
    clean.push(() => link.close());
    return { inbox, link, connections: () => connections };
  };
  const sender: MqttClient = await connectAsync(broker.url, { clientId: 'sender', reconnectPeriod: 50 });
  clean.push(
    () => broker.stop(),
    () => new Promise<void>((done) => broker.aedes.close(() => done())),
    () => sender.endAsync(true),
  );
  const first = open();
  await until(() => first.link.isConnected);
  await new Promise((done) => setTimeout(done, 50)); // subscribed
  return { broker, door, faults, sender, open, ...first };
}

const TOPIC = 'sensors/a/b/pm10';
const reading = (second: number, value: unknown = second) =>
  JSON.stringify({ value, time: new Date(Date.UTC(2024, 0, 1) + second * 1000).toISOString(), unit: 'µg/m³' });

describe('MQTT', () => {
  it('brings readings through the door, many at a time', async () => {
    const { door, inbox, sender } = await listening();
    const count = 2000;
    await Promise.all(Array.from({ length: count }, (_, k) => sender.publishAsync(TOPIC, reading(k), { qos: 1 })));
    await until(() => door.kept.size === count);
    expect(door.state.batches).toBeLessThan(count / 4);
    expect([...door.kept.values()][5]).toEqual({
      datastream: { key: 'a/b/pm10' },
      phenomenonTime: '2024-01-01T00:00:05.000Z',
      result: 5,
      unit: 'ug/m3',
    });
    expect(inbox.counts).toMatchObject({ received: count, added: count, refused: 0, malformed: 0 });
  });

  it('loses nothing when the broker goes and comes back, or the connection breaks in the middle', async () => {
    const { broker, door, link, sender } = await listening();
    const count = 600;
    const sent = (async () => {
      for (let k = 0; k < count; k++) await sender.publishAsync(TOPIC, reading(k), { qos: 1 });
    })();
    for (let round = 0; round < 3; round++) {
      await until(() => door.kept.size > round * 100 + 20);
      await broker.stop();
      await until(() => !link.isConnected);
      await broker.start();
    }
    await sent;
    await until(() => door.kept.size === count);
    expect(new Set([...door.kept.values()].map(({ result }) => result)).size).toBe(count);
  }, 30_000);

  it('does not acknowledge what the database has not taken: the broker sends it again after a restart', async () => {
    const { door, inbox, link, sender, open, faults } = await listening();
    door.state.isAway = true;
    for (let k = 0; k < 20; k++) await sender.publishAsync(TOPIC, reading(k), { qos: 1 });
    await until(() => inbox.counts.received === 20 && faults.length > 0);
    expect(door.kept.size).toBe(0);
    await inbox.close(); // as if the process ended: nothing of it is in the database
    await link.close();
    door.state.isAway = false;
    const second = open();
    await until(() => door.kept.size === 20);
    expect(second.inbox.counts.added).toBe(20);
  });

  it('goes on by itself when the database is back', async () => {
    const { door, inbox, sender } = await listening();
    door.state.isAway = true;
    await sender.publishAsync(TOPIC, reading(1), { qos: 1 });
    await until(() => inbox.counts.lastFault !== null);
    door.state.isAway = false;
    await until(() => door.kept.size === 1);
  });

  it('tells and counts what is malformed or refused, and takes the rest', async () => {
    const { door, faults, inbox, sender } = await listening();
    const payloads = [
      '',
      '{',
      '[1]',
      '{"value":"x"}',
      '{"value":1,"time":"soon"}',
      '{"value":NaN}',
      `{"value":${'['.repeat(50_000)}`,
      reading(1, -1000),
    ];
    for (const payload of payloads) await sender.publishAsync(TOPIC, payload, { qos: 1 });
    await sender.publishAsync(TOPIC, reading(2), { qos: 1 });
    await until(() => door.kept.size === 1);
    expect(inbox.counts).toMatchObject({ malformed: 7, refused: 1, added: 1 });
    expect(faults).toContain('sensors/a/b/pm10: its value is "x", which is no number');
    expect(faults).toContain('sensors/a/b/pm10: too low');
  });

  it('takes what SensorThings clients publish, and not what servers tell', async () => {
    const { door, inbox, sender } = await listening();
    const time = '2024-01-01T00:00:00Z';
    await sender.publishAsync(
      'v1.1/Datastreams(7)/Observations',
      JSON.stringify({ phenomenonTime: time, result: 4.5 }),
      { qos: 1 },
    );
    await sender.publishAsync(
      'v1.1/Observations',
      JSON.stringify({ result: true, phenomenonTime: time, Datastream: { '@iot.id': 8 } }),
      { qos: 1 },
    );
    await sender.publishAsync('v1.1/Datastreams(7)/Observations', JSON.stringify({ '@iot.id': 1, result: 5 }), {
      qos: 1,
    });
    await sender.publishAsync('v1.1/Things(7)/Observations', JSON.stringify({ result: 5 }), { qos: 1 });
    await until(() => inbox.counts.received === 4 && door.kept.size === 2);
    expect([...door.kept.values()]).toMatchObject([
      { datastream: 7, phenomenonTime: time, result: 4.5 },
      { datastream: 8, phenomenonTime: time, result: true },
    ]);
    expect(inbox.counts.malformed).toBe(0);
  });
});

describe('the file of subscriptions', () => {
  it('maps topics and payloads', () => {
    const settings = parseMqttSettings(
      `subscriptions:
  - topic: lora/{device}/up
    payload: { rows: /readings, value: /v, time: /t }
    time: { format: unix }
    datastream: lora/{device}/soil
    unit: '%'
    create: { station: 'lora-{device}', property: soil_moisture }
`,
      'mqtt.yaml',
    );
    const read = createMessageReader(settings).read(
      'lora/7/up',
      Buffer.from('{"readings":[{"v":"31.5","t":1704067200}]}'),
      0,
    );
    expect(read).toMatchObject({
      observations: [
        { datastream: { key: 'lora/7/soil' }, phenomenonTime: '2024-01-01T00:00:00.000Z', result: 31.5, unit: '%' },
      ],
      stations: [{ key: 'mqtt/lora-7', datastreams: [{ key: 'lora/7/soil', property: { id: 'soil_moisture' } }] }],
    });
  });

  it.each([
    ['subscriptions:\n  - topic: a/{b\n    datastream: x\n', 'mqtt.yaml, line 2: subscriptions.0.topic'],
    [
      'subscriptions:\n  - topic: a/{b}\n    datastream: "{c}"\n',
      'mqtt.yaml, line 3: subscriptions.0.datastream: {c} is no name',
    ],
    ['sensorthings:\n  publish: { colour: red }\n', 'mqtt.yaml, line 2'],
  ])('names the line of what is wrong: %j', (text, message) => {
    expect(() => parseMqttSettings(text, 'mqtt.yaml')).toThrow(message);
  });

  it.each([
    ['a/{b}/c', 'a/x/c', { b: 'x' }],
    ['a/{b}/c', 'a/x/d', null],
    ['a/{b}', 'a/x/d', null],
    ['a/{b}/#', 'a/x/d/e', { b: 'x' }],
    ['a/+/{c}', 'a/x/d', { c: 'd' }],
  ])('%s against %s', (template, topic, expected) => {
    expect(parseTopic(template).match(topic)).toEqual(expected);
  });
});
