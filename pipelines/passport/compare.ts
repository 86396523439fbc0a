/** Two products: are they the same, and if not, where do they part? */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/passport/canonical.ts';
import type { Json } from '../core/passport/passport.ts';
import { split } from '../core/grid/window.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { openByteSource } from '../io/byte-source/open.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterSource } from '../io/raster-source.ts';
import type { Section } from '../io/pmtiles/header.ts';
import { openArchive } from '../io/pmtiles/reader.ts';
import { digestOf } from './digest.ts';
import { EMBEDDED_KEY } from './sidecar.ts';

/** Where two products differ; `largest` is known for rasters of the same shape. */
export interface Difference {
  /** One sentence. */
  readonly sentence: string;
  /** Largest difference of two values; Infinity where one is valid and the other is not. */
  readonly largest: number | null;
}

/** @returns null where both hold the same bytes; an archive's own passport aside, which another code version words anew */
export async function compareProducts(before: string, after: string, signal?: AbortSignal): Promise<Difference | null> {
  if (before.toLowerCase().endsWith('.pmtiles')) return compareArchives(before, after, signal);
  const [a, b] = [await digestOf(before, signal), await digestOf(after, signal)];
  if (a.sha256 === b.sha256) return null;
  return (/\.tiff?$/i.test(before) && (await compareRasters(before, after, signal))) || compareBytes(before, after);
}

const WINDOW = 1024;

/** @returns null where all values are the same, so that only their packing differs */
async function compareRasters(before: string, after: string, signal?: AbortSignal): Promise<Difference | null> {
  const [a, b] = [await openRaster(before), await openRaster(after)];
  try {
    const { width, height, bands } = a.info;
    if (width !== b.info.width || height !== b.info.height || bands.length !== b.info.bands.length)
      return {
        sentence: `it has ${describe(b)} instead of ${describe(a)}`,
        largest: null,
      };
    const found = { count: 0, largest: 0, first: '' };
    for (const window of split(width, height, WINDOW)) {
      checkAborted(signal);
      const [x, y] = [await a.read(window), await b.read(window)];
      for (const [band, { scale, offset }] of bands.entries()) {
        const other = b.info.bands[band]!;
        const [p, q] = [x[band]!, y[band]!];
        for (let i = 0; i < p.data.length; i++) {
          const u = p.mask?.[i] === 0 ? NaN : p.data[i]! * scale + offset;
          const v = q.mask?.[i] === 0 ? NaN : q.data[i]! * other.scale + other.offset;
          if (Object.is(u, v) || u === v) continue;
          const size = Number.isNaN(u) || Number.isNaN(v) ? Infinity : Math.abs(u - v);
          if (found.count++ === 0) {
            const at = `column ${window.col + (i % window.width)}, row ${window.row + Math.floor(i / window.width)}`;
            const of = bands.length === 1 ? '' : ` of band ${band + 1}`;
            found.first = `${at}${of}: ${word(v)} instead of ${word(u)}`;
          }
          found.largest = Math.max(found.largest, size);
        }
      }
    }
    if (found.count === 0) return null;
    const share = `${found.count} of ${width * height * bands.length} values`;
    const most = found.largest === Infinity ? 'some of them valid in one only' : `by ${found.largest} at most`;
    return { sentence: `${share} differ, ${most}; the first at ${found.first}`, largest: found.largest };
  } finally {
    await a.close();
    await b.close();
  }
}

function describe({ info: { width, height, bands } }: RasterSource): string {
  return `${width} × ${height} pixels and ${bands.length} ${bands.length === 1 ? 'band' : 'bands'}`;
}

function word(value: number): string {
  return Number.isNaN(value) ? 'no value' : String(value);
}

const PIECE_BYTES = 1 << 20;

async function compareBytes(before: string, after: string): Promise<Difference> {
  const [a, b] = [await openByteSource(before), await openByteSource(after)];
  try {
    for (let at = 0; ; at += PIECE_BYTES) {
      const [x, y] = [await a.read(at, PIECE_BYTES), await b.read(at, PIECE_BYTES)];
      const size = Math.max(x.length, y.length);
      for (let i = 0; i < size; i++)
        if (x[i] !== y[i])
          return {
            sentence: `the bytes differ from byte ${at + i} on (${a.size} bytes before, ${b.size} now)`,
            largest: null,
          };
      if (size < PIECE_BYTES) throw new RangeError(`${before} and ${after} hold the same bytes`);
    }
  } finally {
    await a.close();
    await b.close();
  }
}

/** Sections stand at places that depend on the length of the metadata, and with it of the passport: their contents count. */
async function compareArchives(before: string, after: string, signal?: AbortSignal): Promise<Difference | null> {
  const [a, b] = [await describeArchive(before, signal), await describeArchive(after, signal)];
  for (const [name, content] of Object.entries(a))
    if (content !== b[name]) return { sentence: `its ${name} differ`, largest: null };
  return null;
}

async function describeArchive(path: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
  const archive = await openArchive(path);
  await archive.close();
  const { root, metadata: _metadata, leaves, tileData, ...numbers } = archive.header;
  const { [EMBEDDED_KEY]: _passport, ...metadata } = archive.metadata;
  const source = await openByteSource(path);
  try {
    return {
      tiles: await digestOfSection(source, tileData, signal),
      directories: (await digestOfSection(source, root, signal)) + (await digestOfSection(source, leaves, signal)),
      metadata: canonicalJson(metadata as Json),
      'header fields': canonicalJson({ ...numbers } as unknown as Json),
    };
  } finally {
    await source.close();
  }
}

async function digestOfSection(
  source: ByteSource,
  { offset, length }: Section,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < length; at += PIECE_BYTES)
    hash.update(await source.read(offset + at, Math.min(PIECE_BYTES, length - at), signal));
  return hash.digest('hex');
}
