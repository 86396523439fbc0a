import { describe, expect, it } from 'vitest';
import { liveQuery, toFilter, wants } from '../../server/services/live/filter.ts';
import type { LiveClient, LiveHub } from '../../server/services/live/hub.ts';
import { createLiveHub } from '../../server/services/live/hub.ts';
import type { LiveEvent } from '../../server/services/live/ring.ts';
import { LiveRing } from '../../server/services/live/ring.ts';

const GATHER_MS = 1;
const told = () => new Promise((done) => setTimeout(done, 10 * GATHER_MS));

function hub(most = 100): LiveHub {
  return createLiveHub({ instance: 'a', most, gatherMs: GATHER_MS });
}

const OBSERVATION = {
  kind: 'observations',
  datastream: 1,
  key: 'k',
  property: 'pm10',
  place: [5, 52],
  subject: null,
} as const;

function client(words: Partial<LiveClient> & { query?: Record<string, string> } = {}) {
  const heard: string[] = [];
  const { query = {}, ...rest } = words;
  const given: LiveClient = {
    filter: toFilter(liveQuery.parse(query)),
    lastId: null,
    mayBeTold: () => true,
    write(text) {
      heard.push(text);
      return true;
    },
    end() {},
    ...rest,
  };
  const values = () =>
    heard.flatMap((text) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as unknown));
  return { given, heard, values };
}

describe('the hub', () => {
  it('tells everybody everything once, in order, results unrounded', async () => {
    const live = hub();
    const clients = Array.from({ length: 5 }, () => client());
    for (const { given } of clients) live.add(given);
    const results = [0.1 + 0.2, 1e-17, 123456789.123456];
    for (const result of results) live.tell(OBSERVATION, 'observation', result);
    await told();
    for (const { values } of clients) expect(values()).toEqual(results);
    live.close();
  });

  it('goes on after the last event that a client had', async () => {
    const live = hub();
    for (let k = 1; k <= 5; k++) live.tell(OBSERVATION, 'observation', k);
    const back = client({ lastId: 'a-3' });
    const stranger = client({ lastId: 'b-3' });
    for (const { given } of [back, stranger]) live.add(given);
    await told();
    expect(back.values()).toEqual([4, 5]);
    expect(stranger.values()).toEqual([1, 2, 3, 4, 5]);
    live.close();
  });

  it('holds nothing back for a slow client, and tells it what it has missed', async () => {
    const live = hub(10);
    let isFull = false;
    const slow = client();
    const { drained } = live.add({ ...slow.given, write: (text) => (slow.heard.push(text), !isFull) });
    live.tell(OBSERVATION, 'observation', 0);
    isFull = true;
    await told();
    for (let k = 1; k <= 25; k++) live.tell(OBSERVATION, 'observation', k);
    await told();
    expect(slow.values()).toEqual([0]);
    isFull = false;
    drained();
    expect(slow.values()).toEqual([0, { missed: 15 }, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    live.close();
  });

  it('tells nobody of what may not be read', async () => {
    const live = hub();
    const [insider, outsider] = [client(), client({ mayBeTold: ({ id }) => id !== 'closed' })];
    for (const { given } of [insider, outsider]) live.add(given);
    const run = { ...OBSERVATION, kind: 'runs', subject: { kind: 'run', id: 'closed' } } as const;
    live.tell(run, 'run', 'secret');
    live.tell({ ...run, subject: { kind: 'run', id: 'open' } }, 'run', 'plain');
    await told();
    expect(insider.values()).toEqual(['secret', 'plain']);
    expect(outsider.values()).toEqual(['plain']);
    live.close();
  });

  it('keeps within the bounds of its memory', () => {
    const ring = new LiveRing(1000, 5000);
    for (let k = 0; k < 10_000; k++) ring.push({ ...OBSERVATION, text: 'x'.repeat(100) });
    expect([ring.first, ring.next]).toEqual([9951, 10_001]);
    expect(ring.at(10_000).text).toHaveLength(100);
  });
});

describe('filters', () => {
  const event: LiveEvent = { ...OBSERVATION, text: '' };
  it.each([
    [{}, true],
    [{ datastream: '2,1' }, true],
    [{ datastream: 'k' }, true],
    [{ datastream: '2' }, false],
    [{ property: 'PM10' }, true],
    [{ property: 'no2' }, false],
    [{ bbox: '4,51,6,53' }, true],
    [{ bbox: '170,51,6,53' }, true],
    [{ bbox: '6,51,7,53' }, false],
    [{ kind: 'runs,alerts' }, false],
    [{ kind: 'observations', property: 'pm10', bbox: '6,51,7,53' }, false],
  ])('%j', (query, expected) => {
    expect(wants(toFilter(liveQuery.parse(query)), event)).toBe(expected);
  });

  it.each([[{ bbox: '1,2,3' }], [{ bbox: '1,9,3,2' }], [{ kind: 'weather' }], [{ datastream: '' }], [{ other: '1' }]])(
    '%j is refused',
    (query) => {
      expect(liveQuery.safeParse(query).success).toBe(false);
    },
  );
});
