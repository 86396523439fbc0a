/** Numbers as short decimal text, straight into bytes: several times as fast as through strings. */
const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** The two digits of 0 to 99. */
const TENS = Uint8Array.from({ length: 100 }, (_, k) => ZERO + Math.floor(k / 10));
const UNITS = Uint8Array.from({ length: 100 }, (_, k) => ZERO + (k % 10));
/** Bytes that one number takes at most. */
export const NUMBER_BYTES = 32;
/** Digits of one number, most of them scratch. */
const scratch = new Uint8Array(NUMBER_BYTES);
const single = new Float64Array(1);
const decoder = new TextDecoder();

/**
 * Writes a finite number, rounded to so many significant digits, without trailing zeros. It is named by its place: V8
 * makes an object of a number that is handed to a function, and a table has millions.
 * @param digits  1 to 15.
 * @returns the position after it
 */
export function putNumber(bytes: Uint8Array, at: number, values: Float64Array, index: number, digits: number): number {
  const value = values[index]!;
  const size = Math.abs(value);
  if (size >= 1e15 || (size < 1e-5 && size > 0)) return putText(bytes, at, String(Number(value.toPrecision(digits))));
  if (value < 0) bytes[at++] = MINUS;
  let exponent = 0; // digits in front of the point; below 0, the zeros behind it
  if (size >= 1) while (size >= POWERS[exponent]!) exponent++;
  else if (size > 0) while (size * POWERS[1 - exponent]! < 1) exponent--;
  const decimals = Math.max(0, digits - exponent);
  const unit = POWERS[decimals]!;
  const scaled = Math.floor(size * unit + 0.5); // below 2^53
  let whole = Math.floor(scaled / unit);
  let rest = scaled - whole * unit;
  if (rest < 0) {
    whole--;
    rest += unit;
  }
  at = putWhole(bytes, at, whole);
  if (rest === 0) return at;
  bytes[at++] = POINT;
  let end = at + decimals;
  let i = end;
  if ((decimals & 1) === 1) {
    const upper = Math.floor(rest / 10);
    bytes[--i] = ZERO + rest - upper * 10;
    rest = upper;
  }
  while (i > at) {
    // Eight digits at a time, so that they are divided as integers, and two by two.
    const upper = Math.floor(rest / 1e8);
    let eight = (rest - upper * 1e8) | 0;
    for (let k = 0; k < 4 && i > at; k++) {
      const next = (eight / 100) | 0;
      const pair = eight - next * 100;
      bytes[--i] = UNITS[pair]!;
      bytes[--i] = TENS[pair]!;
      eight = next;
    }
    rest = upper;
  }
  while (bytes[end - 1] === ZERO) end--;
  return end;
}

function putWhole(bytes: Uint8Array, at: number, whole: number): number {
  if (whole >= 1e9) {
    const upper = Math.floor(whole / 1e9);
    at = putWhole(bytes, at, upper);
    const lower = String(whole - upper * 1e9).padStart(9, '0');
    return putText(bytes, at, lower);
  }
  let length = 1;
  while (whole >= POWERS[length]!) length++;
  let rest = whole | 0;
  for (let i = at + length; i > at;) {
    const next = (rest / 10) | 0;
    bytes[--i] = ZERO + rest - next * 10;
    rest = next;
  }
  return at + length;
}

function putText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  return at;
}

/** The same as text. */
export function numberText(value: number, digits: number): string {
  single[0] = value;
  return decoder.decode(scratch.subarray(0, putNumber(scratch, 0, single, 0, digits)));
}
