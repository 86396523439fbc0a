/** Hourly air quality of the joint Dutch networks: `/open_api/measurements` and `/open_api/stations/<number>`. */
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { declareProperty, declareStation, streamKey } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { readJson } from './payload.ts';
import { asList, asNumber, asRecord, asText } from './record.ts';

const PROVIDER = 'luchtmeetnet';

/** Soot and ultrafine particles are no concentrations in µg/m³ of a property that has limits here. */
const UNITS: Readonly<Record<string, string>> = { UFP: '/cm3', CO: 'ug/m3' };

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const document = asRecord(await readJson(source, options));
  const part = new PartBuilder();
  const declared = new Set<string>();
  for (const [k, item] of asList(document['data']).entries()) {
    const { station_number: number, formula, value, timestamp_measured: time } = asRecord(item);
    const row = `data/${k}`;
    const station = asText(number);
    const component = asText(formula);
    const result = asNumber(value);
    const measured = asText(time);
    if (station === null || component === null || measured === null)
      part.refuse(row, 'station_number, formula and timestamp_measured are needed');
    else if (Number.isNaN(result)) part.refuse(row, `value is ${JSON.stringify(value)}, which is no number`);
    else {
      const property = declareProperty(component.toLowerCase()).id;
      const key = streamKey(PROVIDER, station, property);
      const unit = UNITS[component] ?? 'ug/m3';
      if (!declared.has(key)) {
        declared.add(key);
        part.station(
          declareStation({
            provider: PROVIDER,
            key: station,
            name: station,
            description: `Station ${station} of Luchtmeetnet`,
            place: null,
            sensor: {
              key: `${PROVIDER}/monitor`,
              name: 'Luchtmeetnet monitor',
              description: 'Reference or equivalent method; values of the last days are not validated yet',
              metadata: LUCHTMEETNET.documentation,
            },
            streams: [{ property, unit }],
          }),
        );
      }
      part.observation({ datastream: { key }, phenomenonTime: measured, result, unit }, row);
    }
    if (part.isFull) yield part.take();
  }
  yield part.take();
}

export const LUCHTMEETNET: Feed = {
  id: 'luchtmeetnet',
  title: 'Luchtmeetnet, hourly air quality',
  licence: 'https://creativecommons.org/licenses/by-nd/4.0/',
  attribution: 'Luchtmeetnet',
  documentation: 'https://api-docs.luchtmeetnet.nl/',
  fits: (head) => /"timestamp_measured"/.test(head) && /"station_number"/.test(head),
  read,
  next(document, address) {
    const page = asNumber(asRecord(asRecord(document)['pagination'])['next_page']);
    const current = asNumber(asRecord(asRecord(document)['pagination'])['current_page']);
    if (!(page > 0) || page === current || (current > 0 && page < current)) return null;
    const next = new URL(address);
    next.searchParams.set('page', String(page));
    return next.href;
  },
};
