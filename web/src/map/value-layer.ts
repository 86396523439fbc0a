/**
 * A layer of value tiles, coloured on the graphics card: another colour map, range or opacity is a uniform, never a
 * request. Codes are averaged over valid cells alone, so that nodata never bleeds a false colour into an edge; what a
 * `raster-dem` layer with `color-relief` does not offer.
 */
import { paletteOf, findColormap } from '../../../pipelines/core/color/ramp.ts';
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import type { Tile } from '../../../pipelines/core/grid/tile-matrix-set.ts';
import type { Range } from '../state/shown.ts';
import { partOf, planTile } from './tile-plan.ts';
import type { CodeTile } from './value-codes.ts';
import { withBorder } from './value-codes.ts';
import type { ValueProgram } from './value-program.ts';
import { createProgram, deleteProgram } from './value-program.ts';
import type { CachedTile, ValueFrame, ValueTiles } from './value-tiles.ts';

export interface ValuePaint {
  readonly colormap: ColormapId;
  readonly range: Range;
  readonly opacity: number;
}

/** What the layer shows, asked for at every frame that is drawn. */
export interface ValueScene {
  readonly frame: ValueFrame;
  /** Drawn where `frame` has nothing yet, so that a step in time does not flash. */
  readonly previous: ValueFrame | null;
  readonly paint: ValuePaint;
  readonly tiles: readonly Tile[];
  /** CSS pixels in a cell. */
  readonly cellPixels: number;
}

/** From this size on a cell is drawn as the square that was measured. */
const SQUARES_FROM_PIXELS = 5;

/** MapLibre's custom layer: `onAdd`, `render`, `onRemove` are called by the map. */
export class ValueLayer {
  readonly id: string;
  readonly type = 'custom';
  readonly #tiles: ValueTiles;
  readonly #scene: () => ValueScene | null;
  #program: ValueProgram | null = null;
  #paletteOf: ColormapId | null = null;

  constructor(id: string, tiles: ValueTiles, scene: () => ValueScene | null) {
    this.id = id;
    this.#tiles = tiles;
    this.#scene = scene;
  }

  onAdd(_map: unknown, gl: WebGL2RenderingContext): void {
    this.#program = createProgram(gl);
    this.#paletteOf = null;
  }

  onRemove(): void {
    if (this.#program) deleteProgram(this.#program);
    this.#program = null;
  }

  render(
    _gl: WebGL2RenderingContext,
    { defaultProjectionData }: { defaultProjectionData: { mainMatrix: ArrayLike<number> } },
  ): void {
    const scene = this.#scene();
    const program = this.#program;
    if (!scene || !program || scene.paint.opacity === 0) return;
    const { gl, at } = program;
    const { colormap, range, opacity } = scene.paint;
    gl.useProgram(program.program);
    gl.bindVertexArray(program.corners);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, program.palette);
    if (this.#paletteOf !== colormap) uploadPalette(gl, colormap);
    this.#paletteOf = colormap;
    gl.uniform1i(at.u_palette, 1);
    gl.uniform1i(at.u_codes, 0);
    gl.uniform2f(at.u_range, range[0], range[1]);
    gl.uniform1f(at.u_opacity, opacity);
    gl.uniform1i(at.u_smooth, scene.cellPixels < SQUARES_FROM_PIXELS ? 1 : 0);
    gl.activeTexture(gl.TEXTURE0);
    const { mainMatrix } = defaultProjectionData;
    for (const tile of scene.tiles) {
      if (this.#draw(program, scene.frame, tile, mainMatrix) || !scene.previous) continue;
      // Another date may stand in for a moment, never for a tile that will not come.
      if (!this.#tiles.hasFailed(scene.frame, tile)) this.#draw(program, scene.previous, tile, mainMatrix);
    }
    gl.bindVertexArray(null);
  }

  /** False where nothing of the frame is at hand. */
  #draw({ gl, at }: ValueProgram, frame: ValueFrame, tile: Tile, matrix: ArrayLike<number>): boolean {
    const patches = planTile(tile, (t) => this.#tiles.get(frame, t) !== undefined);
    const { scale = 1, offset = 0 } = frame.tileJson;
    gl.uniform2f(at.u_coding, scale, offset);
    for (const patch of patches) {
      const cached = this.#tiles.get(frame, patch.from);
      if (!cached?.content) continue;
      cached.texture ??= this.#upload(gl, cached, cached.content);
      gl.bindTexture(gl.TEXTURE_2D, cached.texture);
      const { size } = cached.content;
      const [left, top, right, bottom] = partOf(patch);
      gl.uniform4f(at.u_part, left * size, top * size, right * size, bottom * size);
      const [x0, y0] = toClip(matrix, patch.tile.x, patch.tile.y, patch.tile.z);
      const [x1, y1] = toClip(matrix, patch.tile.x + 1, patch.tile.y + 1, patch.tile.z);
      gl.uniform4f(at.u_place, x0, y0, x1, y1);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    return patches.length > 0;
  }

  #upload(gl: WebGL2RenderingContext, { frame, tile }: CachedTile, content: CodeTile): WebGLTexture {
    const { size } = content;
    const cells = withBorder(content, (dx, dy) => {
      return this.#tiles.get(frame, { z: tile.z, x: tile.x + dx, y: tile.y + dy })?.content ?? null;
    });
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    const side = size + 2;
    if (cells instanceof Uint8Array)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, side, side, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, cells);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, side, side, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, cells);
    setNearest(gl);
    return texture;
  }
}

/**
 * A tile's corner in clip space. Computed in double precision and the same for the tiles that share it: no crack
 * between neighbours, no tremble at high zooms.
 */
function toClip(m: ArrayLike<number>, col: number, row: number, z: number): [number, number] {
  const [x, y] = [col / 2 ** z, row / 2 ** z];
  const w = m[3]! * x + m[7]! * y + m[15]!;
  return [(m[0]! * x + m[4]! * y + m[12]!) / w, (m[1]! * x + m[5]! * y + m[13]!) / w];
}

function uploadPalette(gl: WebGL2RenderingContext, id: ColormapId): void {
  gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
  gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, paletteOf(findColormap(id)));
  setNearest(gl);
}

function setNearest(gl: WebGL2RenderingContext): void {
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
  for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, wrap, gl.CLAMP_TO_EDGE);
}
