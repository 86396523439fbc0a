/** The runs of a server: opened with its database, worked on by its own threads, told to whoever watches. */
import { EventEmitter } from 'node:events';
import type { TaskRunner } from '../../pipelines/runner.ts';
import type { DriveEvent } from '../../pipelines/queue/drive-run.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from './database.ts';

export interface ServedRuns {
  open(): Promise<RunService>;
  /** Goes on with what waits, as soon as there is a database. */
  watch(): void;
  /** Calls `listener` with what happens to runs of this server, until the function it returns is called. */
  listen(listener: (event: DriveEvent) => void): () => void;
  close(): Promise<void>;
}

export interface ServedRunsOptions {
  readonly workspace: string;
  readonly url: string | null;
  readonly database: ServedDatabase;
  readonly runner: () => Promise<TaskRunner>;
  readonly threads: number;
  readonly memoryBytes?: number | undefined;
  readonly log: Log;
}

export function createServedRuns(options: ServedRunsOptions): ServedRuns {
  const { workspace, url, database, runner, threads, memoryBytes, log } = options;
  const events = new EventEmitter<{ event: [DriveEvent] }>().setMaxListeners(0);
  let opening: Promise<RunService> | null = null;

  async function start(): Promise<RunService> {
    const service = await openRunService({
      database: await database.open(),
      url,
      workspace,
      startRunner: runner,
      threads,
      memoryBytes,
      onEvent(event) {
        if (event.kind !== 'progress') log.info(event, `run:${event.kind}`);
        events.emit('event', event);
      },
      onFault: (error) => log.error({ err: error }, 'runs:fault'),
    });
    await service.work();
    return service;
  }

  const open = () => {
    opening ??= start().catch((error: unknown) => {
      opening = null; // the next request may have more luck
      throw error;
    });
    return opening;
  };

  return {
    open,
    watch() {
      const look = async () => void ((await database.openExisting()) && (await open()));
      look().catch((error: unknown) => log.error({ err: error }, 'runs:not-opened'));
    },
    listen(listener) {
      events.on('event', listener);
      return () => events.off('event', listener);
    },
    async close() {
      await opening?.then((service) => service.close()).catch(() => {}); // it was never open
    },
  };
}
