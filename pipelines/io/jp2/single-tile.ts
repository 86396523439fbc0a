/**
 * One tile of a codestream as a codestream of its own, so that a codec that only decodes whole images decodes that
 * tile and nothing else.
 *
 * The tile may not simply move to the origin: the wavelet's phase, the precincts and the code-blocks are all counted
 * from the origin of the reference grid. It moves to the nearest place where all of these fall as they did, inside an
 * image of at most 2 × 2 tiles of which it is the last and the only one that is there. (The codec's wrapper takes the
 * image's far corner for its size, so the image itself must begin at 0.)
 * @see ITU-T T.800 annex B (how the grid is partitioned)
 */
import { PlatformError } from '../../core/errors.ts';
import type { Coding, CodestreamHeader } from './codestream.ts';

/** A tile's rectangle on the reference grid. */
export interface TileRect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface SingleTile {
  /** SOC, SIZ and all other main header segments. */
  readonly head: Uint8Array;
  /** The tile's index in the small image. */
  readonly index: number;
  /** Its corner there; the small image ends where the tile ends. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function tileRect(header: CodestreamHeader, tile: number): TileRect {
  const col = tile % header.tilesAcross;
  const row = (tile - col) / header.tilesAcross;
  const left = header.tileX0 + col * header.tileWidth;
  const top = header.tileY0 + row * header.tileHeight;
  return {
    x0: Math.max(left, header.x0),
    y0: Math.max(top, header.y0),
    x1: Math.min(left + header.tileWidth, header.x1),
    y1: Math.min(top + header.tileHeight, header.y1),
  };
}

/** @throws {PlatformError} `format-unsupported` where there is no such place (an image offset no writer we know of makes). */
export function toSingleTile(header: CodestreamHeader, tile: number, name: string): SingleTile {
  const rect = tileRect(header, tile);
  const width = rect.x1 - rect.x0;
  const height = rect.y1 - rect.y0;
  const { codings } = header;
  const x = nearestOrigin(rect.x0, width, codings, (c) => [c.blockX, c.precinctX]);
  const y = nearestOrigin(rect.y0, height, codings, (c) => [c.blockY, c.precinctY]);
  if (x === null || y === null)
    throw new PlatformError(
      'format-unsupported',
      `${name} has an image offset (${header.x0}, ${header.y0}) that is not read; convert it with an offset of 0`,
    );

  const siz = header.siz.slice();
  const view = new DataView(siz.buffer);
  const fields = [x + width, y + height, 0, 0, x || width, y || height, 0, 0];
  fields.forEach((value, i) => view.setUint32(6 + 4 * i, value));
  // Declared unsigned, samples come out shifted by half their range, whatever the codec does with signs; undone after.
  for (let c = 0; c < header.components.length; c++) siz[40 + 3 * c]! &= 0x7f;

  const head = new Uint8Array(2 + siz.length + header.segments.length);
  head.set([0xff, 0x4f]);
  head.set(siz, 2);
  head.set(header.segments, 2 + siz.length);
  const across = x === 0 ? 1 : 2;
  return { head, index: (y === 0 ? 0 : across) + across - 1, x, y, width, height };
}

/**
 * The smallest coordinate to which `[start, start + length)` may move: 0, or at least `length` so that a tile of
 * uniform size fits before it.
 */
function nearestOrigin(
  start: number,
  length: number,
  codings: readonly Coding[],
  sizes: (coding: Coding) => readonly [block: number, precincts: readonly number[]],
): number | null {
  const deepest = Math.max(...codings.map((c) => c.decompositions));
  const step = 2 ** deepest;
  const fits = (origin: number) =>
    (origin === 0 || origin >= length) &&
    codings.every((c) => isSamePartition(start, origin, length, c.decompositions, ...sizes(c)));
  const last = 4 * length + 1024 * step;
  for (let origin = start % step; origin <= last; origin += step) if (fits(origin)) return origin;
  return fits(start) ? start : null;
}

/** Do resolutions, precincts and code-blocks along one axis fall alike whether the tile begins at `a` or at `b`? */
function isSamePartition(
  a: number,
  b: number,
  length: number,
  decompositions: number,
  block: number,
  precincts: readonly number[],
): boolean {
  for (let r = 0; r <= decompositions; r++) {
    const scale = 2 ** (decompositions - r);
    const precinct = precincts[r]!;
    if (!isCutAlike(a, b, length, scale, 0, 2 ** precinct)) return false;
    if (r === 0 && !isCutAlike(a, b, length, scale, 0, 2 ** Math.min(block, precinct))) return false;
    if (r === 0) continue;
    if (Math.ceil(a / scale) % 2 !== Math.ceil(b / scale) % 2) return false;
    const cell = 2 ** Math.min(block, Math.max(0, precinct - 1));
    for (const half of [0, scale]) if (!isCutAlike(a, b, length, 2 * scale, half, cell)) return false;
  }
  return true;
}

/** Is `[start, start + length)`, shrunk by `scale`, cut by the multiples of `cell` at the same places for both starts? */
function isCutAlike(a: number, b: number, length: number, scale: number, shift: number, cell: number): boolean {
  const a0 = Math.ceil((a - shift) / scale);
  const a1 = Math.ceil((a + length - shift) / scale);
  const b0 = Math.ceil((b - shift) / scale);
  const b1 = Math.ceil((b + length - shift) / scale);
  if (a1 - a0 !== b1 - b0) return false;
  const phaseA = ((a0 % cell) + cell) % cell;
  const phaseB = ((b0 % cell) + cell) % cell;
  return phaseA === phaseB || (phaseA + a1 - a0 <= cell && phaseB + b1 - b0 <= cell);
}
