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

const VERTEX = `#version 300 es
uniform vec4 u_place;
uniform vec4 u_part;
in vec2 a_corner;
out vec2 v_cell;
void main() {
  v_cell = mix(u_part.xy, u_part.zw, a_corner);
  gl_Position = vec4(mix(u_place.xy, u_place.zw, a_corner), 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
uniform usampler2D u_codes;
uniform sampler2D u_palette;
uniform vec2 u_coding;
uniform vec2 u_range;
uniform float u_opacity;
uniform bool u_smooth;
in vec2 v_cell;
out vec4 color;
void main() {
  // One cell of the neighbours lies around the tile's own.
  uint own = texelFetch(u_codes, ivec2(floor(v_cell)) + 1, 0).r;
  if (own == 0u) discard;
  float code = float(own);
  if (u_smooth) {
    vec2 p = v_cell - 0.5;
    ivec2 first = ivec2(floor(p)) + 1;
    vec2 f = fract(p);
    float sum = 0.0;
    float weight = 0.0;
    for (int j = 0; j < 2; j++) for (int i = 0; i < 2; i++) {
      uint c = texelFetch(u_codes, first + ivec2(i, j), 0).r;
      float w = c == 0u ? 0.0 : (i == 0 ? 1.0 - f.x : f.x) * (j == 0 ? 1.0 - f.y : f.y);
      sum += w * float(c);
      weight += w;
    }
    code = sum / weight;
  }
  float t = clamp((u_coding.y + u_coding.x * code - u_range.x) / (u_range.y - u_range.x), 0.0, 1.0);
  vec3 rgb = texelFetch(u_palette, ivec2(1 + int(round(t * 254.0)), 0), 0).rgb;
  color = vec4(rgb, 1.0) * u_opacity;
}`;

const UNIFORMS = ['u_place', 'u_part', 'u_codes', 'u_palette', 'u_coding', 'u_range', 'u_opacity', 'u_smooth'] as const;

interface Resources {
  readonly gl: WebGL2RenderingContext;
  readonly program: WebGLProgram;
  readonly at: Readonly<Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>>;
  readonly corners: WebGLVertexArrayObject;
  readonly palette: WebGLTexture;
}

/** MapLibre's custom layer: `onAdd`, `render`, `onRemove` are called by the map. */
export class ValueLayer {
  readonly id: string;
  readonly type = 'custom';
  readonly #tiles: ValueTiles;
  readonly #scene: () => ValueScene | null;
  #resources: Resources | null = null;
  #paletteOf: ColormapId | null = null;

  constructor(id: string, tiles: ValueTiles, scene: () => ValueScene | null) {
    this.id = id;
    this.#tiles = tiles;
    this.#scene = scene;
  }

  onAdd(_map: unknown, gl: WebGL2RenderingContext): void {
    this.#resources = createResources(gl);
    this.#paletteOf = null;
  }

  onRemove(_map: unknown, gl: WebGL2RenderingContext): void {
    if (!this.#resources) return;
    gl.deleteProgram(this.#resources.program);
    gl.deleteVertexArray(this.#resources.corners);
    gl.deleteTexture(this.#resources.palette);
    this.#resources = null;
  }

  render(
    _gl: WebGL2RenderingContext,
    { defaultProjectionData }: { defaultProjectionData: { mainMatrix: ArrayLike<number> } },
  ): void {
    const scene = this.#scene();
    const r = this.#resources;
    if (!scene || !r || scene.paint.opacity === 0) return;
    const { gl, at } = r;
    const { colormap, range, opacity } = scene.paint;
    gl.useProgram(r.program);
    gl.bindVertexArray(r.corners);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.CULL_FACE);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, r.palette);
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
      if (this.#draw(r, scene.frame, tile, mainMatrix) || !scene.previous) continue;
      // Another date may stand in for a moment, never for a tile that will not come.
      if (!this.#tiles.hasFailed(scene.frame, tile)) this.#draw(r, scene.previous, tile, mainMatrix);
    }
    gl.bindVertexArray(null);
  }

  /** False where nothing of the frame is at hand. */
  #draw({ gl, at }: Resources, frame: ValueFrame, tile: Tile, matrix: ArrayLike<number>): boolean {
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

function createResources(gl: WebGL2RenderingContext): Resources {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.bindAttribLocation(program, 0, 'a_corner');
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`The shader of the value layer does not link: ${gl.getProgramInfoLog(program)}`);
  const corners = gl.createVertexArray();
  gl.bindVertexArray(corners);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindVertexArray(null);
  const at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  return { gl, program, at: at as Resources['at'], corners, palette: gl.createTexture() };
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
