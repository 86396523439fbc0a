/** The alert desk of a server: it starts with its database, hears what comes in, and tells whoever watches. */
import { EventEmitter } from 'node:events';
import type { AlertDesk, AlertEvent } from '../../pipelines/alerts/alert-desk.ts';
import { createAlertDesk } from '../../pipelines/alerts/alert-desk.ts';
import type { SendOptions } from '../../pipelines/alerts/send.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from './database.ts';
import type { ServedRuns } from './served-runs.ts';

export interface ServedAlerts {
  /** A rule was changed: it is looked at soon. */
  nudge(): void;
  /** Starts the desk as soon as there is a database. */
  watch(): void;
  /** Calls `listener` with each alert that this server opens or ends, until the function it returns is called. */
  listen(listener: (event: AlertEvent) => void): () => void;
  close(): Promise<void>;
}

export interface ServedAlertsOptions extends SendOptions {
  readonly database: ServedDatabase;
  readonly runs: Pick<ServedRuns, 'listen'>;
  readonly log: Log;
}

const LOOK_MS = 2000;

export function createServedAlerts({ database, runs, log, ...sending }: ServedAlertsOptions): ServedAlerts {
  const events = new EventEmitter<{ event: [AlertEvent] }>().setMaxListeners(0);
  const stops: (() => void)[] = [];
  let starting: Promise<AlertDesk> | null = null;
  let looking: NodeJS.Timeout | undefined;

  async function start(): Promise<AlertDesk> {
    const opened = await database.open();
    const desk = createAlertDesk({
      ...sending,
      database: opened,
      onEvent(event) {
        log.info({ event: event.event, alert: event.alert.id, rule: event.alert.rule }, 'alert');
        events.emit('event', event);
      },
      onFault: (error, what) => log.warn({ err: error, what }, 'alerts:fault'),
    });
    stops.push(doorOf(opened).subscribe(() => desk.nudge()));
    stops.push(runs.listen(({ kind }) => void (kind === 'ended' && desk.nudge())));
    desk.start();
    return desk;
  }

  const open = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = null; // the next one may have more luck
      throw error;
    }));

  /** A workspace that is new has no database until something comes in. */
  async function look(): Promise<void> {
    if (await database.openExisting()) await open();
    else looking = setTimeout(lookOrTell, LOOK_MS).unref();
  }
  const lookOrTell = () => void look().catch((error: unknown) => log.error({ err: error }, 'alerts:not-opened'));

  return {
    nudge() {
      open()
        .then((desk) => desk.nudge())
        .catch((error: unknown) => log.error({ err: error }, 'alerts:not-opened'));
    },
    watch: lookOrTell,
    listen(listener) {
      events.on('event', listener);
      return () => events.off('event', listener);
    },
    async close() {
      clearTimeout(looking);
      for (const stop of stops) stop();
      await starting?.then((desk) => desk.close()).catch(() => {}); // it was never open
    },
  };
}
