/**
 * Which cells of a grid each zone covers, and how much of them: computed once, then used for every raster on that grid.
 * Wholly covered cells are kept as runs, cut ones with their share; both by tiles of the grid, so that a raster is read
 * tile by tile and only where zones are.
 */
import { sortOrder } from '../../grid/sort-order.ts';
import type { Window } from '../../grid/window.ts';
import { EdgeScan, doubleArea } from './edge-scan.ts';
import { GrowableWords } from './growable-words.ts';
import type { PolygonSet } from './polygons.ts';
import { zoneCount } from './polygons.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';

/** A share of a cell is stored in units of 2^-32: half the room of a double, 250 times as fine as a float32. */
export const SHARE_UNIT = 2 ** -32;

export interface CoverageGrid {
  /** Of the raster, in cells. */
  readonly width: number;
  readonly height: number;
  /** Of a tile, in cells; those at the right and bottom edge are smaller. */
  readonly tileWidth: number;
  readonly tileHeight: number;
}

export interface Coverage extends CoverageGrid {
  /** Area of each zone in cells, what lies beyond the grid included. */
  readonly zoneArea: Float64Array;
  /** Number of pieces of each zone. */
  readonly zonePieces: Uint32Array;
  /** Tiles that zones meet, ascending, by number: `tileRow · tilesAcross + tileCol`. */
  readonly tiles: Uint32Array;
  /** Index of the first piece of each of `tiles`; one more than there are. */
  readonly tilePieces: Uint32Array;
  /** A piece is a zone's part in a tile. */
  readonly pieceZone: Uint32Array;
  /** Of each piece: first run, end of runs, first cut cell, end of cut cells. */
  readonly pieceRange: Uint32Array;
  /**
   * First cell of each run of wholly covered cells, which stays in its row: `row · width + col` within the tile, `width`
   * being that of the tile itself.
   */
  readonly runStart: Uint32Array;
  readonly runLength: Uint32Array;
  /** Cells that a zone covers in part, numbered likewise, and their share in units of `SHARE_UNIT`. */
  readonly cutCell: Uint32Array;
  readonly cutShare: Uint32Array;
  /** Zones whose rings cross or whose parts overlap: their overlaps were resolved (`resolveOverlaps`). */
  readonly resolved: readonly number[];
}

/** The window of the raster that a tile is. */
export function tileWindow(grid: CoverageGrid, tile: number): Window {
  const tilesAcross = Math.ceil(grid.width / grid.tileWidth);
  const col = (tile % tilesAcross) * grid.tileWidth;
  const row = Math.floor(tile / tilesAcross) * grid.tileHeight;
  const width = Math.min(grid.tileWidth, grid.width - col);
  return { col, row, width, height: Math.min(grid.tileHeight, grid.height - row) };
}

/** Less than this share of a cell is the noise of rounding, and no coverage. */
const LEAST_SHARE = 1e-9;
/** Beyond 0 to 1 by more than this, rings overlap. */
const OVERLAP = 1e-6;

/**
 * @param set  Polygons in pixels of the grid (`toPixels`). A zone with a position that is not finite covers nothing.
 */
export function computeCoverage(set: PolygonSet, grid: CoverageGrid): Coverage {
  const zones = zoneCount(set);
  const builder = new CoverageBuilder(grid);
  const zoneArea = new Float64Array(zones);
  const resolved: number[] = [];
  for (let zone = 0; zone < zones; zone++) {
    const box = boxOf(set, zone);
    if (!box) continue;
    zoneArea[zone] = areaOf(set, zone);
    if (!(box.maxX > 0 && box.maxY > 0 && box.minX < grid.width && box.minY < grid.height)) continue;
    builder.scan.reset();
    addPolygons(builder.scan, set, zone);
    if (builder.emit(zone, box)) continue;
    const { rings, area } = resolveOverlaps(set, zone);
    zoneArea[zone] = area;
    resolved.push(zone);
    builder.scan.reset();
    for (const ring of rings) builder.scan.addRing(ring, 0, ring.length / 2, 1);
    builder.emit(zone, box, true);
  }
  return { ...grid, ...builder.finish(zones), zoneArea, resolved };
}

interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** Null where the zone has no polygon or a position without a place. */
function boxOf({ coordinates, ringStarts, polygonStarts, zoneStarts }: PolygonSet, zone: number): Box | null {
  const start = ringStarts[polygonStarts[zoneStarts[zone]!]!]!;
  const end = ringStarts[polygonStarts[zoneStarts[zone + 1]!]!]!;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 2 * start; i < 2 * end; i += 2) {
    const [x, y] = [coordinates[i]!, coordinates[i + 1]!];
    if (x - x + (y - y) !== 0) return null; // not finite
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return maxX >= minX ? { minX, minY, maxX, maxY } : null;
}

