/**
 * The one file that speaks MQTT. A message of QoS 1 is acknowledged when the caller says so, and not before: what a broker
 * was not told of, it sends again.
 */
import type { IClientOptions, IPublishPacket, MqttClient, Packet } from 'mqtt';
import { connect } from 'mqtt';

export interface MqttMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Tells the broker that it is kept; of QoS 0 and after a lost connection it does nothing. */
  readonly acknowledge: () => void;
}

export interface MqttLink {
  readonly isConnected: boolean;
  /** Messages that were published and that the broker has not confirmed. */
  readonly unconfirmed: number;
  publish(topic: string, payload: string): void;
  close(): Promise<void>;
}

export interface MqttLinkOptions {
  /** `mqtt://user:password@host:1883`, `mqtts://`, `ws://`, `wss://`. */
  readonly url: string;
  /** The same after each start: the broker keeps for us what comes while we are away. */
  readonly clientId: string;
  readonly filters: Readonly<Record<string, { readonly qos: 0 | 1 }>>;
  readonly onMessage: (message: MqttMessage) => void;
  /** Called before the next message is read; what it waits for holds the broker back. */
  readonly ready: () => Promise<void> | null;
  readonly onState: (state: 'connected' | 'lost', error: Error | null) => void;
  readonly reconnectMs?: number;
}

/** A private part of mqtt.js, which sends acknowledgements before the next message is read and offers no other way. */
const SEND = '_sendPacket';

interface Sender {
  [SEND](packet: Packet, done?: (error?: Error) => void, ...rest: unknown[]): unknown;
}

export function openMqttLink(options: MqttLinkOptions): MqttLink {
  const { url, clientId, filters, onMessage, ready, onState, reconnectMs = 2000 } = options;
  const settings: IClientOptions = {
    clientId,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: reconnectMs,
    resubscribe: false, // done below, with each connection
    queueQoSZero: false,
    connectTimeout: 10_000,
  };
  const client = connect(url, settings);
  const held = holdAcknowledgements(client);
  let unconfirmed = 0;
  let lastError: Error | null = null;
  client.handleMessage = (_packet, next) => {
    const wait = ready();
    if (wait === null) next();
    else void wait.then(() => next());
  };
  client.on('message', (topic, payload, packet) => onMessage({ topic, payload, acknowledge: held.of(packet) }));
  client.on('error', (error) => (lastError = error));
  client.on('connect', () => {
    lastError = null;
    if (Object.keys(filters).length > 0) client.subscribe({ ...filters }, (error) => error && onState('lost', error));
    onState('connected', null);
  });
  client.on('close', () => {
    held.forget();
    onState('lost', lastError);
  });
  return {
    get isConnected() {
      return client.connected;
    },
    get unconfirmed() {
      return unconfirmed;
    },
    publish(topic, payload) {
      unconfirmed++;
      client.publish(topic, payload, { qos: 1 }, () => unconfirmed--);
    },
    close: () => client.endAsync(false).catch(() => client.endAsync(true)),
  };
}

function holdAcknowledgements(client: MqttClient) {
  const sender = client as unknown as Sender;
  const send = sender[SEND].bind(client);
  const waiting = new Map<number, () => void>();
  /** Kept before mqtt.js has come to acknowledge them. */
  const early = new Set<number>();
  sender[SEND] = (packet, done, ...rest) => {
    if (packet.cmd !== 'puback') return send(packet, done, ...rest);
    if (early.delete(packet.messageId!)) return send(packet, done, ...rest);
    waiting.set(packet.messageId!, () => send(packet));
    done?.();
    return client;
  };
  let connection = 0;
  return {
    of({ qos, messageId }: IPublishPacket): () => void {
      const ofConnection = connection;
      return () => {
        if (qos === 0 || messageId === undefined || ofConnection !== connection) return;
        const acknowledge = waiting.get(messageId);
        if (acknowledge) acknowledge();
        else early.add(messageId);
        waiting.delete(messageId);
      };
    },
    /** The broker sends again what was not acknowledged; its numbers then mean something else. */
    forget() {
      connection++;
      waiting.clear();
      early.clear();
    },
  };
}
