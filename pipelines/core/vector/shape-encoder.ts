/**
 * Lines and polygons as the drawing commands of a vector tile: simplified, rounded to the tile's units, and polygons
 * too small to draw gathered into few small squares, so that a crowd of them still shows as much ground as it covers.
 * @see Mapbox Vector Tile specification 2.1, section 4.3
 */
import { withRoom } from './growable.ts';
import type { PbfBuffer } from './pbf-buffer.ts';
import type { Shapes } from './shapes.ts';
import { LINE } from './shapes.ts';
import { TILE_EXTENT } from './tile-walk.ts';

const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE_PATH = 7;
/** Vertices within this many units of the simplified line are left out. */
const TOLERANCE = 1;
/** A polygon with less than the area of a square of so many units is too small to draw: as in tippecanoe. */
const SMALL_SIDE = 2;

export class ShapeEncoder {
  readonly #shapes: Shapes;
  #scale = 1;
  #left = 0;
  #top = 0;
  #leastWeight = 0;
  #smallSide = SMALL_SIDE;
  /** Area of the small polygons left out so far, square units. */
  #gathered = 0;
  /** Commands and zigzag numbers, each written as a varint. */
  #commands = new Uint32Array(1024);
  #commandCount = 0;
  /** Rounded vertices of the part in hand. */
  #xs = new Float64Array(256);
  #ys = new Float64Array(256);
  #count = 0;
  #penX = 0;
  #penY = 0;

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /** @param coarseness  1, or more for a tile that must become smaller. */
  startTile({ z, x, y }: { readonly z: number; readonly x: number; readonly y: number }, coarseness: number): void {
    this.#scale = TILE_EXTENT * 2 ** z;
    this.#left = TILE_EXTENT * x - 0.5;
    this.#top = TILE_EXTENT * y - 0.5;
    this.#leastWeight = ((TOLERANCE * coarseness) / this.#scale) ** 2;
    this.#smallSide = SMALL_SIDE * coarseness;
    this.#gathered = 0;
  }

  /** @returns whether anything of the shape is to be drawn. */
  encode(shape: number): boolean {
    this.#commandCount = 0;
    this.#penX = 0;
    this.#penY = 0;
    const shapes = this.#shapes;
    const end = shapes.shapeEnds[shape]!;
    const first = shapes.firstPart(shape);
    if (shapes.kinds[shape] === LINE) for (let part = first; part < end; part++) this.#addLine(part);
    else {
      let isDrawn = false;
      for (let part = first; part < end; part++) {
        if (shapes.partAreas[part]! > 0) isDrawn = this.#addRing(part, false);
        else if (isDrawn) this.#addRing(part, true);
      }
    }
    return this.#commandCount > 0;
  }

  copyTo(out: PbfBuffer, tag: number): void {
    out.reserve(this.#commandCount * 5 + 16);
    const message = out.begin(tag);
    const commands = this.#commands;
    for (let i = 0; i < this.#commandCount; i++) out.varint(commands[i]!);
    out.end(message);
  }

  #addLine(part: number): void {
    this.#round(part);
    if (this.#count < 2) return;
    this.#draw(0, this.#count);
  }

  /** @returns whether it was drawn as it is; a small one was not, even where it was one too many and left a square. */
  #addRing(part: number, isHole: boolean): boolean {
    const area = Math.abs(this.#shapes.partAreas[part]!) * this.#scale * this.#scale;
    const least = this.#smallSide * this.#smallSide;
    if (area >= least) {
      this.#round(part);
      let n = this.#count;
      while (n > 1 && this.#xs[n - 1] === this.#xs[0] && this.#ys[n - 1] === this.#ys[0]) n--;
      const drawn = n < 3 ? 0 : this.#roundedArea(n);
      if (isHole ? drawn < 0 : drawn > 0) {
        this.#draw(0, n);
        this.#push((1 << 3) | CLOSE_PATH);
        return true;
      }
    }
    if (!isHole) this.#gather(part, Math.min(area, least));
    return false;
  }

  #gather(part: number, area: number): void {
    const side = this.#smallSide;
    this.#gathered += area;
    if (this.#gathered < side * side) return;
    this.#gathered -= side * side;
    const i = this.#shapes.firstVertex(part);
    const x = Math.floor(this.#shapes.xs[i]! * this.#scale - this.#left);
    const y = Math.floor(this.#shapes.ys[i]! * this.#scale - this.#top);
    const right = x + Math.round(side);
    const bottom = y + Math.round(side);
    this.#xs.set([x, right, right, x]);
    this.#ys.set([y, y, bottom, bottom]);
    this.#draw(0, 4);
    this.#push((1 << 3) | CLOSE_PATH);
  }

  /** Simplified vertices of a part in the tile's units, without repetitions. */
  #round(part: number): void {
    const { xs, ys, weights } = this.#shapes;
    const from = this.#shapes.firstVertex(part);
    const to = this.#shapes.partEnds[part]!;
    this.#xs = withRoom(this.#xs, to - from);
    this.#ys = withRoom(this.#ys, to - from);
    let n = 0;
    for (let i = from; i < to; i++) {
      if (weights[i]! <= this.#leastWeight) continue;
      const x = Math.floor(xs[i]! * this.#scale - this.#left);
      const y = Math.floor(ys[i]! * this.#scale - this.#top);
      if (n > 0 && this.#xs[n - 1] === x && this.#ys[n - 1] === y) continue;
      this.#xs[n] = x;
      this.#ys[n++] = y;
    }
    this.#count = n;
  }

  #roundedArea(n: number): number {
    const xs = this.#xs;
    const ys = this.#ys;
    let sum = 0;
    for (let i = 0, j = n - 1; i < n; j = i++) sum += xs[j]! * ys[i]! - xs[i]! * ys[j]!;
    return sum / 2;
  }

  #draw(from: number, to: number): void {
    this.#commands = withRoom(this.#commands, this.#commandCount + 2 * (to - from) + 3);
    this.#push((1 << 3) | MOVE_TO);
    for (let i = from; i < to; i++) {
      if (i === from + 1) this.#push(((to - from - 1) << 3) | LINE_TO);
      const dx = this.#xs[i]! - this.#penX;
      const dy = this.#ys[i]! - this.#penY;
      this.#push((dx << 1) ^ (dx >> 31));
      this.#push((dy << 1) ^ (dy >> 31));
      this.#penX = this.#xs[i]!;
      this.#penY = this.#ys[i]!;
    }
  }

  #push(value: number): void {
    this.#commands[this.#commandCount++] = value;
  }
}
