import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFlights } from '../../server/services/raster/flights.ts';
import { createKept } from '../../server/services/raster/kept.ts';
import { createRenderPool } from '../../server/services/raster/render-pool.ts';

describe('createKept', () => {
  it('forgets the longest unused once it is full, by weight', () => {
    const kept = createKept<string>({ most: 10, weigh: (text) => text.length });
    kept.set('a', 'aaaa');
    kept.set('b', 'bbbb');
    expect(kept.peek('a')).toBe('aaaa');
    kept.set('c', 'cccc');
    expect([kept.peek('a'), kept.peek('b'), kept.peek('c')]).toEqual(['aaaa', undefined, 'cccc']);
  });

  it('does not take what alone is too much', () => {
    const kept = createKept<string>({ most: 3, weigh: (text) => text.length });
    kept.set('a', 'aaa');
    kept.set('b', 'bbbb');
    expect([kept.peek('a'), kept.peek('b')]).toEqual(['aaa', undefined]);
  });

  it('forgets with age', async () => {
    const kept = createKept<number>({ most: 3, lifeMs: 20 });
    let made = 0;
    const ask = () => kept.get('a', () => ++made);
    expect([ask(), ask()]).toEqual([1, 1]);
    await sleep(30);
    expect(ask()).toBe(2);
  });

  it('tries again after a failure', async () => {
    const kept = createKept<Promise<number>>({ most: 3 });
    await expect(kept.get('a', () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
    await expect(kept.get('a', () => Promise.resolve(1))).resolves.toBe(1);
  });
});

describe('createFlights', () => {
  const never = new AbortController().signal;

  it('works once for all who wait', async () => {
    const flights = createFlights<number>();
    let worked = 0;
    const work = async () => {
      worked++;
      await sleep(5);
      return worked;
    };
    expect(await Promise.all([1, 2, 3].map(() => flights.join('a', never, work)))).toEqual([1, 1, 1]);
    expect(await flights.join('a', never, work)).toBe(2);
  });

  it('gives the work up when the last one has left, and not before', async () => {
    const flights = createFlights<string>();
    const given: AbortSignal[] = [];
    const work = (signal: AbortSignal) => {
      given.push(signal);
      return new Promise<string>(() => {});
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const waits = [one, two].map(({ signal }) =>
      flights.join('a', signal, work).catch((e: { code: string }) => e.code),
    );
    one.abort();
    expect(await waits[0]).toBe('aborted');
    expect(given[0]!.aborted).toBe(false);
    two.abort();
    expect(await waits[1]).toBe('aborted');
    expect(given[0]!.aborted).toBe(true);
    void flights.join('a', never, work);
    expect(given).toHaveLength(2); // whoever comes then begins anew
  });

  it('tells all of a failure', async () => {
    const flights = createFlights<number>();
    const work = () => Promise.reject(new Error('broken'));
    const answers = await Promise.allSettled([flights.join('a', never, work), flights.join('a', never, work)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('createRenderPool', () => {
  it('refuses what is more than can wait, and answers the rest', async () => {
    const pool = createRenderPool('/nowhere', 1, []);
    const asked = Array.from({ length: 100 }, () => pool.run('render-points', { reads: [] }));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused.length).toBeGreaterThan(10);
    expect(refused.length).toBeLessThan(50);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'busy' });
    await pool.close();
  });
});
