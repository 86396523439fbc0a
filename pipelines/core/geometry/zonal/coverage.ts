/**
 * Which cells of a grid each zone covers, and how much of them: computed once, then used for every raster on that grid.
 * Wholly covered cells are kept as runs, cut ones with their share; both by tiles of the grid, so that a raster is read
 * tile by tile and only where zones are.
 */
import { sortOrder } from '../../grid/sort-order.ts';
import type { Window } from '../../grid/window.ts';
import { EdgeScan, doubleArea } from './edge-scan.ts';
import { CoveredCells } from './covered-cells.ts';
import { GrowableWords } from './growable-words.ts';
import type { PolygonSet } from './polygons.ts';
import { zoneCount } from './polygons.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
import { RowSpans } from './row-spans.ts';

export interface CoverageGrid {
  /** Of the raster, in cells. */
  readonly width: number;
  readonly height: number;
  /** Of a tile, in cells; those at the right and bottom edge are smaller. */
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/** What is known of a coverage without its cells. */
export interface CoverageIndex extends CoverageGrid {
  /** Area of each zone in cells, what lies beyond the grid included. */
  readonly zoneArea: Float64Array;
  /** Number of pieces of each zone. */
  readonly zonePieces: Uint32Array;
  /** Cells of the grid that each zone meets. */
  readonly zoneCells: Uint32Array;
  /** Tiles that zones meet, ascending, by number: `tileRow · tilesAcross + tileCol`. */
  readonly tiles: Uint32Array;
  /** Index of the first piece of each of `tiles`; one more than there are. */
  readonly tilePieces: Uint32Array;
  /** Zones whose rings cross or whose parts overlap: their overlaps were resolved (`resolveOverlaps`). */
  readonly resolved: readonly number[];
}

/** The cells of zones, those of a tile one after the other. A piece is a zone's part in a tile. */
export interface Pieces {
  readonly pieceZone: Uint32Array;
  /** Of each piece: first run, end of runs, first cut cell, end of cut cells. Those of a tile follow each other. */
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
}

export interface Coverage extends CoverageIndex, Pieces {}

/** The pieces of one tile, numbered from 0. */
export interface TilePieces extends Pieces {
  /** 1 where a piece is all that its zone has in the grid. */
  readonly isWhole: Uint8Array;
}

/**
 * Counts up with every change that gives other cells or shares for the same zones: coverage that an earlier version kept
 * is then computed anew.
 */
export const COVERAGE_VERSION = 1;

/** The window of the raster that a tile is. */
export function tileWindow(grid: CoverageGrid, tile: number): Window {
  const tilesAcross = Math.ceil(grid.width / grid.tileWidth);
  const col = (tile % tilesAcross) * grid.tileWidth;
  const row = Math.floor(tile / tilesAcross) * grid.tileHeight;
  const width = Math.min(grid.tileWidth, grid.width - col);
  return { col, row, width, height: Math.min(grid.tileHeight, grid.height - row) };
}

/** The pieces of one of `coverage.tiles`; the cells are views. */
export function piecesOfTile(coverage: Coverage, tileIndex: number): TilePieces {
  const [first, end] = [coverage.tilePieces[tileIndex]!, coverage.tilePieces[tileIndex + 1]!];
  const pieceRange = coverage.pieceRange.slice(4 * first, 4 * end);
  const [run, cut] = [pieceRange[0]!, pieceRange[2]!];
  const [endRun, endCut] = [pieceRange.at(-3)!, pieceRange.at(-1)!];
  for (let i = 0; i < pieceRange.length; i++) pieceRange[i]! -= (i & 2) === 0 ? run : cut;
  const pieceZone = coverage.pieceZone.subarray(first, end);
  return {
    pieceZone,
    isWhole: Uint8Array.from(pieceZone, (zone) => (coverage.zonePieces[zone] === 1 ? 1 : 0)),
    pieceRange,
    runStart: coverage.runStart.subarray(run, endRun),
    runLength: coverage.runLength.subarray(run, endRun),
    cutCell: coverage.cutCell.subarray(cut, endCut),
    cutShare: coverage.cutShare.subarray(cut, endCut),
  };
}

/**
 * @param set  Polygons in pixels of the grid (`toPixels`). A zone with a position that is not finite covers nothing.
 */
export function computeCoverage(set: PolygonSet, grid: CoverageGrid): Coverage {
  const zones = zoneCount(set);
  const builder = new CoverageBuilder(grid, guessCells(set, grid));
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
    resolved.push(zone);
    builder.scan.reset();
    zoneArea[zone] = resolveOverlaps(set, zone, (ring) => builder.scan.addRing(ring, 0, ring.length / 2, 1));
    builder.emit(zone, box, true);
  }
  const found = builder.finish(zones);
  return { ...grid, ...found, zoneArea, zoneCells: countCells(found, zones), resolved };
}

