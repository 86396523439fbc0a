/** The partitions of the observations, made when the first row of their time comes. */
import type { Database } from '../database/database.ts';

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

/** Remembers which ones are there; `forget` where another process has removed one. */
export class Partitions {
  readonly #database: Database;
  readonly #known = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param times  microseconds since 1970 */
  async ensure(times: Iterable<number>): Promise<void> {
    const missing = new Map<string, Partition>();
    let [from, to, isKnown] = [0, 0, false]; // times come in order: most are in the partition of the one before
    for (const time of times) {
      if (time >= from && time < to && isKnown) continue;
      const partition = partitionOf(time);
      [from, to, isKnown] = [partition.from ?? -Infinity, partition.to, true];
      if (!this.#known.has(partition.name)) missing.set(partition.name, partition);
    }
    if (missing.size > 0) await this.#make([...missing.values()]);
  }

  forget(): void {
    this.#known.clear();
  }

  async #make(partitions: readonly Partition[]): Promise<void> {
    await this.#database.transaction(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})::text`);
      const present = await tx.query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'observations'::regclass`,
      );
      const names = new Set(present.map(({ name }) => name));
      for (const partition of partitions) if (!names.has(partition.name)) await tx.script(statementsOf(partition));
    });
    for (const { name } of partitions) this.#known.add(name);
  }
}

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
