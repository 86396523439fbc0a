/** What the sensors' tables need from time to time: old observations go. */
import { maintainObservations } from '../../pipelines/sensors/retention.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from './database.ts';

const EVERY_MS = 3600 * 1000;
/** A server that starts has other things to do first. */
const FIRST_MS = 60 * 1000;

/** @returns how to stop, which waits for what is at work */
export function maintainSensors(database: ServedDatabase, log: Log): () => Promise<void> {
  const stopped = new AbortController();
  let working: Promise<void> = Promise.resolve();
  const work = async () => {
    const opened = await database.openExisting();
    if (!opened) return;
    const { observations, partitions } = await maintainObservations(opened, Date.now(), stopped.signal);
    if (observations > 0) log.info({ observations, partitions }, 'sensors:removed-old');
  };
  const start = () => {
    working = work().catch((error: unknown) => {
      if (!stopped.signal.aborted) log.error({ err: error }, 'sensors:maintenance-failed');
    });
  };
  const first = setTimeout(start, FIRST_MS).unref();
  const timer = setInterval(start, EVERY_MS).unref();
  return async () => {
    stopped.abort();
    clearTimeout(first);
    clearInterval(timer);
    await working;
  };
}
