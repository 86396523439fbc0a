/** Columns of a block of points as bytes, before they are compressed. */
import type { MotionAttribute } from './product.ts';
import { MOTION_ATTRIBUTES } from './product.ts';
import { ATTRIBUTES_AT, PID_AT, recordBytes, SERIES_AT } from './row-parser.ts';

export interface MotionPoints {
  readonly count: number;
  /** Centimetres of EPSG:3035. */
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  /** NaN: not told. Displacements in mm, velocities in mm/year. */
  readonly attributes: Readonly<Record<MotionAttribute, Float32Array>>;
  readonly pids: readonly string[];
}

const FIXED = 8 + 4 * MOTION_ATTRIBUTES.length;

/** Records, one after the other, as columns. */
export function packPoints(records: Uint8Array, count: number, dates: number): Uint8Array {
  const size = recordBytes(dates);
  let pidBytes = 0;
  for (let i = 0; i < count; i++) pidBytes += 1 + records[i * size + PID_AT]!;
  const out = new Uint8Array(count * FIXED + pidBytes);
  for (let field = 0; field < FIXED / 4; field++)
    for (let i = 0; i < count; i++)
      for (let b = 0; b < 4; b++)
        out[(field * count + i) * 4 + b] =
          records[i * size + (field < 2 ? 4 * field : ATTRIBUTES_AT + 4 * (field - 2)) + b]!;
  let at = count * FIXED;
  for (let i = 0; i < count; i++) {
    const from = i * size + PID_AT;
    out.set(records.subarray(from, from + 1 + records[from]!), at);
    at += 1 + records[from]!;
  }
  return out;
}

const text = new TextDecoder('latin1');

export function unpackPoints(bytes: Uint8Array, count: number): MotionPoints {
  const columns = bytes.slice(0, count * FIXED).buffer;
  const pids: string[] = [];
  for (let at = count * FIXED; pids.length < count; at += 1 + bytes[at]!)
    pids.push(text.decode(bytes.subarray(at + 1, at + 1 + bytes[at]!)));
  const attributes = Object.fromEntries(
    MOTION_ATTRIBUTES.map((name, k) => [name, new Float32Array(columns, (2 + k) * 4 * count, count)]),
  ) as Record<MotionAttribute, Float32Array>;
  return {
    count,
    xs: new Int32Array(columns, 0, count),
    ys: new Int32Array(columns, 4 * count, count),
    attributes,
    pids,
  };
}

/** Steps from date to date, small ones as small numbers, all low bytes before all high ones: those are nearly all 0. */
export function packSeries(records: Uint8Array, count: number, dates: number): Uint8Array {
  const size = recordBytes(dates);
  const total = count * dates;
  const out = new Uint8Array(2 * total);
  for (let i = 0, k = 0; i < count; i++) {
    let before = 0;
    for (let at = i * size + SERIES_AT, end = at + 2 * dates; at < end; at += 2, k++) {
      const value = ((records[at]! | (records[at + 1]! << 8)) << 16) >> 16;
      const step = ((value - before) << 16) >> 16;
      const zigzag = (step << 1) ^ (step >> 15);
      out[k] = zigzag & 255;
      out[total + k] = (zigzag >> 8) & 255;
      before = value;
    }
  }
  return out;
}

/** Tenths of a millimetre, the dates of a point one after the other. */
export function unpackSeries(bytes: Uint8Array, count: number, dates: number): Int16Array {
  const total = count * dates;
  const out = new Int16Array(total);
  for (let i = 0, k = 0; i < count; i++) {
    let value = 0;
    for (let end = k + dates; k < end; k++) {
      const zigzag = bytes[k]! | (bytes[total + k]! << 8);
      value += (zigzag >>> 1) ^ -(zigzag & 1);
      out[k] = value;
      value = out[k]!;
    }
  }
  return out;
}
