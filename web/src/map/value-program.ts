/** The program on the graphics card that colours codes: mask-aware average, then the ramp. */

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

export interface ValueProgram {
  readonly gl: WebGL2RenderingContext;
  readonly program: WebGLProgram;
  readonly at: Readonly<Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>>;
  readonly corners: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
  readonly palette: WebGLTexture;
}

/** @throws {Error} where the browser cannot link it. */
export function createProgram(gl: WebGL2RenderingContext): ValueProgram {
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
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindVertexArray(null);
  const at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)]));
  return { gl, program, at: at as ValueProgram['at'], corners, buffer, palette: gl.createTexture() };
}

export function deleteProgram({ gl, program, corners, buffer, palette }: ValueProgram): void {
  gl.deleteProgram(program);
  gl.deleteVertexArray(corners);
  gl.deleteBuffer(buffer);
  gl.deleteTexture(palette);
}
