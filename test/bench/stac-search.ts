/** Searches of the STAC API over 100,000 scenes in the embedded database: what a question costs, from request to items. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putScene } from '../../pipelines/catalog/scenes-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { toItems } from '../../server/stac/items.ts';
import { addressesAt } from '../../server/stac/links.ts';
import { parseSearch } from '../../server/stac/search-request.ts';
import { search } from '../../server/stac/search.ts';
import { createRandom } from '../support/random.ts';
import { manyScenes } from '../support/many-scenes.ts';
import { median } from './measure.ts';

export interface SearchResult {
  readonly question: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Items of the last answer. */
  readonly items: number;
}

const SCENES = 100_000;
const ROUNDS = 30;

/** Box, time and cloud as a person asks for them; small, middling and the whole globe. */
const BOXES: Readonly<Record<string, number>> = {
  'a province (2°)': 2,
  'a country (10°)': 10,
  'a continent (60°)': 60,
};

export async function measureSearch(): Promise<SearchResult[]> {
  const workspace = mkdtempSync(join(tmpdir(), 'landmeter-stac-bench-'));
  const database = await openDatabase({ workspace, url: null, command: 'bench' });
  try {
    await fill(database);
    const results: SearchResult[] = [];
    const random = createRandom(5);
    for (const [name, size] of Object.entries(BOXES))
      results.push(await ask(database, `${name}, two years, cloud < 20 %`, () => boxed(random, size)));
    results.push(
      await ask(database, 'newest 100 with cloud < 20 %', () => ({
        limit: 100,
        filter: CLEAR,
        'filter-lang': 'cql2-text',
      })),
    );
    results.push(
      await ask(database, 'the whole globe, one month, cloud < 20 %', () => ({
        ...boxed(random, 160),
        datetime: '2022-03-01T00:00:00Z/2022-03-31T00:00:00Z',
      })),
    );
    results.push(
      await ask(database, 'sorted by cloud, a country', () => ({ ...boxed(random, 10), sortby: 'eo:cloud_cover' })),
    );
    return results;
  } finally {
    await database.close();
    rmSync(workspace, { recursive: true });
  }
}

const CLEAR = '"eo:cloud_cover" < 20';

function boxed(random: () => number, size: number) {
  const west = -180 + random() * (360 - size);
  const south = -80 + random() * (160 - size);
  return {
    bbox: [west, south, west + size, south + size],
    datetime: '2021-01-01T00:00:00Z/2022-12-31T00:00:00Z',
    filter: CLEAR,
    'filter-lang': 'cql2-text',
    limit: 100,
  };
}

async function fill(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    for (const scene of manyScenes(SCENES)) await putScene(tx, scene);
  });
  await database.script('ANALYZE');
}

async function ask(database: Database, question: string, words: () => object): Promise<SearchResult> {
  const times: number[] = [];
  let items = 0;
  for (let k = 0; k < ROUNDS + 3; k++) {
    const request = parseSearch(words() as Record<string, unknown>);
    const began = performance.now();
    const { rows } = await search(database, request, () => true);
    items = (await toItems(database, rows, addressesAt('http://127.0.0.1'))).length;
    if (k >= 3) times.push(performance.now() - began);
  }
  return {
    question,
    medianMs: median(times),
    p95Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)]!,
    items,
  };
}
