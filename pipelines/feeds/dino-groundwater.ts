/**
 * Groundwater levels of DINO (TNO, Geological Survey of the Netherlands): one file per filter of a well. Two shapes are in
 * use: levels below the ground with dates `1972/11/28`, and levels against NAP beside others with dates `28-11-1972`.
 */
import { createTransform } from '../core/grid/crs.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { instantOf } from '../sensors/time-format.ts';
import { declareStation, streamKey } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { damaged, readLines } from './payload.ts';

const PROVIDER = 'dino';
const PROPERTY = 'groundwater_level';

interface Table {
  readonly column: (name: RegExp) => number;
}

function tableOf(header: string): Table {
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  return { column: (name) => names.findIndex((candidate) => name.test(candidate)) };
}

interface Well {
  readonly location: string;
  readonly filter: string;
  /** Metres of EPSG:28992. */
  readonly x: number;
  readonly y: number;
  /** Above NAP, in centimetres; NaN: not known. */
  readonly groundCm: number;
  /** Since when the ground is there, milliseconds. */
  readonly from: number;
}

/** Times of measurement are of a day; readers of the clock wrote winter time, UTC+1. */
const ZONE_MS = 3_600_000;

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const part = new PartBuilder();
  const wells: Well[] = [];
  let section: 'head' | 'wells' | 'levels' = 'head';
  let table = tableOf('');
  const declared = new Set<string>();
  let row = 0;
  for await (const lines of readLines(source, 'windows-1252', options)) {
    for (const line of lines) {
      row++;
      const cells = line.split(',');
      if (/^locatie,/i.test(line)) {
        section = /,(peil ?datum)/i.test(line) ? 'levels' : 'wells';
        table = tableOf(line);
        continue;
      }
      if (cells[0]!.trim() === '' || section === 'head') continue;
      if (section === 'wells') {
        wells.push(wellOf(cells, table));
        continue;
      }
      readLevel(part, row, cells, table, wells, declared);
      if (part.isFull) yield part.take();
    }
  }
  if (section !== 'levels') throw damaged(source, 'it has no table of levels (a column "Peildatum")');
  yield part.take();
}

function wellOf(cells: readonly string[], table: Table): Well {
  const number = (name: RegExp) => {
    const text = cells[table.column(name)]?.trim();
    return text === undefined || text === '' ? Number.NaN : Number(text);
  };
  return {
    location: cells[0]!.trim(),
    filter: cells[1]!.trim(),
    x: number(/^x-co/),
    y: number(/^y-co/),
    groundCm: number(/^maaiveld (nap|\(cm)/),
    from: timeOf(cells[table.column(/^start ?datum/)] ?? '') ?? Number.NEGATIVE_INFINITY,
  };
}

function readLevel(
  part: PartBuilder,
  row: number,
  cells: readonly string[],
  table: Table,
  wells: readonly Well[],
  declared: Set<string>,
): void {
  const location = cells[0]!.trim();
  const filter = cells[1]!.trim();
  const text = cells[table.column(/^peil ?datum/)] ?? '';
  const time = timeOf(text);
  if (time === null) return part.refuse(row, `"${text}" is no date`);
  const againstNap = table.column(/^stand \(cm t\.o\.v\. nap/);
  const belowGround = table.column(/^stand \((cm t\.o\.v\. )?mv/);
  const level = (cells[againstNap >= 0 ? againstNap : belowGround] ?? '').trim();
  if (level === '') return; // dry, or not measured: a remark says which
  const own = wells.filter((well) => well.location === location && well.filter === filter);
  const cm = againstNap >= 0 ? Number(level) : groundAt(own, time) - Number(level);
  if (Number.isNaN(cm))
    return part.refuse(
      row,
      Number.isNaN(Number(level))
        ? `"${level}" is no number`
        : 'the height of the ground is not known, so that the level against NAP is not',
    );
  const key = streamKey(PROVIDER, location, PROPERTY, filter);
  if (!declared.has(key)) {
    declared.add(key);
    declare(part, location, filter, own.at(-1));
  }
  const remark = (cells[table.column(/^bijzonderheid/)] ?? '').trim();
  part.observation(
    {
      datastream: { key },
      phenomenonTime: new Date(time).toISOString(),
      result: cm / 100,
      unit: 'm',
      ...(remark !== '' && { parameters: { remark } }),
    },
    row,
  );
}

/** The ground as it was then: it is surveyed again when a well is. */
function groundAt(wells: readonly Well[], time: number): number {
  return (wells.findLast(({ from }) => from <= time) ?? wells[0])?.groundCm ?? Number.NaN;
}

const TIME = /^(?:(\d{4})\/(\d{2})\/(\d{2})|(\d{2})-(\d{2})-(\d{4}))(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/;

function timeOf(text: string): number | null {
  const match = TIME.exec(text.trim());
  if (!match) return null;
  const [, y1, m1, d1, d2, m2, y2, ...clock] = match;
  const time = instantOf([y1 ?? y2, m1 ?? m2, d1 ?? d2, ...clock].map((part: string | undefined) => Number(part ?? 0)));
  return time === null ? null : time - ZONE_MS;
}

const toLonLat = createTransform(28992, 4326);

function declare(part: PartBuilder, location: string, filter: string, well: Well | undefined): void {
  const at = well && Number.isFinite(well.x) && Number.isFinite(well.y) ? toLonLat.point(well.x, well.y) : null;
  part.station(
    declareStation({
      provider: PROVIDER,
      key: location,
      name: location,
      description: `Groundwater well ${location} of DINO`,
      place: at && { lon: at[0], lat: at[1] },
      ...(well && { properties: { groundAboveNapMetres: well.groundCm / 100 } }),
      sensor: {
        key: `${PROVIDER}/level`,
        name: 'Groundwater level',
        description: 'Read by hand or by a pressure logger, as DINO keeps it',
        metadata: DINO_GROUNDWATER.documentation,
      },
      streams: [{ property: PROPERTY, unit: 'm', variant: filter, properties: { filter, datum: 'NAP' } }],
    }),
  );
}

export const DINO_GROUNDWATER: Feed = {
  id: 'dino-groundwater',
  title: 'DINO, groundwater levels',
  licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
  attribution: 'TNO, Geological Survey of the Netherlands',
  documentation: 'https://www.dinoloket.nl/',
  fits: (head) => head.startsWith('Titel:') && /^locatie,filternummer,/im.test(head),
  read,
};
