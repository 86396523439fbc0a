/**
 * The Dutch national air quality network (LML) as RIVM published it around 2014: an XML file of all readings per hour, and
 * a table of stations. The table brings the places; either may come first.
 */
import { parseXml } from '../io/xml.ts';
import type { XmlNode } from '../io/xml.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { CsvRows } from '../io/features/csv-rows.ts';
import { instantOf } from '../sensors/time-format.ts';
import { declareProperty, declareStation, streamKey, toUcum } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { readText } from './payload.ts';
import { toPlace } from './record.ts';

const PROVIDER = 'rivm-lml';
const LICENCE = {
  licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
  attribution: 'RIVM, Landelijk Meetnet Luchtkwaliteit',
} as const;
const SENSOR = {
  key: `${PROVIDER}/monitor`,
  name: 'LML reference monitor',
  description: 'Reference or equivalent method of the national network',
  metadata: 'https://www.luchtmeetnet.nl/informatie/meetnetten',
};

/** Stations are written `549`, `NL01485` and `NL49551`; the last three digits tell them apart. */
function stationCode(text: string): string | null {
  return /^(?:NL)?\d*?(\d{3})$/.exec(text.trim())?.[1] ?? null;
}

/** Readings `<meting>`; hours are those of the network, UTC+1 throughout the year, and named by their end. */
async function* readReadings(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const texts: string[] = [];
  for await (const text of readText(source, 'utf-8', options)) texts.push(text);
  const [body] = nodes(nodes(parseXml(texts.join(''), source.name), 'message')[0] ?? {}, 'body');
  const part = new PartBuilder();
  const declared = new Set<string>();
  for (const [k, reading] of nodes(body ?? {}, 'meting').entries()) {
    const row = `meting ${k + 1}`;
    const of = (name: string) => textOf(reading, name);
    const time = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(of('datum'));
    const station = stationCode(of('station'));
    const hour = Number(of('tijd') || Number.NaN);
    const value = Number(of('waarde') || Number.NaN);
    if (!time || !(hour >= 0 && hour <= 24)) part.refuse(row, `"${of('datum')}" hour "${of('tijd')}" is no time`);
    else if (station === null) part.refuse(row, `"${of('station')}" is no station of the network`);
    else if (Number.isNaN(value)) part.refuse(row, `"${of('waarde')}" is no number`);
    else {
      const unit = toUcum(of('eenheid'));
      const property = declareProperty(of('component').toLowerCase()).id;
      const key = streamKey(PROVIDER, station, property);
      if (!declared.has(key)) {
        declared.add(key);
        part.station(stationOf(station, { name: `LML ${station}`, place: null, streams: [{ property, unit }] }));
      }
      const day = instantOf([Number(time[3]), Number(time[2]), Number(time[1])]);
      if (day === null) part.refuse(row, `"${of('datum')}" is no day`);
      else
        part.observation(
          {
            datastream: { key },
            phenomenonTime: `${iso(day + (hour - 2) * HOUR_MS)}/${iso(day + (hour - 1) * HOUR_MS)}`,
            result: value,
            unit,
            parameters: { validated: of('gevalideerd') === '1' },
          },
          row,
        );
    }
    if (part.isFull) yield part.take();
  }
  yield part.take();
}

const HOUR_MS = 3_600_000;

function iso(time: number): string {
  return new Date(time).toISOString();
}

function nodes(node: XmlNode, name: string): readonly XmlNode[] {
  const children = node[name];
  return typeof children === 'object' ? children.filter((child): child is XmlNode => typeof child === 'object') : [];
}

function textOf(node: XmlNode, name: string): string {
  const text = nodes(node, name)[0]?.['#text'];
  return typeof text === 'string' ? text.trim() : '';
}

type StationParts = Pick<Parameters<typeof declareStation>[0], 'name' | 'place' | 'streams' | 'properties'>;

function stationOf(key: string, parts: StationParts) {
  return declareStation({
    provider: PROVIDER,
    key,
    description: `Station ${key} of the national air quality network`,
    sensor: SENSOR,
    ...parts,
  });
}

async function* readStations(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const part = new PartBuilder();
  const rows = new CsvRows(',');
  let names: readonly string[] | null = null;
  let row = 0;
  const take = (lines: readonly string[][]) => {
    for (const cells of lines) {
      row++;
      if (names === null) {
        names = cells;
        continue;
      }
      const header: readonly string[] = names;
      const of = (name: string) => cells[header.indexOf(name)] ?? '';
      const [lat, lon] = header.includes('Pos') ? of('Pos').split(' ') : [of('Lat'), of('Lon')];
      const station = stationCode(of('NatlStationCode').padStart(3, '0'));
      const place = toPlace(lon, lat);
      if (station === null || place === null)
        part.refuse(row, `station "${of('NatlStationCode')}" at ${lat}, ${lon} is no place`);
      else
        part.station(
          stationOf(station, {
            name: of('Name').replaceAll('"', '') || `LML ${station}`,
            place, // ETRS89, within a metre of WGS 84
            streams: [],
            properties: { municipality: of('Municipality'), europeanCode: of('EUStationCode') },
          }),
        );
    }
  };
  for await (const text of readText(source, 'utf-8', options)) take(rows.push(text));
  take(rows.end());
  yield part.take();
}

export const RIVM_LML: Feed = {
  id: 'rivm-lml',
  title: 'RIVM, national air quality network, readings of an hour',
  ...LICENCE,
  documentation: 'https://www.luchtmeetnet.nl/',
  fits: (head) => /<message>\s*<body>\s*<meting>/.test(head),
  read: readReadings,
};

export const RIVM_LML_STATIONS: Feed = {
  id: 'rivm-lml-stations',
  title: 'RIVM, national air quality network, stations',
  ...LICENCE,
  documentation: 'https://www.luchtmeetnet.nl/',
  fits: (head) => head.startsWith('GMLID,LocalId,Namespace,Version,NatlStationCode,'),
  read: readStations,
};
