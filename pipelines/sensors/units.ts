/** Units by the Unified Code for Units of Measure. The only file that knows the library. */
import { ucum } from '@atomic-ehr/ucum';

/** `convert` takes a value from one unit to the other. */
export type Conversion =
  | { readonly kind: 'same' }
  | { readonly kind: 'convert'; readonly convert: (value: number) => number }
  | { readonly kind: 'refused'; readonly reason: string };

/** What people write, and what UCUM calls it. */
const SPELLINGS: Readonly<Record<string, string>> = {
  degC: 'Cel',
  '°C': 'Cel',
  '℃': 'Cel',
  C: 'Cel',
  'degree celsius': 'Cel',
  'degrees celsius': 'Cel',
  celsius: 'Cel',
  degF: '[degF]',
  '°F': '[degF]',
  '°': 'deg',
  degree: 'deg',
  degrees: 'deg',
  percent: '%',
  'µg/m³': 'ug/m3',
  'μg/m³': 'ug/m3',
  'µg/m3': 'ug/m3',
  'μg/m3': 'ug/m3',
  'ug/m^3': 'ug/m3',
  'mg/m³': 'mg/m3',
  'mg/m^3': 'mg/m3',
  'm³/s': 'm3/s',
  'm^3/s': 'm3/s',
  'W/m²': 'W/m2',
  'W/m^2': 'W/m2',
  ppm: '[ppm]',
  ppb: '[ppb]',
  dBA: 'dB',
  'dB(A)': 'dB',
  'µS/cm': 'uS/cm',
  'μS/cm': 'uS/cm',
  Ω: 'Ohm',
  kn: '[kn_i]',
};
/** Longer ones are not units but attacks on its parser, which is recursive. */
const MOST_CHARACTERS = 64;
/** Pairs kept; senders of ever new units must not fill the memory. */
const MOST_KEPT = 1000;

const kept = new Map<string, Conversion>();

/** A UCUM code that stands for the same unit; null where there is none. */
export function ucumOf(text: string): string | null {
  const trimmed = text.trim();
  const spelling = Object.hasOwn(SPELLINGS, trimmed) ? SPELLINGS[trimmed]! : SPELLINGS[trimmed.toLowerCase()];
  const code = typeof spelling === 'string' ? spelling : trimmed;
  return isUcum(code) ? code : null;
}

/** @returns how values of `from` become values of `to`; the reason where they cannot */
export function conversionOf(from: string, to: string): Conversion {
  if (from === to) return { kind: 'same' };
  const pair = `${from}\n${to}`;
  let conversion = kept.get(pair);
  if (!conversion) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(pair, (conversion = makeConversion(from, to)));
  }
  return conversion;
}

function makeConversion(fromText: string, to: string): Conversion {
  const from = ucumOf(fromText);
  if (from === null) return { kind: 'refused', reason: `The unit ${quoted(fromText)} is not one of UCUM` };
  if (from === to) return { kind: 'same' };
  try {
    if (ucum.isConvertible(from, to))
      // The last of a double's digits tell of the arithmetic, not of the sensor: 0.05 mg is 50 ug.
      return { kind: 'convert', convert: (value) => Number(ucum.convert(value, from, to).toPrecision(15)) };
  } catch {
    // told below
  }
  return { kind: 'refused', reason: `The unit ${quoted(fromText)} cannot be converted into ${to}, the datastream's` };
}

function isUcum(code: string): boolean {
  if (code.length === 0 || code.length > MOST_CHARACTERS) return false;
  try {
    return ucum.validate(code).valid;
  } catch {
    return false; // it throws at some characters
  }
}

function quoted(text: string): string {
  return `"${text.slice(0, MOST_CHARACTERS)}"`;
}
