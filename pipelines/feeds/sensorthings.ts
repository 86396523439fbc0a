/**
 * Any SensorThings service, Samen Meten of RIVM among them: pages of Datastreams with their Thing, ObservedProperty and
 * Observations, or of Things with their Datastreams.
 */
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { declareProperty, declareUnit, toUcum, unitOf } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { readJson } from './payload.ts';
import type { JsonRecord } from './record.ts';
import { asList, asRecord, asText, toPlace } from './record.ts';

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const document = asRecord(await readJson(source, options));
  const part = new PartBuilder();
  for (const [k, item] of asList(document['value']).entries()) {
    const entity = asRecord(item);
    const streams = asList(entity['Datastreams']).map(asRecord);
    if (streams.length > 0)
      for (const [s, stream] of streams.entries()) readStream(part, `value/${k}/Datastreams/${s}`, stream, entity);
    else readStream(part, `value/${k}`, entity, asRecord(entity['Thing']));
    if (part.isFull) yield part.take();
  }
  yield part.take();
}

/** Of which service: its address before the entity, so that numbers of two services do not meet. */
function serviceOf(entity: JsonRecord): string {
  const link = asText(entity['@iot.selfLink']) ?? '';
  const match = /^https?:\/\/([^/?#]+)/.exec(link);
  return match?.[1] ?? 'sensorthings';
}

function readStream(part: PartBuilder, row: string, stream: JsonRecord, thing: JsonRecord): void {
  const id = asText(stream['@iot.id']);
  if (id === null)
    return part.refuse(row, 'a Datastream with @iot.id is expected; expand Thing, ObservedProperty and Observations');
  const service = serviceOf(stream);
  const key = `${service}/datastream/${id}`;
  const unit = asRecord(stream['unitOfMeasurement']);
  const observed = asRecord(stream['ObservedProperty']);
  const code = toUcum(asText(unit['symbol']) ?? '1');
  const property = declareProperty((asText(observed['name']) ?? asText(stream['name']) ?? 'unknown').toLowerCase());
  const thingId = asText(thing['@iot.id']) ?? `of-datastream-${id}`;
  const name = asText(thing['name']) ?? `Thing ${thingId}`;
  part.station({
    key: `${service}/thing/${thingId}`,
    name,
    description: asText(thing['description']) ?? name,
    place: placeOf(thing, stream),
    datastreams: [
      {
        key,
        name: asText(stream['name']) ?? `${name}: ${property.name}`,
        description: asText(stream['description']) ?? property.name,
        property,
        unit: declareUnit(unitOf(property.id, code)),
        sensor: {
          key: `${service}/sensor`,
          name: `Sensors of ${service}`,
          description: 'As the service describes them',
          metadata: asText(stream['@iot.selfLink']) ?? SENSORTHINGS.documentation,
        },
      },
    ],
  });
  for (const [k, item] of asList(stream['Observations']).entries()) {
    const observation = asRecord(item);
    const time = asText(observation['phenomenonTime']);
    const { result } = observation;
    if (time === null || result === undefined || result === null)
      part.refuse(`${row}/Observations/${k}`, 'phenomenonTime and result are needed');
    else
      part.observation(
        {
          datastream: { key },
          phenomenonTime: time,
          result: result as number,
          unit: code,
          resultTime: asText(observation['resultTime']),
        },
        `${row}/Observations/${k}`,
      );
  }
}

function placeOf(thing: JsonRecord, stream: JsonRecord) {
  const geometry = asRecord(asRecord(asList(thing['Locations'])[0])['location']);
  const point = asRecord(geometry['geometry'] ?? geometry);
  const area = asRecord(stream['observedArea']);
  const [lon, lat] = asList(
    point['type'] === 'Point' ? point['coordinates'] : area['type'] === 'Point' ? area['coordinates'] : [],
  );
  return toPlace(lon, lat);
}

export const SENSORTHINGS: Feed = {
  id: 'sensorthings',
  title: 'SensorThings services, such as Samen Meten of RIVM',
  licence: 'as the service says; Samen Meten: https://creativecommons.org/publicdomain/zero/1.0/',
  attribution: 'as the service says; Samen Meten: RIVM',
  documentation: 'https://docs.ogc.org/is/18-088/18-088.html',
  fits: (head) => /^\s*\{/.test(head) && /"@iot\./.test(head) && /"value"\s*:\s*\[/.test(head),
  read,
  next(document, address) {
    const link = asText(asRecord(document)['@iot.nextLink']);
    return link === null ? null : new URL(link, address).href;
  },
};
