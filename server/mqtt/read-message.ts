/** A message → observations: as the subscription says, or as SensorThings does. */
import { declareStation, toUcum } from '../../pipelines/feeds/declare.ts';
import { asNumber, asRecord, asText, toPlace } from '../../pipelines/feeds/record.ts';
import type { StationDeclaration } from '../../pipelines/sensors/ensure-stations.ts';
import type { IncomingObservation, ObservationResult } from '../../pipelines/sensors/observation.ts';
import { atPointer } from '../../pipelines/sensors/table-rows.ts';
import { createTimeReader } from '../../pipelines/sensors/time-format.ts';
import type { MqttSettings, Subscription } from './subscriptions.ts';
import { fillTemplate, parseTopic } from './topics.ts';

export type ReadMessage =
  | {
      readonly kind: 'observations';
      readonly observations: readonly IncomingObservation[];
      readonly stations: readonly StationDeclaration[];
    }
  /** Of nobody's concern here, such as what this server itself published. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** A reading is small; a larger payload is none, or an attack on the memory. */
const MOST_BYTES = 1 << 20;
const MOST_ROWS = 10_000;

export interface MessageReader {
  readonly filters: Readonly<Record<string, { readonly qos: 0 | 1 }>>;
  /** @param now  Milliseconds since 1970, for payloads that state no time. */
  read(topic: string, payload: Uint8Array, now: number): ReadMessage;
}

export function createMessageReader({ subscriptions, sensorthings }: MqttSettings): MessageReader {
  const { prefix } = sensorthings;
  const readers = subscriptions.map((subscription) => ({
    ...subscription,
    template: parseTopic(subscription.topic),
    readTime: createTimeReader(subscription.time.format, subscription.time.zone),
  }));
  const filters: Record<string, { qos: 0 | 1 }> = {};
  for (const { template, qos } of readers) filters[template.filter] = { qos };
  if (sensorthings.take) {
    filters[`${prefix}v1.1/Observations`] = { qos: 1 };
    filters[`${prefix}v1.1/+/Observations`] = { qos: 1 };
  }
  return {
    filters,
    read(topic, payload, now) {
      if (payload.length > MOST_BYTES) return malformed(`it has ${payload.length} bytes; ${MOST_BYTES} are the most`);
      let value: unknown;
      try {
        value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
      } catch {
        return malformed('its payload is no JSON');
      }
      const own = topic.startsWith(prefix)
        ? /^v1\.1\/(?:Datastreams\((\d+)\)\/)?Observations$/.exec(topic.slice(prefix.length))
        : null;
      if (sensorthings.take && own) return readEntity(own[1], value, now);
      for (const reader of readers) {
        const words = reader.template.match(topic);
        if (words) return readRows(reader, words, value, now);
      }
      return { kind: 'ignored' };
    },
  };
}

function malformed(reason: string): ReadMessage {
  return { kind: 'malformed', reason };
}

/** @see OGC 18-088, 14.2: creation of Observations via MQTT */
function readEntity(id: string | undefined, value: unknown, now: number): ReadMessage {
  const entity = asRecord(value);
  if ('@iot.id' in entity) return { kind: 'ignored' }; // told by a service, not asked of one
  const datastream = Number(id ?? asText(asRecord(entity['Datastream'])['@iot.id']) ?? Number.NaN);
  if (!Number.isSafeInteger(datastream)) return malformed('it names no Datastream');
  if (entity['result'] === undefined) return malformed('it has no result');
  const { phenomenonTime, resultTime, validTime, resultQuality, parameters, FeatureOfInterest } = entity;
  const feature = asRecord(FeatureOfInterest)['@iot.id'];
  return {
    kind: 'observations',
    stations: [],
    observations: [
      {
        datastream,
        phenomenonTime: asText(phenomenonTime) ?? new Date(now).toISOString(),
        result: entity['result'] as ObservationResult,
        resultTime: asText(resultTime),
        validTime: asText(validTime),
        ...(resultQuality !== undefined && { resultQuality }),
        ...(parameters !== undefined && { parameters: asRecord(parameters) }),
        ...(typeof feature === 'number' && { feature }),
      },
    ],
  };
}

interface Reader extends Subscription {
  readonly readTime: (text: string) => number | string;
}

function readRows(reader: Reader, words: Readonly<Record<string, string>>, value: unknown, now: number): ReadMessage {
  const { payload, create } = reader;
  const key = fillTemplate(reader.datastream, words)!;
  const rows = payload.rows === undefined ? [value] : atPointer(value, payload.rows);
  if (!Array.isArray(rows) || rows.length > MOST_ROWS)
    return malformed(`there is no list of up to ${MOST_ROWS} readings at ${payload.rows}`);
  const observations: IncomingObservation[] = [];
  for (const row of rows) {
    const found = atPointer(row, payload.value);
    const result = asNumber(found);
    if (Number.isNaN(result))
      return malformed(`its value is ${JSON.stringify(found)?.slice(0, 100) ?? 'missing'}, which is no number`);
    const text = payload.time === undefined ? null : asText(atPointer(row, payload.time));
    const time = text === null ? now : reader.readTime(text);
    if (typeof time === 'string') return malformed(time);
    const unit = (payload.unit === undefined ? null : asText(atPointer(row, payload.unit))) ?? reader.unit;
    observations.push({
      datastream: { key },
      phenomenonTime: new Date(time).toISOString(),
      result,
      ...(unit !== undefined && { unit: toUcum(unit) }),
    });
  }
  if (!create) return { kind: 'observations', observations, stations: [] };
  const first: unknown = rows[0];
  const place =
    payload.lon !== undefined && payload.lat !== undefined
      ? toPlace(atPointer(first, payload.lon), atPointer(first, payload.lat))
      : null;
  const code = fillTemplate(create.station, words)!;
  const station = declareStation({
    provider: 'mqtt',
    key: code,
    name: code,
    description: `Station ${code}, heard over MQTT`,
    place,
    sensor: { key: 'mqtt/sensor', name: 'MQTT', description: 'As its topic says', metadata: reader.topic },
    streams: [{ property: fillTemplate(create.property, words)!, unit: observations[0]?.unit ?? '1' }],
  });
  const datastreams = station.datastreams.map((stream) => ({ ...stream, key }));
  return { kind: 'observations', observations, stations: [{ ...station, datastreams }] };
}