function areaOf(set: PolygonSet, zone: number): number {
  let area = 0;
  eachRing(set, zone, (start, end, isShell) => {
    area += (isShell ? 0.5 : -0.5) * Math.abs(doubleArea(set.coordinates, start, end));
  });
  return area;
}

function addPolygons(scan: EdgeScan, set: PolygonSet, zone: number): void {
  eachRing(set, zone, (start, end, isShell) => scan.addRing(set.coordinates, start, end, isShell ? 1 : -1));
}

function eachRing(
  { ringStarts, polygonStarts, zoneStarts }: PolygonSet,
  zone: number,
  visit: (start: number, end: number, isShell: boolean) => void,
): void {
  for (let p = zoneStarts[zone]!; p < zoneStarts[zone + 1]!; p++)
    for (let r = polygonStarts[p]!; r < polygonStarts[p + 1]!; r++)
      visit(ringStarts[r]!, ringStarts[r + 1]!, r === polygonStarts[p]);
}

/** What a zone covers of one column of tiles, within the row of tiles at hand. */
interface TilePart {
  readonly runStart: GrowableWords;
  readonly runLength: GrowableWords;
  readonly cutCell: GrowableWords;
  readonly cutShare: GrowableWords;
}

class CoverageBuilder {
  readonly scan: EdgeScan;
  readonly #grid: CoverageGrid;
  readonly #tilesAcross: number;
  readonly #parts: TilePart[] = [];
  readonly #all = createPart();
  readonly #pieceTile = new GrowableWords();
  readonly #pieceZone = new GrowableWords();
  readonly #pieceRange = new GrowableWords();

  constructor(grid: CoverageGrid) {
    this.#grid = grid;
    this.scan = new EdgeScan(grid.width, grid.height);
    this.#tilesAcross = Math.ceil(grid.width / grid.tileWidth);
  }

  /**
   * Takes what the scan holds as the coverage of a zone.
   * @returns false, and takes nothing, where the rings overlap; `isResolved`: it is known that they do not
   */
  emit(zone: number, { minX, maxX }: Box, isResolved = false): boolean {
    const { scan } = this;
    const { width, tileWidth, tileHeight } = this.#grid;
    const firstTile = Math.floor(Math.max(0, minX) / tileWidth);
    const lastTile = Math.floor(Math.min(width - 1, maxX) / tileWidth);
    while (this.#parts.length <= lastTile - firstTile) this.#parts.push(createPart());
    const before = [this.#pieceZone.length, this.#all.runStart.length, this.#all.cutCell.length] as const;
    for (let row = scan.firstRow; row <= scan.lastRow;) {
      const tileRow = Math.floor(row / tileHeight);
      const end = Math.min(scan.lastRow + 1, (tileRow + 1) * tileHeight);
      for (; row < end; row++)
        if (!this.#emitRow(row, row - tileRow * tileHeight, firstTile) && !isResolved) {
          this.#takeBack(...before);
          return false;
        }
      for (let t = firstTile; t <= lastTile; t++)
        this.#closePiece(zone, tileRow * this.#tilesAcross + t, this.#parts[t - firstTile]!);
    }
    return true;
  }

  /** @returns false where a share beyond 0 to 1 shows that rings overlap */
  #emitRow(row: number, rowInTile: number, firstTile: number): boolean {
    const { scan } = this;
    const count = scan.loadRow(row);
    const { cols, covers, areas } = scan;
    let sum = 0; // share of the cells to the right of those seen
    let runFrom = -1; // start of the open run
    let isFit = true;
    for (let i = 0; i < count; i++) {
      const col = cols[i]!;
      const share = sum + areas[i]!;
      sum += covers[i]!;
      if (share > 1 - LEAST_SHARE) {
        if (share > 1 + OVERLAP) isFit = false;
        if (runFrom < 0) runFrom = col;
      } else {
        if (runFrom >= 0) this.#addRun(rowInTile, runFrom, col, firstTile);
        runFrom = -1;
        if (share > LEAST_SHARE) this.#addCut(rowInTile, col, share, firstTile);
        else if (share < -OVERLAP) isFit = false;
      }
      const next = i + 1 < count ? cols[i + 1]! : scan.width;
      if (next === col + 1) continue;
      if (sum > 1 - LEAST_SHARE) {
        if (sum > 1 + OVERLAP) isFit = false;
        if (runFrom < 0) runFrom = col + 1;
        continue;
      }
      if (runFrom >= 0) this.#addRun(rowInTile, runFrom, col + 1, firstTile);
      runFrom = -1;
      // Below an edge that runs along the row no cell was noted: all up to the next one have the same share.
      if (sum > LEAST_SHARE) for (let c = col + 1; c < next; c++) this.#addCut(rowInTile, c, sum, firstTile);
      else if (sum < -OVERLAP) isFit = false;
    }
    if (runFrom >= 0) this.#addRun(rowInTile, runFrom, scan.width, firstTile);
    return isFit;
  }

  #addRun(rowInTile: number, from: number, to: number, firstTile: number): void {
    const { tileWidth } = this.#grid;
    while (from < to) {
      const tile = (from / tileWidth) | 0;
      const end = Math.min(to, (tile + 1) * tileWidth);
      const part = this.#parts[tile - firstTile]!;
      part.runStart.push(rowInTile * this.#widthOf(tile) + from - tile * tileWidth);
      part.runLength.push(end - from);
      from = end;
    }
  }

  #addCut(rowInTile: number, col: number, share: number, firstTile: number): void {
    const { tileWidth } = this.#grid;
    const tile = (col / tileWidth) | 0;
    const part = this.#parts[tile - firstTile]!;
    part.cutCell.push(rowInTile * this.#widthOf(tile) + col - tile * tileWidth);
    part.cutShare.push(share / SHARE_UNIT + 0.5);
  }

  #widthOf(tileCol: number): number {
    const { width, tileWidth } = this.#grid;
    return tileCol + 1 < this.#tilesAcross ? tileWidth : width - tileCol * tileWidth;
  }

