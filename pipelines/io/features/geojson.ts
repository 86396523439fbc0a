/**
 * GeoJSON of any size.
 * @see RFC 7946 GeoJSON, RFC 8142 GeoJSON Text Sequences, https://stevage.github.io/ndgeojson/; GeoJSON 2008 for `crs`
 */
import { PlatformError } from '../../core/errors.ts';
import { createTransform, parseCrs } from '../../core/grid/crs.ts';
import { brief, isRecord } from '../../core/vector/feature.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { joined, readChunks } from './chunks.ts';
import type { ChunkOptions } from './chunks.ts';
import { JsonSplitter } from './json-splitter.ts';
import type { CoordinateReading, FeatureSink } from './read-features.ts';
import { reprojectGeometry } from './reproject.ts';
import type { Reprojection } from './reproject.ts';

const NEW_LINE = 0x0a;
/** In front of each value of a GeoJSON text sequence. */
export const RECORD_SEPARATOR = '\u001e';
const CRS_KEY = '"crs"';
const DECODER = new TextDecoder();

const GEOMETRIES = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
]);

/**
 * @returns the EPSG code of the coordinates: as the user says, or the `crs` member, else WGS 84.
 * @throws {PlatformError} `format-unknown`, `format-damaged`, `crs-unsupported`
 */
export async function readGeoJson(
  source: ByteSource,
  sink: FeatureSink,
  { epsg, asStored }: CoordinateReading,
  options: ChunkOptions,
): Promise<number> {
  const first = await source.read(0, FIRST_BYTES);
  const areLines = isLines(first);
  const code = epsg ?? (areLines ? null : (crsInFront(first) ?? (await findCrsMember(source, options)))) ?? 4326;
  const project = asStored ? null : reprojection(code);
  if (areLines) await readLines(source, featureTaker(sink, 'line', project), options);
  else await readDocument(source, featureTaker(sink, 'feature', project), options);
  return code;
}

/** As much as shows whether the file is lines: a first line longer than that is read as a document. */
const FIRST_BYTES = 1 << 20;

function isLines(first: Uint8Array): boolean {
  const text = DECODER.decode(first).replaceAll(RECORD_SEPARATOR, ' ').trimStart();
  const end = text.indexOf('\n');
  if (end < 0) return false;
  const value = parsed(text.slice(0, end));
  return isRecord(value) && (value['type'] === 'Feature' || GEOMETRIES.has(value['type'] as string));
}

type Take = (value: unknown, ordinal: number) => void;

/** Hands a parsed Feature or geometry on; says of anything else that it is none. */
function featureTaker(sink: FeatureSink, place: string, project: Reprojection | null): Take {
  return (value, ordinal) => {
    if (!isRecord(value))
      sink.refuse(place, ordinal, value === undefined ? 'it is not valid JSON' : 'it is no feature');
    else if (value['type'] === 'Feature') {
      if (project) reprojectGeometry(value['geometry'], project);
      sink.feature(value, place, ordinal);
    } else if (GEOMETRIES.has(value['type'] as string)) {
      if (project) reprojectGeometry(value, project);
      sink.feature({ geometry: value }, place, ordinal);
    } else sink.refuse(place, ordinal, `its type ${brief(value['type'])} is neither Feature nor a geometry`);
  };
}

/** One value a line: the common case, and twice as fast as to look for the ends of values. */
async function readLines(source: ByteSource, take: Take, options: ChunkOptions): Promise<void> {
  let line = 0;
  let rest: Uint8Array = new Uint8Array(0);
  const takeAll = (bytes: Uint8Array) => {
    const text = DECODER.decode(bytes);
    for (let from = 0; from < text.length; line++) {
      const end = text.indexOf('\n', from);
      const value = text.slice(from, end < 0 ? text.length : end).replace(RECORD_SEPARATOR, '');
      if (value.trim() !== '') take(parsed(value), line + 1);
      from = end < 0 ? text.length : end + 1;
    }
  };
  for await (const chunk of readChunks(source, options)) {
    const end = chunk.lastIndexOf(NEW_LINE) + 1;
    if (end === 0) rest = joined(rest, chunk);
    else {
      takeAll(joined(rest, chunk.subarray(0, end)));
      rest = chunk.slice(end);
    }
  }
  takeAll(rest);
}

