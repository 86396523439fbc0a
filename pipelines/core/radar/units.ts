/** Backscatter as files hold it, and as linear power, in which alone it may be averaged. */
import { PlatformError } from '../errors.ts';

export const RADAR_UNITS = ['power', 'amplitude', 'db'] as const;
export type RadarUnit = (typeof RADAR_UNITS)[number];

/** For messages. */
export const UNIT_WORDS: Readonly<Record<RadarUnit, string>> = {
  power: 'linear power',
  amplitude: 'amplitude',
  db: 'decibels',
};

/**
 * To linear power, in place: power itself, amplitude², 10^(dB / 10). What is not above 0 has no logarithm, and no speckle
 * either (it is nodata, or noise that was subtracted): it becomes NaN.
 * @param values  NaN where invalid.
 */
export function toPower(values: Float32Array, unit: RadarUnit): void {
  switch (unit) {
    case 'power':
      for (let i = 0; i < values.length; i++) if (!(values[i]! > 0)) values[i] = NaN;
      break;
    case 'amplitude':
      for (let i = 0; i < values.length; i++) {
        const v = values[i]!;
        values[i] = v > 0 ? v * v : NaN;
      }
      break;
    case 'db':
      for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]! * (Math.LN10 / 10));
      break;
  }
  dropInfinite(values);
}

function dropInfinite(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) if (values[i] === Infinity) values[i] = NaN;
}

/**
 * From linear power, in place.
 * @param noiseFloor  Power; in decibels what is below it is raised to it. 0: none.
 */
export function fromPower(values: Float32Array, unit: RadarUnit, noiseFloor = 0): void {
  switch (unit) {
    case 'power':
      break;
    case 'amplitude':
      for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(values[i]!);
      break;
    case 'db':
      for (let i = 0; i < values.length; i++) {
        const v = values[i]!;
        values[i] = toDecibels(v < noiseFloor ? noiseFloor : v);
      }
      break;
  }
}

/** 10 · log₁₀ of a power. */
export function toDecibels(power: number): number {
  return (10 / Math.LN10) * Math.log(power);
}

/** The unit that a band's unit, its name or its file's name tell; null where they do not. */
export function unitFromWords(words: readonly (string | null)[]): RadarUnit | null {
  for (const word of words) {
    if (word === null) continue;
    if (/(^|[^a-z])(db|decibels?)([^a-z]|$)/i.test(word)) return 'db';
    if (/amplitude/i.test(word)) return 'amplitude';
    if (/intensity|(^|[^a-z])(linear|power)([^a-z]|$)/i.test(word)) return 'power';
  }
  return null;
}

/** Of a sample of a band's valid values. */
export interface ValueSummary {
  readonly count: number;
  /** Share of values below 0, 0 to 1. */
  readonly negative: number;
  readonly median: number;
  /** Share of values that are exactly 0 in all that are valid, 0 to 1; they count in nothing else here. */
  readonly zeros: number;
  /** The band holds whole numbers without a scale, as a product before calibration does. */
  readonly isInteger: boolean;
}

/** Backscatter of land and water lies between −35 and +5 dB; a median beyond these is something else. */
const PLAUSIBLE_DB = { min: -45, max: 15 };

/** What the values look like where nothing tells. */
export function guessUnit({ negative, isInteger }: ValueSummary): RadarUnit {
  if (negative > 0.05) return 'db';
  return isInteger ? 'amplitude' : 'power';
}

/** Whether values of a unit are calibrated backscatter; digital numbers of a product are hundreds. */
export function isCalibrated({ median }: ValueSummary, unit: RadarUnit): boolean {
  return unit === 'db' || toDecibels(unit === 'power' ? median : median * median) <= PLAUSIBLE_DB.max;
}

/**
 * Refuses a unit that the values contradict.
 * @param name  Of the file, for the message.
 * @throws {PlatformError} `calibration-invalid`
 */
export function checkUnit(name: string, unit: RadarUnit, summary: ValueSummary): void {
  const { count, negative, median } = summary;
  if (count === 0) return;
  const refuse = (found: string, instead: string) => {
    throw new PlatformError(
      'calibration-invalid',
      `${name} cannot hold backscatter in ${UNIT_WORDS[unit]}: ${found}; ${instead}`,
      { detail: { path: name, unit, median, negative } },
    );
  };
  const share = `${(100 * negative).toFixed(0)} % of its values are negative`;
  const others = RADAR_UNITS.filter((other) => other !== unit).join(' or ');
  if (unit === 'db') {
    if (median < PLAUSIBLE_DB.min || median > PLAUSIBLE_DB.max)
      refuse(`half of its values lie beyond ${median.toPrecision(3)} dB`, `say --input ${others}, or calibrate it`);
    if (negative === 0) refuse('none of its values is negative', `say --input ${others}`);
  } else if (negative > 0.05) refuse(share, 'say --input db');
}