  #closePiece(zone: number, tile: number, part: TilePart): void {
    if (part.runStart.length === 0 && part.cutCell.length === 0) return;
    const all = this.#all;
    this.#pieceTile.push(tile);
    this.#pieceZone.push(zone);
    this.#pieceRange.push(all.runStart.length);
    this.#pieceRange.push(all.runStart.length + part.runStart.length);
    this.#pieceRange.push(all.cutCell.length);
    this.#pieceRange.push(all.cutCell.length + part.cutCell.length);
    all.runStart.append(part.runStart);
    all.runLength.append(part.runLength);
    all.cutCell.append(part.cutCell);
    all.cutShare.append(part.cutShare);
    clearPart(part);
  }

  #takeBack(pieces: number, runs: number, cuts: number): void {
    this.#pieceTile.length = pieces;
    this.#pieceZone.length = pieces;
    this.#pieceRange.length = 4 * pieces;
    this.#all.runStart.length = runs;
    this.#all.runLength.length = runs;
    this.#all.cutCell.length = cuts;
    this.#all.cutShare.length = cuts;
    for (const part of this.#parts) clearPart(part);
  }

  /** Puts the pieces in the order of their tiles; the cells stay where they are. */
  finish(zones: number) {
    const order = sortOrder(Float64Array.from(this.#pieceTile.words()));
    const pieceZone = new Uint32Array(order.length);
    const pieceRange = new Uint32Array(4 * order.length);
    const zonePieces = new Uint32Array(zones);
    const tiles = new GrowableWords();
    const tilePieces = new GrowableWords();
    const [zoneOf, rangeOf, tileOf] = [this.#pieceZone.words(), this.#pieceRange.words(), this.#pieceTile.words()];
    for (let i = 0; i < order.length; i++) {
      const from = order[i]!;
      if (i === 0 || tileOf[from] !== tileOf[order[i - 1]!]) {
        tiles.push(tileOf[from]!);
        tilePieces.push(i);
      }
      pieceZone[i] = zoneOf[from]!;
      zonePieces[zoneOf[from]!]!++;
      for (let k = 0; k < 4; k++) pieceRange[4 * i + k] = rangeOf[4 * from + k]!;
    }
    tilePieces.push(order.length);
    const { runStart, runLength, cutCell, cutShare } = this.#all;
    return {
      zonePieces,
      tiles: tiles.take(),
      tilePieces: tilePieces.take(),
      pieceZone,
      pieceRange,
      runStart: runStart.take(),
      runLength: runLength.take(),
      cutCell: cutCell.take(),
      cutShare: cutShare.take(),
    };
  }
}

function createPart(): TilePart {
  return {
    runStart: new GrowableWords(),
    runLength: new GrowableWords(),
    cutCell: new GrowableWords(),
    cutShare: new GrowableWords(),
  };
}

function clearPart({ runStart, runLength, cutCell, cutShare }: TilePart): void {
  runStart.length = 0;
  runLength.length = 0;
  cutCell.length = 0;
  cutShare.length = 0;
}
