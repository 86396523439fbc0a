/** The broker of a server: it is listened to from the start on, where one is set up. */
import type { MqttService, MqttStatus } from '../mqtt/service.ts';
import type { MqttSettings } from '../mqtt/subscriptions.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from './database.ts';

export interface ServedMqtt {
  /** Null where no broker is set up, or it has not begun. */
  status(): MqttStatus | null;
  watch(): void;
  close(): Promise<void>;
}

export interface ServedMqttOptions {
  readonly url?: string;
  readonly settings?: MqttSettings;
  readonly workspace: string;
  readonly database: ServedDatabase;
  readonly log: Log;
  /** Readings of other networks are not published. */
  readonly isOpen: (network: string) => boolean;
}

export function createServedMqtt({ url, settings, workspace, database, log, isOpen }: ServedMqttOptions): ServedMqtt {
  let service: MqttService | null = null;
  let starting: Promise<void> = Promise.resolve();
  let isClosed = false;
  return {
    status: () => service?.status() ?? null,
    watch() {
      if (url === undefined || settings === undefined) return;
      starting = (async () => {
        const { startMqtt } = await import('../mqtt/service.ts');
        if (!isClosed)
          service = await startMqtt({ url, settings, workspace, log, isOpen, database: () => database.open() });
      })().catch((error: unknown) => log.error({ err: error }, 'mqtt:not-started'));
    },
    async close() {
      isClosed = true;
      await starting;
      await service?.close();
    },
  };
}
