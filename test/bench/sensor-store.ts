/** What the store of observations does: a million in bulk with hours and days, late ones, the latest of all, a chart. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import type { IncomingObservation } from '../../pipelines/sensors/observation.ts';
import { readLatest, readSeries } from '../../pipelines/sensors/read-series.ts';
import { makeDatastreams } from '../sensors/stations.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { median } from './measure.ts';

export interface StoreFigure {
  readonly database: string;
  readonly what: string;
  /** Observations a second of wall time; null where milliseconds tell. */
  readonly perSecond: number | null;
  /** Microseconds of CPU an observation: ours, and the server's where there is one. */
  readonly cpuUs: number | null;
  readonly ms: number | null;
  readonly asked: string;
  readonly holds: boolean;
}

const STATIONS = 200;
const ROWS = 1_000_000;
const LATE = 200_000;
/** A file is read in such parts. */
const PART = 10_000;
const STEP_MS = 600_000;
const START = Date.UTC(2025, 0, 1);
const STREAMS = 10_000;

export async function measureSensorStore(work: string): Promise<StoreFigure[]> {
  const workspace = join(work, 'sensor-store');
  mkdirSync(workspace, { recursive: true });
  const server = noPostgres ? null : startPostgres();
  try {
    const embedded = await openDatabase({ workspace, url: null, command: 'bench' });
    const figures = await measureIn(embedded, 'embedded', 20_000);
    await embedded.close();
    if (!server) return figures;
    const database = await openDatabase({ workspace, url: server.createDatabase(), command: 'bench' });
    figures.push(...(await measureIn(database, 'PostgreSQL', 50_000)));
    await database.close();
    return figures;
  } finally {
    server?.stop();
    rmSync(workspace, { recursive: true });
  }
}

async function measureIn(database: Database, name: string, least: number): Promise<StoreFigure[]> {
  const streams = await makeDatastreams(
    database,
    Array.from({ length: STATIONS }, () => ({})),
  );
  const random = createRandom(1);
  const inOrder = (k: number) => observation(streams[k % STATIONS]!, Math.floor(k / STATIONS), random());
  const figures: StoreFigure[] = [];
  const bulk = async (what: string, count: number, make: (k: number) => IncomingObservation, atLeast: number) => {
    const before = { wall: performance.now(), cpu: cpuSeconds() };
    // Two parts at a time: one is made ready while the other is stored.
    const parts = Array.from({ length: count / PART }, (_, part) => part);
    const bring = async () => {
      for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
        const from = part * PART;
        await doorOf(database).put(Array.from({ length: PART }, (_, k) => make(from + k)));
      }
    };
    await Promise.all([bring(), bring()]);
    const perSecond = (count * 1000) / (performance.now() - before.wall);
    const cpuUs = ((cpuSeconds() - before.cpu) * 1e6) / count;
    figures.push({
      database: name,
      what,
      perSecond,
      cpuUs,
      ms: null,
      asked: `≥ ${atLeast}/s`,
      holds: perSecond >= atLeast,
    });
  };
  await bulk(`${ROWS} in the order of time, ${STATIONS} stations`, ROWS, inOrder, least);
  const late = shuffled(LATE, createRandom(2));
  await bulk(`${LATE} late, shuffled over a year`, LATE, (k) => lateOne(streams, late[k]!, random()), least / 2);
  await bulk(`${LATE} that are there already`, LATE, inOrder, least / 2);

  const many = await makeDatastreams(
    database,
    Array.from({ length: STREAMS }, () => ({})),
  );
  await doorOf(database).put(many.map((stream) => observation(stream, 0, 1)));
  const latest = await times(30, () => readLatest(database, many));
  figures.push({
    database: name,
    what: `latest of ${STREAMS} datastreams`,
    perSecond: null,
    cpuUs: null,
    ms: latest,
    asked: '≤ 50 ms',
    holds: latest <= 50,
  });
  const [hourly] = await makeDatastreams(database, [{}]);
  await doorOf(database).put(Array.from({ length: 8760 }, (_, k) => observation(hourly!, k * 6, random())));
  const year = { datastream: hourly!, from: START, to: START + 8760 * 6 * STEP_MS };
  const chart = await times(30, () => readSeries(database, { ...year, points: 800 }));
  figures.push({
    database: name,
    what: 'a year of hours as a chart of 800 points',
    perSecond: null,
    cpuUs: null,
    ms: chart,
    asked: '≤ 30 ms',
    holds: chart <= 30,
  });
  return figures;
}

function observation(datastream: number, step: number, result: number): IncomingObservation {
  return { datastream, phenomenonTime: new Date(START + step * STEP_MS).toISOString(), result };
}

/** Between the steps of the others. */
function lateOne(streams: readonly number[], k: number, result: number): IncomingObservation {
  const time = START + Math.floor(k / STATIONS) * (STEP_MS * 5) + 1000;
  return { datastream: streams[k % STATIONS]!, phenomenonTime: new Date(time).toISOString(), result };
}

function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  return order;
}

async function times(count: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let k = 0; k < count; k++) {
    const began = performance.now();
    await work();
    all.push(performance.now() - began);
  }
  return median(all);
}

/** Of this process, its threads, and the connections of PostgreSQL (Linux). */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + readdirSync('/proc').reduce((sum, pid) => sum + backendSeconds(pid), 0);
}

function backendSeconds(pid: string): number {
  if (!/^\d+$/.test(pid)) return 0;
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('postgres: landmeter')) return 0;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0; // it ended while we looked
  }
}
