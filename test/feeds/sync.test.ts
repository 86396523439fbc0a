import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { findFeedRecord, insertFeed } from '../../pipelines/feeds/feeds-repository.ts';
import type { NewFeed } from '../../pipelines/feeds/feeds-repository.ts';
import type { FetchLimits } from '../../pipelines/feeds/fetch-payload.ts';
import { syncFeed } from '../../pipelines/runs/sync-feed.ts';
import { temporaryFolder } from '../support/archive.ts';
import { PAYLOADS } from './payloads.ts';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;
const answers = new Map<string, Answer>();
const server = createServer((req, res) => {
  const answer = answers.get(req.url!.replace(/\?.*/, ''));
  if (answer) answer(req, res);
  else res.writeHead(404).end();
});
let database: Database;
let origin = '';

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await openDatabase({ workspace: join(temporaryFolder('feeds'), 'workspace'), url: null, command: 'test' });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});

let count = 0;
async function feedOf(path: string, words: Partial<NewFeed> = {}): Promise<string> {
  const id = `feed-${count++}`;
  await insertFeed(database, id, {
    url: `${origin}${path}`,
    provider: null,
    mapping: null,
    body: null,
    cron: '0 * * * *',
    timeZone: null,
    inside: true,
    ...words,
  });
  return id;
}

async function sync(id: string, limits: FetchLimits = {}, now?: Date) {
  const feed = (await findFeedRecord(database, id))!;
  return syncFeed(database, feed, { limits, ...(now && { now }) });
}

describe('a feed', () => {
  it('follows pages, and takes the same again as known', async () => {
    const second = PAYLOADS.luchtmeetnet
      .replaceAll('"NL10636"', '"NL10637"')
      .replace('"current_page":1', '"current_page":2');
    answers.set('/pages', (req, res) => res.end(req.url!.includes('page=2') ? second : PAYLOADS.luchtmeetnet));
    const id = await feedOf('/pages');
    expect(await sync(id)).toEqual({ status: 'taken', added: 4, known: 0, refused: 2, pages: 2 });
    expect(await sync(id)).toMatchObject({ added: 0, known: 4 });
    expect(await findFeedRecord(database, id)).toMatchObject({
      lastError: null,
      failures: 0,
      lastCounts: { known: 4 },
    });
  });

  it('asks only for what has changed', async () => {
    let whole = 0;
    answers.set('/etag', (req, res) => {
      if (req.headers['if-none-match'] === '"v1"') return void res.writeHead(304).end();
      whole++;
      res.setHeader('ETag', '"v1"').end(PAYLOADS['sensor-community']);
    });
    const id = await feedOf('/etag');
    expect(await sync(id)).toMatchObject({ status: 'taken', added: 3 });
    expect(await sync(id)).toEqual({ status: 'same' });
    expect(whole).toBe(1);
  });

  it('is asked by POST with days filled in, and read by a mapping', async () => {
    let asked = '';
    answers.set('/query', (req, res) => {
      req.on('data', (chunk: Buffer) => (asked += chunk.toString()));
      req.on('end', () => res.end('t,v\n2024-05-01T00:00:00Z,7\n'));
    });
    const mapping =
      'format: csv\ntime: { column: t }\nstation: { key: P }\nvalues: [{ column: v, property: pm10, unit: ug/m3 }]\ncreate: true\n';
    const id = await feedOf('/query', { mapping, body: '{"from":"{today-1d}"}' });
    expect(await sync(id, {}, new Date('2024-05-02T10:00:00Z'))).toMatchObject({ status: 'taken', added: 1 });
    expect(asked).toBe('{"from":"2024-05-01"}');
  });

  const faults: readonly (readonly [name: string, answer: Answer, message: RegExp, limits?: FetchLimits])[] = [
    ['is not there', (_req, res) => void res.writeHead(404).end(), /answers 404/],
    ['is out of order', (_req, res) => void res.writeHead(500).end(), /answers 500/],
    ['stalls', (_req, res) => void res.write('{"pagination":'), /sent nothing for 0\.2 s/, { stallMs: 200 }],
    ['drips', (_req, res) => drip(res), /not through after 0\.5 s/, { totalMs: 500 }],
    ['is huge', (_req, res) => void res.writeHead(200, { 'Content-Length': 1e12 }).write('x'), /sends more than/],
    ['is huge and does not say so', (_req, res) => flood(res), /sends more than 1 MB/, { bytes: 1 << 20 }],
    [
      'breaks off',
      (_req, res) => void res.writeHead(200, { 'Content-Length': 100 }).write('x', () => res.destroy()),
      /broke|terminated|aborted/,
    ],
    ['is malformed', (_req, res) => res.end('{"station_number": "timestamp_measured" '), /is no JSON/],
    ['is something else', (_req, res) => res.end('<html>'), /of no provider/],
    [
      'goes in circles',
      (_req, res) => void res.writeHead(302, { Location: '/goes in circles' }).end(),
      /redirects too often/,
    ],
    [
      'leads on for ever',
      (_req, res) =>
        res.end(JSON.stringify({ '@iot.nextLink': `${origin}/leads%20on%20for%20ever`, value: [{ '@iot.id': 1 }] })),
      /circle/,
    ],
  ];
  it.each(faults.map((fault) => ({ name: fault[0], fault })))(
    'that $name is told, and rests',
    async ({ name, fault }) => {
      const [, answer, message, limits = {}] = fault;
      const path = `/${encodeURIComponent(name)}`;
      answers.set(path, answer);
      const id = await feedOf(path);
      expect(await sync(id, limits)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(message) as string,
      });
      const { failures, lastError, notBefore, lastTry } = (await findFeedRecord(database, id))!;
      expect(failures).toBe(1);
      expect(lastError).toMatch(message);
      expect(notBefore!.getTime() - lastTry!.getTime()).toBe(60_000);
    },
  );

  it('rests as long as it is told to, and longer after each failure', async () => {
    answers.set('/busy', (_req, res) => void res.writeHead(429, { 'Retry-After': '500' }).end());
    const id = await feedOf('/busy');
    const waits: number[] = [];
    for (let k = 0; k < 5; k++) {
      await sync(id);
      const { notBefore, lastTry } = (await findFeedRecord(database, id))!;
      waits.push((notBefore!.getTime() - lastTry!.getTime()) / 1000);
    }
    expect(waits).toEqual([500, 500, 500, 500, 960]);
  });

  it('that leads inside the network is not asked unless that is meant', async () => {
    let asked = 0;
    answers.set('/private', (_req, res) => (asked++, res.end(PAYLOADS.luchtmeetnet)));
    const id = await feedOf('/private', { inside: false });
    expect(await sync(id)).toMatchObject({ status: 'failed', reason: expect.stringContaining('--inside') as string });
    expect(asked).toBe(0);
  });

  it('whose server is gone says so', async () => {
    const id = await feedOf('', { url: 'http://127.0.0.1:49151/x' });
    expect(await sync(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/nothing answers/) as string,
    });
  });
});

function drip(res: ServerResponse): void {
  const timer = setInterval(() => res.write(' '), 50);
  res.on('close', () => clearInterval(timer));
}

function flood(res: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 16, 0x20);
  const more = () => {
    while (!res.destroyed && res.write(chunk)) continue;
  };
  res.on('drain', more);
  more();
}
