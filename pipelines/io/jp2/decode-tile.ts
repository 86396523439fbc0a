/** One tile at one resolution level: its bytes → samples, each component an array of its own. */
import { PlatformError } from '../../core/errors.ts';
import type { Samples } from '../../core/raster/block.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { readExactly } from '../byte-source/byte-source.ts';
import type { ReadLimits } from '../raster-source.ts';
import { decodeCodestream } from './codec.ts';
import type { Coding, CodestreamHeader, Component } from './codestream.ts';
import type { SingleTile } from './single-tile.ts';
import { toSingleTile } from './single-tile.ts';
import type { TilePart } from './tile-parts.ts';

const EOC = new Uint8Array([0xff, 0xd9]);
const SOT_BYTES = 12;
const MARKER = { COD: 0xff52, COC: 0xff53, SOD: 0xff93 } as const;
/** Code-blocks and precincts of one tile, and packets: each costs the codec some 100 bytes before a pixel is decoded. */
const MAX_CELLS = 2 ** 20;
const MAX_PACKETS = 2 ** 24;

/**
 * @param parts  The tile's parts; at least one.
 * @returns one array per component, row-major, of the tile's size at that level.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`, `too-large`, each naming file and tile.
 */
export async function decodeTile(
  source: ByteSource,
  header: CodestreamHeader,
  tile: number,
  parts: readonly TilePart[],
  level: number,
  limits: ReadLimits,
): Promise<Samples[]> {
  const single = toSingleTile(header, tile, source.name);
  const [component] = header.components as [Component];
  checkSize(source.name, header, single, parts, level, limits);
  const pieces = [single.head];
  for (const part of parts) {
    const bytes = await readExactly(source, part.start, part.length);
    checkTilePart(bytes, source.name, tile);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setUint16(4, single.index);
    view.setUint32(6, bytes.length);
    pieces.push(bytes);
  }
  pieces.push(EOC);
  const decoded = await decodeCodestream(pieces, level).catch((error: Error) => {
    throw new PlatformError(
      'format-damaged',
      `${source.name} is damaged: tile ${tile} of its JPEG 2000 image cannot be decoded (${error.message}); copy or download it again`,
      {
        detail: { path: source.name, tile },
        cause: error,
      },
    );
  });
  const stored = component.bits > 8 ? new Uint16Array(decoded.buffer) : new Uint8Array(decoded.buffer);
  const scale = 2 ** level;
  const stride = Math.ceil((single.x + single.width) / scale);
  const left = Math.ceil(single.x / scale);
  const top = Math.ceil(single.y / scale);
  const width = stride - left;
  const height = Math.ceil((single.y + single.height) / scale) - top;
  const count = header.components.length;
  if (stored.length !== stride * (top + height) * count)
    throw new PlatformError(
      'format-damaged',
      `${source.name} is damaged: tile ${tile} of its JPEG 2000 image has another size than its header says`,
    );
  return header.components.map((_, c) => crop(stored, { count, c, stride, left, top, width, height }, component));
}

interface Crop {
  readonly count: number;
  readonly c: number;
  readonly stride: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The tile out of the small image around it; signed samples get their sign back (see `toSingleTile`). */
function crop(stored: Uint8Array | Uint16Array, area: Crop, { bits, signed }: Component): Samples {
  const { count, c, stride, left, top, width, height } = area;
  if (!signed && count === 1 && left === 0 && width === stride) return top === 0 ? stored : stored.slice(top * stride);
  const out = signed
    ? bits > 8
      ? new Int16Array(width * height)
      : new Int8Array(width * height)
    : bits > 8
      ? new Uint16Array(width * height)
      : new Uint8Array(width * height);
  const shift = signed ? 2 ** (bits - 1) : 0;
  for (let row = 0, to = 0; row < height; row++) {
    let from = ((top + row) * stride + left) * count + c;
    for (const end = to + width; to < end; to++, from += count) out[to] = stored[from]! - shift;
  }
  return out;
}

/** Refuses what would take much memory for few bytes, before the codec sees it. */
function checkSize(
  name: string,
  header: CodestreamHeader,
  single: SingleTile,
  parts: readonly TilePart[],
  level: number,
  limits: ReadLimits,
): void {
  const width = Math.ceil((single.x + single.width) / 2 ** level);
  const height = Math.ceil((single.y + single.height) / 2 ** level);
  const sampleBytes = header.components[0]!.bits > 8 ? 2 : 1;
  const bytes = width * height * header.components.length * sampleBytes;
  const stored = parts.reduce((sum, part) => sum + part.length, 0);
  const cells = cellsOf(single, header.codings[0]!) * header.components.length;
  const packets = cells * header.layers;
  if (Math.max(bytes, stored) <= limits.maxBlockBytes && cells <= MAX_CELLS && packets <= MAX_PACKETS) return;
  throw new PlatformError(
    'too-large',
    `${name} has JPEG 2000 tiles of ${single.width} × ${single.height} pixels that need more than the ${Math.floor(limits.maxBlockBytes / 2 ** 20)} MB a block may take; convert it to smaller tiles`,
    { detail: { path: name, bytes, stored, cells, packets, limit: limits.maxBlockBytes } },
  );
}

/** About as many code-blocks and precincts as the codec makes for a tile's component. */
function cellsOf({ width, height }: SingleTile, coding: Coding): number {
  let cells = 0;
  for (let r = 0; r <= coding.decompositions; r++) {
    const scale = 2 ** (coding.decompositions - r);
    const [px, py] = [coding.precinctX[r]!, coding.precinctY[r]!];
    const across = (exponent: number) => Math.ceil(width / scale / 2 ** exponent) + 1;
    const down = (exponent: number) => Math.ceil(height / scale / 2 ** exponent) + 1;
    cells += across(px) * down(py) + across(Math.min(coding.blockX, px)) * down(Math.min(coding.blockY, py));
  }
  return cells;
}

/** A tile may override the image's coding style; the small image's place was chosen for the image's. */
function checkTilePart(bytes: Uint8Array, name: string, tile: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SOT_BYTES; at + 2 <= bytes.length;) {
    const marker = view.getUint16(at);
    if (marker === MARKER.SOD) return;
    if (marker === MARKER.COD || marker === MARKER.COC)
      throw new PlatformError(
        'format-unsupported',
        `${name} codes its JPEG 2000 tile ${tile} unlike the others, which is not read; convert it to a GeoTIFF`,
      );
    if (at + 4 > bytes.length) break;
    at += 2 + view.getUint16(at + 2);
  }
  throw new PlatformError(
    'format-damaged',
    `${name} is damaged: tile ${tile} of its JPEG 2000 image has no data; copy or download it again`,
  );
}