async function readDocument(source: ByteSource, take: Take, options: ChunkOptions): Promise<void> {
  let count = 0;
  let isCollection = false;
  await split(source, options, {
    element: (text) => {
      isCollection = true;
      take(parsed(text), ++count);
    },
    shell: (text) => {
      const value = parsed(text);
      if (value === undefined) throw notGeoJson(source, 'damaged', 'its text is not valid JSON');
      const type = isRecord(value) ? value['type'] : undefined;
      if (type === 'Feature' || GEOMETRIES.has(type as string)) take(value, ++count);
      else if (type !== 'FeatureCollection' && !isCollection)
        throw notGeoJson(source, 'unknown', `its type ${brief(type)} is none of GeoJSON's`);
    },
  });
}

/** The code of a `crs` member in front of the features, where most writers put it; null where none is seen. */
function crsInFront(first: Uint8Array): number | null {
  const text = DECODER.decode(first);
  const end = text.search(/"features"\s*:\s*\[/);
  const value = end < 0 ? undefined : parsed(`${text.slice(0, end)}"features":[]}`);
  return isRecord(value) && isRecord(value['crs']) ? codeOf(value['crs']) : null;
}

/** The code of the `crs` member, which may stand behind the features; null where there is none. */
async function findCrsMember(source: ByteSource, options: ChunkOptions): Promise<number | null> {
  if (!(await mentionsCrs(source, options))) return null;
  let code: number | null = null;
  await split(source, options, {
    element: () => {},
    shell: (text) => {
      const value = parsed(text);
      const crs = isRecord(value) ? value['crs'] : undefined;
      if (isRecord(crs)) code = codeOf(crs);
    },
  });
  return code;
}

function codeOf(crs: Readonly<Record<string, unknown>>): number {
  const properties = crs['properties'];
  const name = isRecord(properties) ? (properties['name'] ?? properties['code']) : undefined;
  return parseCrs(typeof name === 'string' || typeof name === 'number' ? String(name) : brief(crs));
}

/** A quick look that spares nearly every file a second reading. */
async function mentionsCrs(source: ByteSource, { signal }: ChunkOptions): Promise<boolean> {
  let tail: Uint8Array = new Uint8Array(0);
  for await (const chunk of readChunks(source, signal ? { signal } : {})) {
    if (Buffer.from(joined(tail, chunk)).includes(CRS_KEY)) return true;
    tail = chunk.slice(-CRS_KEY.length);
  }
  return false;
}

async function split(
  source: ByteSource,
  options: ChunkOptions,
  parts: ConstructorParameters<typeof JsonSplitter>[0],
): Promise<void> {
  const splitter = new JsonSplitter(parts);
  let isEmpty = true;
  try {
    for await (const chunk of readChunks(source, options)) {
      splitter.push(chunk);
      isEmpty = false;
    }
    splitter.end();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notGeoJson(source, 'damaged', error.message, error);
  }
  if (isEmpty) throw notGeoJson(source, 'unknown', 'it is empty');
}

function notGeoJson(source: ByteSource, how: 'unknown' | 'damaged', what: string, cause?: unknown): PlatformError {
  return new PlatformError(`format-${how}`, `${source.name} cannot be read as GeoJSON: ${what}`, {
    detail: { path: source.name },
    cause,
  });
}

function reprojection(epsg: number): Reprojection | null {
  if (epsg === 4326) return null;
  const transform = createTransform(epsg, 4326);
  return (x, y) => transform.point(x, y);
}

/** undefined where the text is not JSON, which itself has no such value. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
