/** The archive of sensor.community: a CSV per sensor and day, times in UTC. */
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { declareStation, streamKey } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { damaged, readLines } from './payload.ts';
import { toPlace } from './record.ts';

const PROVIDER = 'sensor-community';

/** Columns with values; the rest describes how one was measured. */
const COLUMNS: Readonly<Record<string, { readonly property: string; readonly unit: string }>> = {
  P1: { property: 'pm10', unit: 'ug/m3' },
  P2: { property: 'pm2p5', unit: 'ug/m3' },
  P0: { property: 'pm1', unit: 'ug/m3' },
  temperature: { property: 'air_temperature', unit: 'Cel' },
  humidity: { property: 'relative_humidity', unit: '%' },
  pressure: { property: 'air_pressure', unit: 'Pa' },
  noise_LAeq: { property: 'noise_level', unit: 'dB[SPL]' },
};

const MISSING = new Set(['', 'nan', 'NaN', 'unknown', 'unavailable', 'None']);
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const part = new PartBuilder();
  const declared = new Set<string>();
  let names: readonly string[] = [];
  let columns: readonly {
    readonly at: number;
    readonly name: string;
    readonly property: string;
    readonly unit: string;
  }[] = [];
  let row = 0;
  for await (const lines of readLines(source, 'utf-8', options)) {
    for (const line of lines) {
      row++;
      if (line === '') continue;
      const cells = line.split(';');
      if (names.length === 0) {
        names = cells;
        columns = cells.flatMap((name, at) => (COLUMNS[name] ? [{ at, name, ...COLUMNS[name] }] : []));
        if (columns.length === 0)
          throw damaged(source, `none of its columns is known (${Object.keys(COLUMNS).join(', ')})`);
        continue;
      }
      const of = (name: string) => cells[names.indexOf(name)] ?? '';
      const sensor = of('sensor_id');
      const time = of('timestamp');
      if (cells.length !== names.length || sensor === '' || !TIME.test(time)) {
        part.refuse(
          row,
          cells.length === names.length
            ? `sensor "${sensor}" at "${time}" is no reading`
            : `it has ${cells.length} cells and the header ${names.length}`,
        );
        continue;
      }
      if (!declared.has(sensor)) {
        declared.add(sensor);
        const type = of('sensor_type');
        part.station(
          declareStation({
            provider: PROVIDER,
            key: sensor,
            name: `sensor.community ${sensor}`,
            description: `Sensor ${sensor} at location ${of('location')}`,
            place: toPlace(of('lon'), of('lat')),
            properties: { location: of('location') },
            sensor: {
              key: `${PROVIDER}/${type}`,
              name: type,
              description: `Low-cost sensor ${type}, not calibrated`,
              metadata: 'https://sensor.community/en/sensors/',
            },
            streams: columns,
          }),
        );
      }
      for (const { at, name, property, unit } of columns) {
        const text = cells[at]!.trim();
        if (MISSING.has(text)) continue;
        const result = Number(text);
        if (Number.isNaN(result)) part.refuse(row, `${name} is "${text}", which is no number`);
        else
          part.observation(
            { datastream: { key: streamKey(PROVIDER, sensor, property) }, phenomenonTime: `${time}Z`, result, unit },
            row,
          );
      }
      if (part.isFull) yield part.take();
    }
  }
  yield part.take();
}

export const SENSOR_COMMUNITY: Feed = {
  id: 'sensor-community',
  title: 'sensor.community, archive',
  licence: 'https://opendatacommons.org/licenses/dbcl/1-0/',
  attribution: 'sensor.community contributors',
  documentation: 'https://archive.sensor.community/',
  fits: (head) => head.startsWith('sensor_id;sensor_type;location;lat;lon;timestamp;'),
  read,
};
