/** The cells of a tile's pieces as few bytes: steps from one cell to the next, seven bits a byte, and shares as they are. */
import type { TilePieces } from './coverage.ts';

/**
 * Layout: number of cut cells, runs and pieces as u32; the shares as u32; then for each piece, as variable-length
 * numbers, the step from the zone before it, twice the number of runs (plus one where the
 * piece is all of its zone), the number of cut cells, for each run the step from the end of
 * the last one and its length, for each cut cell the step from the last one. Cells and zones ascend, so that steps are
 * small. Little-endian.
 */
export function encodePieces(tile: TilePieces): Uint8Array {
  const { pieceZone, isWhole, pieceRange, runStart, runLength, cutCell, cutShare } = tile;
  const [pieces, runs, cuts] = [pieceZone.length, runStart.length, cutCell.length];
  const head = HEAD_BYTES + 4 * cuts;
  const bytes = new Uint8Array(head + MOST_BYTES * (3 * pieces + 2 * runs + cuts));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, cuts, true);
  view.setUint32(4, runs, true);
  view.setUint32(8, pieces, true);
  for (let i = 0; i < cuts; i++) view.setUint32(HEAD_BYTES + 4 * i, cutShare[i]!, true);
  let at = head;
  let zone = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const [firstRun, endRun] = [pieceRange[4 * piece]!, pieceRange[4 * piece + 1]!];
    const [firstCut, endCut] = [pieceRange[4 * piece + 2]!, pieceRange[4 * piece + 3]!];
    at = put(bytes, at, pieceZone[piece]! - zone);
    zone = pieceZone[piece]!;
    at = put(bytes, at, 2 * (endRun - firstRun) + isWhole[piece]!);
    at = put(bytes, at, endCut - firstCut);
    let cell = 0;
    for (let run = firstRun; run < endRun; run++) {
      at = put(bytes, at, runStart[run]! - cell);
      at = put(bytes, at, runLength[run]!);
      cell = runStart[run]! + runLength[run]!;
    }
    cell = 0;
    for (let cut = firstCut; cut < endCut; cut++) {
      at = put(bytes, at, cutCell[cut]! - cell);
      cell = cutCell[cut]!;
    }
  }
  return bytes.subarray(0, at);
}

/** @param bytes  What `encodePieces` gave; that it is so, a checksum has told. */
export function decodePieces(bytes: Uint8Array): TilePieces {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [cuts, runs, pieces] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  const cutShare = new Uint32Array(cuts);
  for (let i = 0; i < cuts; i++) cutShare[i] = view.getUint32(HEAD_BYTES + 4 * i, true);
  const [pieceZone, isWhole, pieceRange] = [
    new Uint32Array(pieces),
    new Uint8Array(pieces),
    new Uint32Array(4 * pieces),
  ];
  const [runStart, runLength, cutCell] = [new Uint32Array(runs), new Uint32Array(runs), new Uint32Array(cuts)];
  let at = HEAD_BYTES + 4 * cuts;
  const take = () => {
    let value = bytes[at++]!;
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let unit = 0x80; ; unit *= 0x80) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  };
  let [zone, run, cut] = [0, 0, 0];
  for (let piece = 0; piece < pieces; piece++) {
    zone += take();
    pieceZone[piece] = zone;
    pieceRange[4 * piece] = run;
    const runsAndWhole = take();
    isWhole[piece] = runsAndWhole & 1;
    const endRun = run + Math.floor(runsAndWhole / 2);
    pieceRange[4 * piece + 1] = endRun;
    pieceRange[4 * piece + 2] = cut;
    const endCut = cut + take();
    pieceRange[4 * piece + 3] = endCut;
    let cell = 0;
    for (; run < endRun; run++) {
      cell += take();
      runStart[run] = cell;
      const length = take();
      runLength[run] = length;
      cell += length;
    }
    cell = 0;
    for (; cut < endCut; cut++) {
      cell += take();
      cutCell[cut] = cell;
    }
  }
  return { pieceZone, isWhole, pieceRange, runStart, runLength, cutCell, cutShare };
}

const HEAD_BYTES = 12;
/** Of a number below 2^32. */
const MOST_BYTES = 5;

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function put(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}
