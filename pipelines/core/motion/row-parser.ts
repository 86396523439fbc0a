/** Rows of ground motion as bytes of CSV, into records of one length: 2 million cells a second would be too slow by text. */
import type { MotionLayout } from './product.ts';
import { MOTION_ATTRIBUTES } from './product.ts';

/** A displacement that was not observed. Others are tenths of a millimetre. */
export const NO_DISPLACEMENT = -32_768;
const MOST_TENTHS = 32_767;
/** Bytes of a point's name; the service's have 10. */
export const PID_BYTES = 23;
/** Metres of EPSG:3035: what a Hilbert curve of 23 levels covers by the metre. */
export const MOST_METRES = 2 ** 23;

/** Positions in a record, bytes: x and y (Int32, cm), attributes (Float32), name (length, bytes), displacements (Int16). */
export const ATTRIBUTES_AT = 8;
export const PID_AT = ATTRIBUTES_AT + 4 * MOTION_ATTRIBUTES.length;
export const SERIES_AT = PID_AT + 1 + PID_BYTES;

export function recordBytes(dates: number): number {
  return SERIES_AT + 2 * dates;
}

const [COMMA, QUOTE, MINUS, DOT, ZERO, CR, SPACE] = [44, 34, 45, 46, 48, 13, 32] as const;
const POWERS = Float64Array.from({ length: 16 }, (_, k) => 10 ** k);
/** What a column goes to: nowhere, the name, an attribute (1 …), x, y, or a date (100 …). */
const [SKIP, PID, EASTING, NORTHING, FIRST_ATTRIBUTE, FIRST_DATE] = [-1, 0, 1, 2, 10, 100] as const;
const VELOCITY = FIRST_ATTRIBUTE + MOTION_ATTRIBUTES.indexOf('velocity');

export class MotionRowParser {
  /** The record of the row that was parsed last. */
  readonly record: Uint8Array;
  readonly #view: DataView;
  readonly #targets: Int32Array;
  readonly #names: readonly string[];
  readonly #delimiter: number;

  constructor({ names, columns, dateColumns }: MotionLayout, delimiter: number = COMMA) {
    this.record = new Uint8Array(recordBytes(dateColumns.length));
    this.#view = new DataView(this.record.buffer);
    this.#names = names;
    this.#delimiter = delimiter;
    this.#targets = new Int32Array(names.length).fill(SKIP);
    this.#targets[columns.pid] = PID;
    this.#targets[columns.easting] = EASTING;
    this.#targets[columns.northing] = NORTHING;
    for (const [k, attribute] of MOTION_ATTRIBUTES.entries())
      if (columns[attribute] >= 0) this.#targets[columns[attribute]] = FIRST_ATTRIBUTE + k;
    for (const [k, column] of dateColumns.entries()) this.#targets[column] = FIRST_DATE + k;
  }

  /** Fills `record` from the line in `bytes[from … to)`. @returns why it cannot be used, or null. */
  parse(bytes: Uint8Array, from: number, to: number): string | null {
    const targets = this.#targets;
    const delimiter = this.#delimiter;
    if (to > from && bytes[to - 1] === CR) to--;
    for (let k = 0; k < MOTION_ATTRIBUTES.length; k++) this.#view.setFloat32(ATTRIBUTES_AT + 4 * k, NaN, true);
    let column = 0;
    let at = from;
    while (at <= to) {
      let end = at;
      while (end < to && bytes[end] !== delimiter) end++;
      if (column < targets.length && targets[column] !== SKIP) {
        const reason = this.#take(targets[column]!, bytes, at, end, column);
        if (reason !== null) return reason;
      }
      column++;
      at = end + 1;
    }
    return column === targets.length ? null : `it has ${column} cells, and the header ${targets.length}`;
  }

  #take(target: number, bytes: Uint8Array, from: number, to: number, column: number): string | null {
    while (from < to && (bytes[from] === QUOTE || bytes[from] === SPACE)) from++;
    while (to > from && (bytes[to - 1] === QUOTE || bytes[to - 1] === SPACE)) to--;
    if (target === PID) return this.#takePid(bytes, from, to);
    if (from === to) {
      if (target >= FIRST_DATE) this.#setTenths(target, NO_DISPLACEMENT);
      else if (target <= NORTHING || target === VELOCITY) return `${this.#names[column]!} is empty`;
      return null;
    }
    if (target >= FIRST_DATE && this.#takeShort(target, bytes, from, to)) return null;
    const value = numberOf(bytes, from, to);
    if (!Number.isFinite(value)) return `${this.#names[column]!} is "${textOf(bytes, from, to)}", which is no number`;
    if (target >= FIRST_DATE) {
      const tenths = Math.round(value * 10);
      if (Math.abs(tenths) > MOST_TENTHS) return `${this.#names[column]!} is ${value} mm; up to 3276.7 mm can be kept`;
      this.#setTenths(target, tenths);
    } else if (target >= FIRST_ATTRIBUTE)
      this.#view.setFloat32(ATTRIBUTES_AT + 4 * (target - FIRST_ATTRIBUTE), value, true);
    else if (value < 0 || value >= MOST_METRES)
      return `${this.#names[column]!} is ${value}, which is no coordinate of EPSG:3035`;
    else this.#view.setInt32(target === EASTING ? 0 : 4, Math.round(value * 100), true);
    return null;
  }

  /** The usual cell: a sign, up to four digits, a point and one digit. @returns false where it is not of that form. */
  #takeShort(target: number, bytes: Uint8Array, from: number, to: number): boolean {
    const isNegative = bytes[from] === MINUS;
    const start = isNegative ? from + 1 : from;
    if (to - start < 3 || to - start > 5 || bytes[to - 2] !== DOT) return false;
    let tenths = 0;
    for (let i = start; i < to; i++) {
      if (i === to - 2) continue;
      const digit = bytes[i]! - ZERO;
      if (digit < 0 || digit > 9) return false;
      tenths = tenths * 10 + digit;
    }
    this.#setTenths(target, isNegative ? -tenths : tenths);
    return true;
  }

  #setTenths(target: number, tenths: number): void {
    const at = SERIES_AT + 2 * (target - FIRST_DATE);
    this.record[at] = tenths & 255;
    this.record[at + 1] = (tenths >> 8) & 255;
  }

  #takePid(bytes: Uint8Array, from: number, to: number): string | null {
    const length = to - from;
    if (length === 0) return 'pid is empty';
    if (length > PID_BYTES) return `pid has ${length} characters; up to ${PID_BYTES} are kept`;
    this.record[PID_AT] = length;
    for (let i = 0; i < PID_BYTES; i++) this.record[PID_AT + 1 + i] = i < length ? bytes[from + i]! : 0;
    return null;
  }
}

/** A decimal number exactly as `Number` reads it; NaN for anything else. */
function numberOf(bytes: Uint8Array, from: number, to: number): number {
  const isNegative = bytes[from] === MINUS;
  let [mantissa, decimals, digits, isAfterDot] = [0, 0, 0, false];
  for (let i = isNegative ? from + 1 : from; i < to; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
      if (isAfterDot) decimals++;
    } else if (bytes[i] === DOT && !isAfterDot) isAfterDot = true;
    else return unusualNumber(bytes, from, to);
  }
  if (digits === 0 || digits > 15) return unusualNumber(bytes, from, to);
  const value = mantissa / POWERS[decimals]!;
  return isNegative ? -value : value;
}

function unusualNumber(bytes: Uint8Array, from: number, to: number): number {
  const text = textOf(bytes, from, to);
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + 40)));
}
