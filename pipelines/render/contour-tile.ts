/**
 * Contour lines as a vector tile: the layer `contours`, a feature for each height.
 * @see https://github.com/mapbox/vector-tile-spec/tree/master/2.1
 */
import type { ContourLine } from '../core/raster/contours.ts';
import { PbfBuffer } from '../core/vector/pbf-buffer.ts';
import { TILE_EXTENT } from '../core/vector/tile-walk.ts';

const TAG = { layer: 0x1a, name: 0x0a, feature: 0x12, key: 0x1a, value: 0x22, extent: 0x28, version: 0x78 } as const;
const FEATURE_TAG = { tags: 0x12, type: 0x18, geometry: 0x22 } as const;
const DOUBLE_VALUE = 0x19;
const LINE = 2;

/**
 * @param lines  In nodes of a lattice that lies at the centres of the tile's pixels, with one more on each side.
 * @param size  Pixels along the side of the tile.
 */
export function encodeContours(lines: readonly ContourLine[], size: number): Uint8Array {
  const out = new PbfBuffer();
  const message = out.begin(TAG.layer);
  putText(out, TAG.name, 'contours');
  const levels = [...Map.groupBy(lines, ({ level }) => level)];
  levels.forEach(([, ofLevel], number) => putFeature(out, number, ofLevel, TILE_EXTENT / size));
  putText(out, TAG.key, 'height');
  for (const [level] of levels) putNumber(out, level);
  out.reserve(16);
  out.byte(TAG.extent);
  out.varint(TILE_EXTENT);
  out.byte(TAG.version);
  out.byte(2);
  out.end(message);
  return out.bytes.slice(0, out.length);
}

function putText(out: PbfBuffer, tag: number, text: string): void {
  const message = out.begin(tag);
  out.utf8(text);
  out.end(message);
}

function putNumber(out: PbfBuffer, value: number): void {
  const message = out.begin(TAG.value);
  out.byte(DOUBLE_VALUE);
  for (const byte of new Uint8Array(Float64Array.of(value).buffer)) out.byte(byte);
  out.end(message);
}

function putFeature(out: PbfBuffer, number: number, lines: readonly ContourLine[], scale: number): void {
  const message = out.begin(TAG.feature);
  const tags = out.begin(FEATURE_TAG.tags);
  out.byte(0); // the key `height`
  out.varint(number);
  out.end(tags);
  out.byte(FEATURE_TAG.type);
  out.byte(LINE);
  const geometry = out.begin(FEATURE_TAG.geometry);
  let [x, y] = [0, 0];
  const step = (toX: number, toY: number) => {
    out.varint(zigzag(toX - x));
    out.varint(zigzag(toY - y));
    [x, y] = [toX, toY];
  };
  for (const { points } of lines) {
    const steps = quantise(points, scale);
    if (steps.length < 4) continue;
    out.reserve(16 + 5 * steps.length);
    out.byte(9); // move to, once
    step(steps[0]!, steps[1]!);
    out.varint(((steps.length / 2 - 1) << 3) | 2); // line to, so many times
    for (let i = 2; i < steps.length; i += 2) step(steps[i]!, steps[i + 1]!);
  }
  out.end(geometry);
  out.end(message);
}

/** Units of the tile, without vertices that fall together. */
function quantise(points: Float64Array, scale: number): number[] {
  const steps: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [Math.round((points[i]! - 0.5) * scale), Math.round((points[i + 1]! - 0.5) * scale)];
    if (steps.at(-2) !== x || steps.at(-1) !== y) steps.push(x, y);
  }
  return steps;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
