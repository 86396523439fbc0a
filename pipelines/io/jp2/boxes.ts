/**
 * The boxes around a JPEG 2000 codestream, as far as a raster reader needs them.
 * @see ITU-T T.800 annex I (boxes), OGC 08-085r5 (GML in JPEG 2000)
 */
import { PlatformError } from '../../core/errors.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { readExactly } from '../byte-source/byte-source.ts';
import type { CodestreamSpan } from './tile-parts.ts';

export interface Jp2Boxes {
  readonly codestream: CodestreamSpan;
  /** The degenerate GeoTIFF of a GeoJP2 UUID box. */
  readonly geoTiff: Uint8Array | null;
  /** GML texts out of `gml.data` associations. */
  readonly gml: readonly string[];
}

interface Box {
  readonly type: string;
  readonly start: number;
  /** Null: to the end of the file. */
  readonly end: number | null;
}

const SOC_SIZ = 0xff4fff51;
const SIGNATURE = 'jP  ';
const GEOJP2_UUID = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03';
/** Boxes that describe are small; what claims more than this is not read. */
const MAX_DESCRIPTION_BYTES = 4 * 1024 * 1024;
const MAX_BOXES = 1000;
const MAX_DEPTH = 4;

/** Do these first bytes (12 or more) begin a JP2 file or a bare codestream? */
function isJp2(head: Uint8Array): boolean {
  if (head.length < 12) return false;
  const view = viewOf(head);
  return view.getUint32(0) === SOC_SIZ || (view.getUint32(0) === 12 && ascii(head, 4) === SIGNATURE);
}

/**
 * @throws {PlatformError} `format-unknown` where the file is no JPEG 2000, `format-damaged` where its boxes contradict
 *   each other or hold no codestream.
 */
export async function readBoxes(source: ByteSource, signal?: AbortSignal): Promise<Jp2Boxes> {
  const head = await source.read(0, 12, signal);
  if (!isJp2(head)) throw new PlatformError('format-unknown', `${source.name} is not a JPEG 2000 file`);
  if (viewOf(head).getUint32(0) === SOC_SIZ) return { codestream: { start: 0, end: null }, geoTiff: null, gml: [] };

  let geoTiff: Uint8Array | null = null;
  const gml: string[] = [];
  let position = 0;
  for (let i = 0; i < MAX_BOXES; i++) {
    const box = await readBoxHead(source, position, signal);
    if (box === null) break;
    if (box.type === 'jp2c') return { codestream: { start: box.start, end: box.end }, geoTiff, gml };
    if (
      (box.type === 'uuid' || box.type === 'asoc') &&
      box.end !== null &&
      box.end - box.start <= MAX_DESCRIPTION_BYTES
    ) {
      const bytes = await readExactly(source, box.start, box.end - box.start, signal);
      if (box.type === 'asoc') collectGml(bytes, gml);
      else if (hex(bytes.subarray(0, 16)) === GEOJP2_UUID) geoTiff = bytes.slice(16);
    }
    if (box.end === null) break;
    position = box.end;
  }
  throw new PlatformError(
    'format-damaged',
    `${source.name} has no codestream (jp2c box): it is truncated or not an image`,
  );
}

async function readBoxHead(source: ByteSource, position: number, signal?: AbortSignal): Promise<Box | null> {
  const head = await source.read(position, 16, signal);
  if (head.length === 0) return null;
  const box = head.length < 8 ? null : parseBoxHead(head, position);
  const size = source.size ?? Infinity;
  // A codestream that ends too early is reported tile by tile; any other box must be whole.
  if (box === null || (box.type !== 'jp2c' && (box.end ?? 0) > size))
    throw new PlatformError(
      'format-damaged',
      `${source.name} has a damaged box at byte ${position}; copy or download it again`,
    );
  return box;
}

/** The box that begins with these bytes; null where its length cannot be. */
function parseBoxHead(bytes: Uint8Array, position: number): Box | null {
  const view = viewOf(bytes);
  const length = view.getUint32(0);
  const type = ascii(bytes, 4);
  if (length === 0) return { type, start: position + 8, end: null };
  if (length >= 8) return { type, start: position + 8, end: position + length };
  if (length !== 1 || bytes.length < 16) return null;
  const long = Number(view.getBigUint64(8));
  return long >= 16 && Number.isSafeInteger(position + long)
    ? { type, start: position + 16, end: position + long }
    : null;
}

/** GML lies in `xml ` boxes of (nested) associations whose label begins with `gml`. */
function collectGml(bytes: Uint8Array, into: string[], depth = 0): void {
  if (depth > MAX_DEPTH) return;
  let position = 0;
  while (position + 8 <= bytes.length) {
    const box = parseBoxHead(bytes.subarray(position), position);
    if (box === null) return;
    const end = Math.min(box.end ?? bytes.length, bytes.length);
    const content = bytes.subarray(box.start, end);
    if (box.type === 'asoc') collectGml(content, into, depth + 1);
    if (box.type === 'xml ') into.push(new TextDecoder().decode(content).replace(/\0+$/, ''));
    position = end;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
