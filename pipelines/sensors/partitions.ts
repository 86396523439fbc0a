/** The partitions of the observations, made when the first row of their time comes. */
import type { Database, Queries } from '../database/database.ts';

/** A part of time that has a table of its own; bounds in microseconds since 1970. */
interface Partition {
  readonly name: string;
  /** Null: since ever. */
  readonly from: number | null;
  readonly to: number;
}

/**
 * Before this year a partition holds a year, and before the other all that there is: old series are sparse, and each
 * partition costs every query some time.
 */
const MONTHS_SINCE = 2000;
const YEARS_SINCE = 1950;
/** Processes that need a partition at once make it once. */
const ADVISORY_LOCK = 7_306_602;

export function partitionOf(microseconds: number): Partition {
  const time = new Date(Math.floor(microseconds / 1000));
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  if (year < YEARS_SINCE) return { name: 'observations_before', from: null, to: startOf(YEARS_SINCE, 0) };
  if (year < MONTHS_SINCE) return { name: `observations_${year}`, from: startOf(year, 0), to: startOf(year + 1, 0) };
  const name = `observations_${year}_${String(month + 1).padStart(2, '0')}`;
  return { name, from: startOf(year, month), to: startOf(year, month + 1) };
}

export interface Partitions {
  /** @param times  microseconds since 1970; in order it goes fastest */
  ensure(times: readonly number[]): Promise<void>;
  /** Another process has removed one. */
  forget(): void;
}

/** Those of a database, which are asked for once. */
export function createPartitions(database: Database): Partitions {
  const known = new Set<string>();
  return {
    async ensure(times) {
      const missing = partitionsOf(times).filter(({ name }) => !known.has(name));
      if (missing.length === 0) return;
      await database.transaction((tx) => makePartitions(tx, missing));
      for (const { name } of missing) known.add(name);
    },
    forget: () => known.clear(),
  };
}

/** Within a transaction, which may be taken back: nothing is remembered. */
export function partitionsWithin(tx: Queries): Partitions {
  return { ensure: (times) => makePartitions(tx, partitionsOf(times)), forget: () => {} };
}

function partitionsOf(times: readonly number[]): Partition[] {
  const found = new Map<string, Partition>();
  let [from, to] = [Infinity, -Infinity]; // of the time before, which most are with
  for (const time of times) {
    if (time >= from && time < to) continue;
    const partition = partitionOf(time);
    [from, to] = [partition.from ?? -Infinity, partition.to];
    found.set(partition.name, partition);
  }
  return [...found.values()];
}

/** Of the database, those that there are. */
export async function partitionNames(queries: Queries): Promise<string[]> {
  return (await queries.query<{ name: string }>(PRESENT)).map(({ name }) => name);
}

async function makePartitions(tx: Queries, partitions: readonly Partition[]): Promise<void> {
  if (partitions.length === 0) return;
  const names = new Set(await partitionNames(tx));
  const missing = partitions.filter(({ name }) => !names.has(name));
  if (missing.length === 0) return;
  await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})::text`);
  const now = new Set(await partitionNames(tx));
  for (const partition of missing) if (!now.has(partition.name)) await tx.script(statementsOf(partition));
}

const PRESENT = `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  WHERE inhparent = 'observations'::regclass`;

/** Made beside and then attached: `PARTITION OF` would wait for every query that reads the observations. */
function statementsOf({ name, from, to }: Partition): string {
  return `
    CREATE TABLE ${name} (LIKE observations INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
    ALTER TABLE observations ATTACH PARTITION ${name}
      FOR VALUES FROM (${from === null ? 'MINVALUE' : bound(from)}) TO (${bound(to)})`;
}

function bound(microseconds: number): string {
  return `'${new Date(microseconds / 1000).toISOString()}'`;
}

function startOf(year: number, month: number): number {
  return Date.UTC(year, month, 1) * 1000;
}
