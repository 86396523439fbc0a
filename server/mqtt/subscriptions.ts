/** Which topics are listened to, what their payloads mean, and what is published: a file of the operator (YAML). */
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { parseYamlFile } from '../../pipelines/sensors/yaml-file.ts';
import { createTimeReader } from '../../pipelines/sensors/time-format.ts';
import { liveQuery } from '../services/live/filter.ts';
import { parseTopic } from './topics.ts';

const pointer = z.string().regex(/^(\/.*)?$/, 'a JSON pointer such as /value is accepted');

const subscription = z.strictObject({
  /** `{names}` may be used in `datastream`, `property`, `unit` and `station`. */
  topic: z.string().min(1).max(500),
  qos: z.union([z.literal(0), z.literal(1)]).default(1),
  payload: z
    .strictObject({
      /** Where a list of readings is; default: the payload is one. */
      rows: pointer.optional(),
      value: pointer.default('/value'),
      time: pointer.optional(),
      unit: pointer.optional(),
      lon: pointer.optional(),
      lat: pointer.optional(),
    })
    .prefault({}),
  time: z.strictObject({ format: z.string().default('iso'), zone: z.string().default('UTC') }).prefault({}),
  /** Key of the datastream. */
  datastream: z.string().min(1),
  /** UCUM, where the payload has none. */
  unit: z.string().optional(),
  /** Makes what is not there. */
  create: z.strictObject({ station: z.string().min(1), property: z.string().min(1) }).optional(),
});

const schema = z.strictObject({
  subscriptions: z.array(subscription).max(1000).default([]),
  sensorthings: z
    .strictObject({
      /** Takes what is published on `v1.1/Datastreams(1)/Observations`. */
      take: z.boolean().default(true),
      /** Publishes there what comes in by any way; `true`: all of it. */
      publish: z.union([z.boolean(), liveQuery.omit({ kind: true })]).default(false),
      /** Before `v1.1`. */
      prefix: z
        .string()
        .regex(/^([^+#{}]*\/)?$/, 'it ends in a slash and has no wildcard')
        .default(''),
    })
    .prefault({}),
});

export type Subscription = z.infer<typeof subscription>;
export type MqttSettings = z.infer<typeof schema>;

/** Without a file: `sensors/<provider>/<station>/<property>` with `{"value": …, "time": …, "unit": …}`. */
export const DEFAULT_SETTINGS: MqttSettings = schema.parse({
  subscriptions: [
    {
      topic: 'sensors/{provider}/{station}/{property}',
      payload: { value: '/value', time: '/time', unit: '/unit' },
      datastream: '{provider}/{station}/{property}',
    },
  ],
});

/** @throws {PlatformError} `format-damaged`, `parameter-invalid` with the line of what is wrong */
export function parseMqttSettings(text: string, name: string): MqttSettings {
  const { value: settings, fail } = parseYamlFile(text, name, schema);
  for (const [k, { topic, datastream, create, time }] of settings.subscriptions.entries()) {
    const words = [...topic.matchAll(/\{([^}]*)\}/g)].map(([, word]) => word!);
    const at = (key: string, what: string) => fail(['subscriptions', k, key], what);
    try {
      parseTopic(topic);
      createTimeReader(time.format, time.zone);
    } catch (error) {
      throw error instanceof PlatformError ? at('topic', error.message) : error;
    }
    for (const [key, template] of Object.entries({ datastream, ...create })) {
      const unknown = [...template.matchAll(/\{([^}]*)\}/g)]
        .map(([, word]) => word!)
        .find((word) => !words.includes(word));
      if (unknown !== undefined)
        throw at(key in (create ?? {}) ? 'create' : key, `{${unknown}} is no name of the topic ${topic}`);
    }
  }
  return settings;
}
