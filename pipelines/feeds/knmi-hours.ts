/** Hourly weather of KNMI: the files `uurgeg_<station>_<years>.txt` and the answers of its script in the same shape. */
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { instantOf } from '../sensors/time-format.ts';
import { declareProperty, declareStation, streamKey } from './declare.ts';
import type { StreamWords } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { damaged, readLines } from './payload.ts';

const PROVIDER = 'knmi';

interface Element {
  readonly property: string;
  readonly unit: string;
  /** Of the number in the file. */
  readonly factor: number;
  /** Of the whole hour, and not at its end. */
  readonly isOfHour: boolean;
}

/** What is taken of the columns; codes of weather and sums of yes and no are left out. */
const ELEMENTS: Readonly<Record<string, Element>> = {
  DD: { property: 'wind_from_direction', unit: 'deg', factor: 1, isOfHour: false },
  FH: { property: 'wind_speed', unit: 'm/s', factor: 0.1, isOfHour: true },
  FX: { property: 'wind_speed_of_gust', unit: 'm/s', factor: 0.1, isOfHour: true },
  T: { property: 'air_temperature', unit: 'Cel', factor: 0.1, isOfHour: false },
  TD: { property: 'dew_point_temperature', unit: 'Cel', factor: 0.1, isOfHour: false },
  SQ: { property: 'duration_of_sunshine', unit: 'h', factor: 0.1, isOfHour: true },
  Q: { property: 'global_radiation_sum', unit: 'J/cm2', factor: 1, isOfHour: true },
  DR: { property: 'precipitation_duration', unit: 'h', factor: 0.1, isOfHour: true },
  RH: { property: 'precipitation', unit: 'mm', factor: 0.1, isOfHour: true },
  P: { property: 'air_pressure_at_mean_sea_level', unit: 'hPa', factor: 0.1, isOfHour: false },
  U: { property: 'relative_humidity', unit: '%', factor: 1, isOfHour: false },
};

const HOUR_MS = 3_600_000;
/** Wind that blows from nowhere (calm) or everywhere (variable) has no direction. */
const NO_DIRECTION = new Set([0, 990]);

interface Column {
  readonly at: number;
  readonly name: string;
  readonly element: Element;
}

/** `260  5.180  52.100  1.90  DE BILT` in the head of an answer; files for download say no place. */
const PLACE = /^#?\s*(\d{3}):?\s+(-?\d+\.\d+)\s+(-?\d+\.\d+)\s+(-?\d+(?:\.\d+)?)\s+(\S.*)$/;

interface Place {
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly heightMetres: number;
}

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const part = new PartBuilder();
  const places = new Map<string, Place>();
  const keys = new Map<string, readonly string[]>();
  let columns: readonly Column[] | null = null;
  let width = 0;
  let row = 0;
  for await (const lines of readLines(source, 'windows-1252', options)) {
    for (const line of lines) {
      row++;
      if (/^#?\s*STN\s*,\s*YYYYMMDD/.test(line)) {
        const names = line
          .replace('#', '')
          .split(',')
          .map((name) => name.trim());
        width = names.length;
        columns = names.flatMap((name, at) => (ELEMENTS[name] ? [{ at, name, element: ELEMENTS[name] }] : []));
        continue;
      }
      const place = columns === null && PLACE.exec(line);
      if (place)
        places.set(place[1]!, {
          name: place[5]!.trim(),
          lon: Number(place[2]),
          lat: Number(place[3]),
          heightMetres: Number(place[4]),
        });
      if (columns === null || line.trim() === '' || line.startsWith('#')) continue;
      const cells = line.split(',');
      if (cells.length !== width) {
        part.refuse(row, `it has ${cells.length} columns and the header ${width}`);
        continue;
      }
      const station = cells[0]!.trim();
      let ids = keys.get(station);
      if (!ids) {
        declare(part, station, places.get(station) ?? null, columns);
        ids = columns.map(({ element }) => streamKey(PROVIDER, station, declareProperty(element.property).id));
        keys.set(station, ids);
      }
      readRow(part, row, cells, columns, ids);
      if (part.isFull) yield part.take();
    }
  }
  if (columns === null) throw damaged(source, 'it has no line of column names, which begins with "# STN,YYYYMMDD"');
  yield part.take();
}

function readRow(
  part: PartBuilder,
  row: number,
  cells: readonly string[],
  columns: readonly Column[],
  keys: readonly string[],
): void {
  const day = cells[1]!.trim();
  const hour = Number(cells[2]);
  const midnight = instantOf([day.slice(0, 4), day.slice(4, 6), day.slice(6, 8)].map(Number));
  if (day.length !== 8 || midnight === null || !(Number.isInteger(hour) && hour >= 1 && hour <= 24)) {
    part.refuse(
      row,
      `${day} hour ${cells[2]!.trim()} is no time; a date YYYYMMDD and an hour from 1 to 24 are accepted`,
    );
    return;
  }
  // Hour 5 is from 04:00 to 05:00 UT
  const end = new Date(midnight + hour * HOUR_MS).toISOString();
  const whole = `${new Date(midnight + (hour - 1) * HOUR_MS).toISOString()}/${end}`;
  for (let c = 0; c < columns.length; c++) {
    const { at, name, element } = columns[c]!;
    const text = cells[at]!.trim();
    if (text === '') continue;
    const number = Number(text);
    if (Number.isNaN(number)) part.refuse(row, `${name} is "${text}", which is no number`);
    else if (name !== 'DD' || !NO_DIRECTION.has(number))
      part.observation(
        {
          datastream: { key: keys[c]! },
          phenomenonTime: element.isOfHour ? whole : end,
          // −1: less than half of the smallest step
          result: number === -1 && (name === 'RH' || name === 'SQ') ? 0 : scaled(number, element.factor),
        },
        row,
      );
  }
}

/** Tenths without the noise of binary fractions. */
function scaled(number: number, factor: number): number {
  return factor === 0.1 ? number / 10 : number * factor;
}

function declare(part: PartBuilder, station: string, place: Place | null, columns: readonly Column[]): void {
  part.station(
    declareStation({
      provider: PROVIDER,
      key: station,
      name: place ? `${place.name} (KNMI ${station})` : `KNMI ${station}`,
      description: `Weather station ${station} of KNMI`,
      place: place && { lon: place.lon, lat: place.lat },
      properties: { station, ...(place && { heightMetres: place.heightMetres }) },
      sensor: {
        key: `${PROVIDER}/hourly`,
        name: 'KNMI automatic weather station, hourly',
        description: 'Validated hourly values; series are not homogenised',
        metadata: KNMI_HOURS.documentation,
      },
      streams: columns.map(({ element }): StreamWords => ({ property: element.property, unit: element.unit })),
    }),
  );
}

export const KNMI_HOURS: Feed = {
  id: 'knmi-hours',
  title: 'KNMI, hourly weather',
  licence: 'https://creativecommons.org/licenses/by/4.0/',
  attribution: 'KNMI',
  documentation: 'https://www.knmi.nl/nederland-nu/klimatologie/uurgegevens',
  fits: (head) => /^#?\s*STN\s*,\s*YYYYMMDD\s*,\s*HH\b/m.test(head),
  read,
};