function countCells({ pieceZone, pieceRange, runLength }: Pieces, zones: number): Uint32Array {
  const cells = new Uint32Array(zones);
  for (let piece = 0; piece < pieceZone.length; piece++) {
    let sum = pieceRange[4 * piece + 3]! - pieceRange[4 * piece + 2]!;
    for (let run = pieceRange[4 * piece]!; run < pieceRange[4 * piece + 1]!; run++) sum += runLength[run]!;
    cells[pieceZone[piece]!]! += sum;
  }
  return cells;
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
    const x = coordinates[i]!;
    const y = coordinates[i + 1]!;
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

interface CellCounts {
  readonly runs: number;
  readonly cuts: number;
}

/** How many there will be: an edge cuts a cell per column and per row that it crosses, and each row of a ring is a run. */
function guessCells({ coordinates: xy, ringStarts }: PolygonSet, { width, height }: CoverageGrid): CellCounts {
  let [columns, rows] = [0, 0];
  for (let r = 0; r + 1 < ringStarts.length; r++)
    for (let i = 2 * ringStarts[r]! + 2; i < 2 * ringStarts[r + 1]!; i += 2) {
      const dx = Math.abs(xy[i]! - xy[i - 2]!);
      const dy = Math.abs(xy[i + 1]! - xy[i - 1]!);
      if (dx < width) columns += dx;
      if (dy < height) rows += dy;
    }
  const most = 1 << 27; // a set that lies beyond the grid asks for nothing; larger ones grow as others do
  return { runs: Math.min(most, rows / 2 + 256), cuts: Math.min(most, columns + rows + 256) };
}

class CoverageBuilder {
  readonly scan: EdgeScan;
  readonly #grid: CoverageGrid;
  readonly #tilesAcross: number;
  readonly #row = new RowSpans();
  /** What the zone at hand covers of each column of tiles, within the row of tiles at hand. */
  readonly #parts: CoveredCells[] = [];
  readonly #all: CoveredCells;
  readonly #pieceTile = new GrowableWords();
  readonly #pieceZone = new GrowableWords();
  readonly #pieceRange = new GrowableWords();

  constructor(grid: CoverageGrid, { runs, cuts }: CellCounts) {
    this.#grid = grid;
    this.#all = new CoveredCells(runs, cuts);
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
    const isSingle = firstTile === lastTile;
    while (this.#parts.length <= lastTile - firstTile) this.#parts.push(new CoveredCells());
    const before = [this.#pieceZone.length, this.#all.runs, this.#all.cuts] as const;
    for (let row = scan.firstRow; row <= scan.lastRow;) {
      const tileRow = Math.floor(row / tileHeight);
      const end = Math.min(scan.lastRow + 1, (tileRow + 1) * tileHeight);
      const [runs, cuts] = [this.#all.runs, this.#all.cuts];
      for (; row < end; row++) {
        const isFit = this.#row.load(scan, row);
        if (!isFit && !isResolved) {
          this.#takeBack(...before);
          return false;
        }
        const rowInTile = row - tileRow * tileHeight;
        if (isSingle) this.#all.addRow(this.#row, rowInTile * this.#widthOf(firstTile) - firstTile * tileWidth);
        else this.#splitRow(rowInTile, firstTile, lastTile);
      }
      if (isSingle) this.#closePiece(zone, tileRow * this.#tilesAcross + firstTile, runs, cuts);
      else this.#closeParts(zone, tileRow * this.#tilesAcross + firstTile, lastTile - firstTile);
    }
    return true;
  }

  #splitRow(rowInTile: number, firstTile: number, lastTile: number): void {
    const { tileWidth } = this.#grid;
    for (let tile = firstTile; tile <= lastTile; tile++) {
      const from = tile * tileWidth;
      this.#parts[tile - firstTile]!.addPart(this.#row, rowInTile * this.#widthOf(tile), from, from + tileWidth);
    }
  }

  #widthOf(tileCol: number): number {
    const { width, tileWidth } = this.#grid;
    return tileCol + 1 < this.#tilesAcross ? tileWidth : width - tileCol * tileWidth;
  }

  #closeParts(zone: number, firstTile: number, last: number): void {
    for (let t = 0; t <= last; t++) {
      const [runs, cuts] = [this.#all.runs, this.#all.cuts];
      this.#all.append(this.#parts[t]!);
      this.#parts[t]!.cutBack(0, 0);
      this.#closePiece(zone, firstTile + t, runs, cuts);
    }
  }

  /** @param runs  Where the piece begins. */
  #closePiece(zone: number, tile: number, runs: number, cuts: number): void {
    const all = this.#all;
    if (runs === all.runs && cuts === all.cuts) return;
    this.#pieceTile.push(tile);
    this.#pieceZone.push(zone);
    for (const bound of [runs, all.runs, cuts, all.cuts]) this.#pieceRange.push(bound);
  }

  #takeBack(pieces: number, runs: number, cuts: number): void {
    this.#pieceTile.length = pieces;
    this.#pieceZone.length = pieces;
    this.#pieceRange.length = 4 * pieces;
    this.#all.cutBack(runs, cuts);
    for (const part of this.#parts) part.cutBack(0, 0);
  }

  /** Puts the pieces, and what they cover, in the order of their tiles. */
  finish(zones: number) {
    const tileOf = this.#pieceTile.words();
    const order = sortOrder(Float64Array.from(tileOf));
    const zoneOf = this.#pieceZone.words();
    const pieceZone = new Uint32Array(order.length);
    const zonePieces = new Uint32Array(zones);
    const tiles = new GrowableWords();
    const tilePieces = new GrowableWords();
    for (let i = 0; i < order.length; i++) {
      const from = order[i]!;
      if (i === 0 || tileOf[from] !== tileOf[order[i - 1]!]) {
        tiles.push(tileOf[from]!);
        tilePieces.push(i);
      }
      pieceZone[i] = zoneOf[from]!;
      zonePieces[zoneOf[from]!]!++;
    }
    tilePieces.push(order.length);
    const cells = this.#all.inOrder(order, this.#pieceRange.words());
    return { zonePieces, tiles: tiles.take(), tilePieces: tilePieces.take(), pieceZone, ...cells };
  }
}
