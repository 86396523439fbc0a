/** A table of observations into the database: by the mapping that is given, else by what its content shows it to be. */
import type { FileHandle } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { FeedPart, ReadPayloadOptions, RefusedRow } from '../feeds/feed.ts';
import { recogniseFeed } from '../feeds/registry.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { openByteSource } from '../io/byte-source/open.ts';
import { writeOutputFile } from '../io/output-file.ts';
import { doorOf } from '../sensors/door-of.ts';
import type { ObservationMapping } from '../sensors/mapping.ts';
import { parseMapping } from '../sensors/mapping.ts';
import { readMapped } from '../sensors/map-rows.ts';
import type { IngestOptions, IngestResult } from './ingest.ts';
import type { PutCounts, PutOptions } from './put-parts.ts';
import { putParts } from './put-parts.ts';

/** So many refused rows are told with the result; a file takes all. */
const TOLD = 100;

/** @throws {PlatformError} where the mapping or the table as a whole cannot be read, and what the door throws */
export async function ingestObservations(
  database: Database,
  input: string,
  options: IngestOptions,
): Promise<IngestResult> {
  const mapping = options.mapping === undefined ? null : await loadMapping(options.mapping);
  const source = await openByteSource(input, options.signal ? { signal: options.signal } : {});
  try {
    const name = options.name ?? basename(input.replace(/[?#].*$/, ''), extname(input));
    const { parts, title, terms } = await openParts(source, { mapping, name, options });
    const refusals: RefusedRow[] = [];
    const put = (onRefused: (row: RefusedRow) => Promise<void> | void) =>
      putParts(database, doorOf(database), parts, {
        signal: options.signal,
        terms,
        onRefused: (row) => {
          if (refusals.length < TOLD) refusals.push(row);
          return onRefused(row);
        },
      });
    const counts = options.refused === undefined ? await put(() => {}) : await listing(options.refused, put);
    return toResult(input, name, { counts, refusals, title });
  } finally {
    await source.close();
  }
}

async function loadMapping(path: string): Promise<ObservationMapping> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError('usage', `The mapping ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  });
  return parseMapping(text, path);
}

interface Opened {
  readonly parts: AsyncIterable<FeedPart>;
  readonly title: string;
  readonly terms: PutOptions['terms'];
}

async function openParts(
  source: ByteSource,
  { mapping, name, options }: { mapping: ObservationMapping | null; name: string; options: IngestOptions },
): Promise<Opened> {
  const { signal, progress } = options;
  progress?.stage(`Observations of ${source.name}`, source.size ?? undefined);
  const reading: ReadPayloadOptions = { signal, advance: (bytes) => progress?.advance(bytes) };
  if (mapping)
    return { parts: readMapped(source, mapping, name, reading), title: 'by its mapping', terms: termsOf(mapping) };
  const feed = await recogniseFeed(source, signal);
  return {
    parts: feed.read(source, reading),
    title: `taken for ${feed.title}`,
    terms: { licence: feed.licence, attribution: feed.attribution },
  };
}

function termsOf({ source }: ObservationMapping): PutOptions['terms'] {
  return source && { licence: source.licence ?? '', attribution: source.attribution ?? source.title ?? '' };
}

type Put = (onRefused: (row: RefusedRow) => Promise<void>) => Promise<PutCounts>;

/** All refused rows as CSV; the file is there under its name when the table has been read. */
function listing(path: string, put: Put): Promise<PutCounts> {
  return writeOutputFile(path, async ({ handle }) => {
    const list = createList(handle);
    const counts = await put((row) => list.add(row));
    await list.flush();
    return counts;
  });
}

function createList(handle: FileHandle) {
  let text = 'row,reason\n';
  const flush = async () => {
    await handle.appendFile(text);
    text = '';
  };
  return {
    flush,
    async add({ row, reason }: RefusedRow) {
      text += `${row},"${reason.replaceAll('"', '""')}"\n`;
      if (text.length > 1 << 16) await flush();
    },
  };
}

function toResult(
  input: string,
  id: string,
  { counts, refusals, title }: { counts: PutCounts; refusals: readonly RefusedRow[]; title: string },
): IngestResult {
  const { added, known, refused, things, datastreams } = counts;
  const told = [
    `${added} added`,
    ...(known > 0 ? [`${known} known`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
  ];
  const first = refusals[0];
  return {
    input,
    kind: 'observations',
    id,
    status: added > 0 || things > 0 ? 'added' : refused > 0 && known === 0 ? 'refused' : 'known',
    reason: first ? `${told.join(', ')}; row ${first.row}: ${first.reason}` : told.join(', '),
    notes: [title, ...(things + datastreams > 0 ? [`it made ${things} stations and ${datastreams} datastreams`] : [])],
    rows: { added, known, refused },
    refusals,
  };
}
