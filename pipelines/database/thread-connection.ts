/** The near end of the embedded database's thread: orders go out, replies settle the promises. */
import { Worker } from 'node:worker_threads';
import { PlatformError } from '../core/errors.ts';
import type { Row, SqlValue } from './database.ts';
import { SqlError } from './database.ts';
import type { Order, Reply } from './embedded-thread.ts';

const OPENED = 0;
/** SQLSTATE of a disk that is full. */
const DISK_FULL = '53100';

interface Waiting {
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: Error) => void;
}

type OrderWords =
  | { kind: 'query'; sql: string; params: readonly SqlValue[] }
  | { kind: 'script' | 'close'; sql?: string };

export class ThreadConnection {
  readonly #folder: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #end: Error | null = null;

  /** @throws {PlatformError} `format-damaged` where the files in the folder are no database that can be opened */
  static async open(folder: string): Promise<ThreadConnection> {
    const connection = new ThreadConnection(folder);
    try {
      await connection.#wait(OPENED);
      return connection;
    } catch (error) {
      await connection.#worker.terminate();
      throw damaged(folder, error);
    }
  }

  private constructor(folder: string) {
    this.#folder = folder;
    // What PostgreSQL logs is of no use to who runs a command; failures come as replies.
    this.#worker = new Worker(new URL('./embedded-thread.ts', import.meta.url), {
      workerData: { folder },
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('its thread ended')));
    this.#worker.unref();
  }

  order(words: OrderWords): Promise<Row[]> {
    if (this.#end) return Promise.reject(this.#end);
    const id = this.#nextId++;
    const reply = this.#wait(id);
    this.#worker.postMessage({ ...words, id } as Order, []);
    return reply;
  }

  /** Writes out what PostgreSQL still holds in memory; without it the next opening takes it out of the log. */
  async close(): Promise<void> {
    if (this.#end) return;
    await this.order({ kind: 'close' }).catch(() => {}); // what was committed is on disk already
    this.#end = new PlatformError('unavailable', `The database in ${this.#folder} is closed`);
    await this.#worker.terminate();
  }

  /** A process waits for replies, and for nothing else of the thread. */
  #wait(id: number): Promise<Row[]> {
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('rows' in reply) waiting?.resolve([...reply.rows]);
    else if (reply.sqlState === DISK_FULL)
      waiting?.reject(new PlatformError('disk-full', `The disk with ${this.#folder} is full; free some space`));
    else waiting?.reject(new SqlError(reply.message, reply.sqlState));
  }

  #fail(cause: Error): void {
    this.#end ??= new PlatformError('unavailable', `The database in ${this.#folder} has stopped: ${cause.message}`, {
      cause,
    });
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

function damaged(folder: string, cause: unknown): PlatformError {
  const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
  return new PlatformError(
    'format-damaged',
    `The database in ${folder} cannot be opened (${why}); bring back a backup with: landmeter restore`,
    { cause },
  );
}
