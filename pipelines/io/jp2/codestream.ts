/**
 * The main header of a JPEG 2000 codestream: the image's and the tiles' rectangles, and how samples are coded.
 * Coordinates lie on the reference grid, whose origin need not be the image's corner.
 * @see ITU-T T.800 annex A
 */
import { PlatformError } from '../../core/errors.ts';

export interface Component {
  readonly bits: number;
  readonly signed: boolean;
  /** Grid points per sample; 1 unless the component is subsampled. */
  readonly stepX: number;
  readonly stepY: number;
}

/** How one component (or, as default, all of them) is cut into resolutions, precincts and code-blocks. */
export interface Coding {
  /** Wavelet decompositions; there are `decompositions + 1` resolutions. */
  readonly decompositions: number;
  /** Exponents of 2 of a code-block's width and height. */
  readonly blockX: number;
  readonly blockY: number;
  /** Exponents of 2 of the precincts' width and height, from the smallest resolution up. */
  readonly precinctX: readonly number[];
  readonly precinctY: readonly number[];
}

export interface TilePartEntry {
  readonly tile: number;
  readonly length: number;
}

export interface CodestreamHeader {
  /** The image area `[x0, x1)` × `[y0, y1)`. */
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Corner of the tile grid and size of its tiles. */
  readonly tileX0: number;
  readonly tileY0: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tilesAcross: number;
  readonly tilesDown: number;
  readonly components: readonly Component[];
  readonly layers: number;
  /** The default, then every component's own where it differs. */
  readonly codings: readonly Coding[];
  /** The SIZ marker segment, marker included. */
  readonly siz: Uint8Array;
  /** The other marker segments that decoding a tile needs, markers included. */
  readonly segments: Uint8Array;
  /** Packet headers of all tiles stand in the main header (PPM): tiles cannot be read alone. */
  readonly packedHeaders: boolean;
  /** Tile-parts in file order out of TLM segments; null where there are none. */
  readonly tileParts: readonly TilePartEntry[] | null;
  /** Bytes of the main header: the first tile-part begins here, counted from SOC. */
  readonly length: number;
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const COD = 0xff52;
const COC = 0xff53;
const TLM = 0xff55;
const PLM = 0xff57;
const PPM = 0xff60;
const CRG = 0xff63;
const COM = 0xff64;
const SOT = 0xff90;
/** Segments about the whole file, or about nothing that decoding needs; SIZ is written anew. */
const LEFT_OUT: ReadonlySet<number> = new Set([SIZ, TLM, PLM, PPM, CRG, COM]);
const MAX_TILES = 65535;

/**
 * @param bytes  The codestream from its SOC marker on, as far as it has been read.
 * @returns null where the header goes on behind `bytes`.
 * @throws {PlatformError} `format-damaged`, naming the file, where the header contradicts itself.
 */
export function parseHeader(bytes: Uint8Array, name: string): CodestreamHeader | null {
  const damaged = (what: string) =>
    new PlatformError(
      'format-damaged',
      `${name} is damaged: ${what} in its JPEG 2000 header; copy or download it again`,
    );
  const split = splitSegments(bytes, damaged);
  if (!split) return null;
  const of = (marker: number) => split.segments.filter((s) => s.marker === marker).map((s) => s.bytes);
  const [siz] = of(SIZ);
  const [cod] = of(COD);
  if (!siz || !cod || split.segments[0]!.marker !== SIZ) throw damaged('the image size or the coding style is missing');
  const size = parseSize(siz);
  if (!size) throw damaged('an impossible image or tile size');
  const coding = parseCod(cod);
  const own = of(COC).map((segment) => parseCoc(segment, size.components.length));
  if (!coding || !own.every((c) => c !== null)) throw damaged('an impossible coding style');
  const lengths = of(TLM);
  return {
    ...size,
    layers: coding.layers,
    codings: [coding.coding, ...own],
    siz: siz.slice(),
    segments: concat(split.segments.filter((s) => !LEFT_OUT.has(s.marker)).map((s) => s.bytes)),
    packedHeaders: of(PPM).length > 0,
    tileParts: lengths.length === 0 ? null : parseTilePartLengths(lengths),
    length: split.length,
  };
}

interface Segment {
  readonly marker: number;
  /** Marker included. */
  readonly bytes: Uint8Array;
}

/** The marker segments before the first tile-part, and where that begins; null where `bytes` end before it. */
function splitSegments(
  bytes: Uint8Array,
  damaged: (what: string) => PlatformError,
): { readonly segments: readonly Segment[]; readonly length: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 2 && view.getUint16(0) !== SOC) throw damaged('no start of codestream');
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = view.getUint16(at);
    if (marker === SOT) return { segments, length: at };
    const end = at + 2 + view.getUint16(at + 2);
    if (marker < 0xff50 || end < at + 4) throw damaged(`an impossible marker at byte ${at}`);
    if (end > bytes.length) return null;
    segments.push({ marker, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return null;
}

function parseSize(segment: Uint8Array) {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  if (segment.length < 43) return null;
  const at = (i: number) => view.getUint32(6 + 4 * i);
  const [x1, y1, x0, y0, tileWidth, tileHeight, tileX0, tileY0] = [0, 1, 2, 3, 4, 5, 6, 7].map(at) as Eight;
  const count = view.getUint16(38);
  if (x1 <= x0 || y1 <= y0 || tileWidth === 0 || tileHeight === 0) return null;
  if (tileX0 > x0 || tileY0 > y0 || tileX0 + tileWidth <= x0 || tileY0 + tileHeight <= y0) return null;
  if (count === 0 || segment.length < 40 + 3 * count) return null;
  const components: Component[] = [];
  for (let c = 0; c < count; c++) {
    const depth = segment[40 + 3 * c]!;
    const component = {
      bits: (depth & 0x7f) + 1,
      signed: depth > 0x7f,
      stepX: segment[41 + 3 * c]!,
      stepY: segment[42 + 3 * c]!,
    };
    if (component.bits > 38 || component.stepX === 0 || component.stepY === 0) return null;
    components.push(component);
  }
  const tilesAcross = Math.ceil((x1 - tileX0) / tileWidth);
  const tilesDown = Math.ceil((y1 - tileY0) / tileHeight);
  if (tilesAcross * tilesDown > MAX_TILES) return null;
  return { x0, y0, x1, y1, tileX0, tileY0, tileWidth, tileHeight, tilesAcross, tilesDown, components };
}

type Eight = [number, number, number, number, number, number, number, number];

function parseCod(segment: Uint8Array): { layers: number; coding: Coding } | null {
  if (segment.length < 14) return null;
  const layers = segment[6]! * 256 + segment[7]!;
  const coding = parseCoding(segment.subarray(9), (segment[4]! & 1) === 1);
  return coding && layers > 0 ? { layers, coding } : null;
}

function parseCoc(segment: Uint8Array, components: number): Coding | null {
  const at = components < 257 ? 5 : 6;
  return segment.length < at + 6 ? null : parseCoding(segment.subarray(at + 1), (segment[at]! & 1) === 1);
}

/** SPcod / SPcoc: decompositions, code-block size, style, wavelet, and a byte per resolution where precincts are given. */
function parseCoding(bytes: Uint8Array, hasPrecincts: boolean): Coding | null {
  const decompositions = bytes[0]!;
  const blockX = bytes[1]! + 2;
  const blockY = bytes[2]! + 2;
  if (decompositions > 32 || blockX > 10 || blockY > 10 || blockX + blockY > 12) return null;
  if (hasPrecincts && bytes.length < 6 + decompositions) return null;
  const precincts = Array.from({ length: decompositions + 1 }, (_, r) => (hasPrecincts ? bytes[5 + r]! : 0xff));
  return {
    decompositions,
    blockX,
    blockY,
    precinctX: precincts.map((p) => p & 15),
    precinctY: precincts.map((p) => p >> 4),
  };
}

/** Entries of all TLM segments in their order; null where one is malformed: the tile-parts are then walked instead. */
function parseTilePartLengths(segments: readonly Uint8Array[]): TilePartEntry[] | null {
  const entries: TilePartEntry[] = [];
  for (const segment of segments.toSorted((a, b) => a[4]! - b[4]!)) {
    const style = segment[5] ?? 0xff;
    const indexBytes = (style >> 4) & 3;
    const lengthBytes = (style & 0x40) === 0 ? 2 : 4;
    const step = indexBytes + lengthBytes;
    if (segment.length < 6 || indexBytes === 3 || (segment.length - 6) % step !== 0) return null;
    for (let at = 6; at < segment.length; at += step) {
      const tile = indexBytes === 0 ? entries.length : bigEndian(segment, at, indexBytes);
      entries.push({ tile, length: bigEndian(segment, at + indexBytes, lengthBytes) });
    }
  }
  return entries;
}

function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
