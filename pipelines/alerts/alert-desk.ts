/** The alert desk of a process: watches the rules, and sends what is to be sent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isPlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { AlertRecord } from './alert-record.ts';
import { tellAlert } from './alert-message.ts';
import { demandAlert } from './alerts-repository.ts';
import type { Delivery } from './deliveries.ts';
import { addressOf, noteFailed, noteSent, takeDeliveries } from './deliveries.ts';
import { listRules } from './rules-repository.ts';
import type { SendOptions } from './send.ts';
import { send } from './send.ts';
import { createUsualBook } from './usual.ts';
import { watchChanges } from './watch-changes.ts';
import { watchRule } from './watch-rule.ts';

export interface AlertEvent {
  readonly event: 'opened' | 'closed';
  readonly alert: AlertRecord;
}

export interface AlertDeskOptions extends SendOptions {
  readonly database: Database;
  readonly onEvent?: (event: AlertEvent) => void;
  /** Told of what went wrong while nobody was waiting; the desk goes on. */
  readonly onFault?: (error: unknown, what: string) => void;
}

export interface AlertDesk {
  /** Something has come in: the rules are looked at soon, many calls at once. */
  nudge(): void;
  /** Looks at every rule until it has seen all there is. */
  look(now?: number): Promise<void>;
  /** Sends what is due. */
  deliver(): Promise<void>;
  /** Goes on by itself: after each nudge, and by the clock. */
  start(): void;
  close(): Promise<void>;
}

const NUDGE_MS = 250;
const CLOCK_MS = 30_000;
const DELIVERIES_AT_ONCE = 8;

export function createAlertDesk(options: AlertDeskOptions): AlertDesk {
  const { database, onEvent, onFault = () => {} } = options;
  const usual = createUsualBook();
  const stopping = new AbortController();
  let wake: (() => void) | null = null;
  let isNudged = false;
  let loop: Promise<void> | null = null;
  let looking: Promise<void> = Promise.resolve();

  async function lookOnce(now: number): Promise<void> {
    for (const { rule } of await listRules(database)) {
      if (!rule.isEnabled || stopping.signal.aborted) continue;
      try {
        for (let hasMore = true; hasMore && !stopping.signal.aborted;) {
          const watch = rule.source.kind === 'changes' ? watchChanges : watchRule;
          const outcome = await watch(database, rule.id, { usual, now });
          for (const alert of outcome.opened) onEvent?.({ event: 'opened', alert });
          for (const alert of outcome.ended) onEvent?.({ event: 'closed', alert });
          hasMore = outcome.hasMore;
        }
      } catch (error) {
        onFault(error, `rule ${rule.id}`); // the other rules are looked at all the same
      }
    }
  }

  /** One look at a time; a second one asked for meanwhile begins after it. */
  const look = (now = Date.now()) => (looking = looking.catch(() => {}).then(() => lookOnce(now)));

  async function deliver(): Promise<void> {
    for (let due = await takeDeliveries(database, DELIVERIES_AT_ONCE); due.length > 0 && !stopping.signal.aborted;) {
      await Promise.all(due.map(tryDelivery));
      due = await takeDeliveries(database, DELIVERIES_AT_ONCE);
    }
  }

  async function tryDelivery(delivery: Delivery): Promise<void> {
    try {
      const alert = tellAlert(await demandAlert(database, delivery.alert));
      await send(`alert-${delivery.id}`, delivery.target, { event: delivery.event, alert }, options);
      await noteSent(database, delivery.id);
    } catch (error) {
      const reason = isPlatformError(error) || error instanceof Error ? error.message : String(error);
      const again = await noteFailed(database, delivery, reason);
      onFault(error, `${again ? 'delivery' : 'delivery given up'} to ${addressOf(delivery.target)}`);
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await look();
        await deliver();
      } catch (error) {
        if (!stopping.signal.aborted) onFault(error, 'alerts');
      }
      await pause();
    }
  }

  /** Until somebody nudges, or the clock: silence is noticed by it, and what waits for the end of quiet hours. */
  async function pause(): Promise<void> {
    const nudged = new Promise<void>((done) => (wake = done));
    const clock = new AbortController();
    const timer = sleep(CLOCK_MS, undefined, { ref: false, signal: clock.signal }).catch(() => {});
    if (!isNudged) await Promise.race([nudged, timer]);
    clock.abort();
    wake = null;
    isNudged = false;
    // What comes in at the same moment is looked at once
    if (!stopping.signal.aborted) await sleep(NUDGE_MS, undefined, { signal: stopping.signal }).catch(() => {});
  }

  return {
    nudge() {
      isNudged = true;
      wake?.();
    },
    look,
    deliver,
    start: () => void (loop ??= run()),
    async close() {
      stopping.abort();
      wake?.();
      await loop;
      await looking.catch(() => {});
    },
  };
}
