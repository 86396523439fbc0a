import { aNumber, defineProcess, numberOrNull, anInteger } from '../define-process.ts';
import type { ProcessDefinition } from '../define-process.ts';
import { refusal } from '../refusal.ts';
import type { Schema } from '../schema.ts';

const NUMBER: Schema = { type: ['number', 'null'] };
const INTEGER: Schema = { type: ['integer', 'null'] };

/** A function of one number that leaves nodata as it is. */
function ofOne(id: string, summary: string, compute: (x: number) => number, name = 'x', returns = NUMBER) {
  return defineProcess({
    id,
    summary,
    parameters: [numberOrNull(name, 'A number.')],
    returns,
    evaluate: (x) => (x === null ? null : compute(x)),
  });
}

/** A function of two numbers that is nodata where either is. */
function ofTwo(
  id: string,
  summary: string,
  names: readonly [string, string],
  compute: (x: number, y: number) => number,
) {
  return defineProcess({
    id,
    summary,
    parameters: [numberOrNull(names[0], 'The first number.'), numberOrNull(names[1], 'The second number.')],
    returns: NUMBER,
    evaluate: (x, y) => (x === null || y === null ? null : compute(x, y)),
  });
}

/** To the nearest, halves to the even neighbour (IEEE 754); `Math.round` takes halves up. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Scaling by a whole power of ten upwards and dividing by one downwards keeps 2.5 → 2.5 and 1234.5 → 1200 exact. */
function roundTo(x: number, places: number): number {
  if (!Number.isFinite(x)) return x;
  if (places === 0) return roundHalfEven(x);
  const factor = 10 ** Math.abs(places);
  const rounded = places > 0 ? roundHalfEven(x * factor) / factor : roundHalfEven(x / factor) * factor;
  if (Number.isFinite(rounded)) return rounded;
  return places > 0 ? x : 0; // the factor is beyond what a double holds
}

/** The remainder with the sign of the divisor: -1 mod 5 is 4. By 0 it is infinite; by infinity it is x. */
function floorModulo(x: number, y: number): number {
  if (y === 0) return x / 0;
  const rest = x % y;
  if (!Number.isFinite(y)) return rest;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

export const arithmetic: readonly ProcessDefinition[] = [
  ofTwo('add', 'x + y.', ['x', 'y'], (x, y) => x + y),
  ofTwo('subtract', 'x - y.', ['x', 'y'], (x, y) => x - y),
  ofTwo('multiply', 'x · y.', ['x', 'y'], (x, y) => x * y),
  ofTwo('divide', 'x / y; infinite where y is 0.', ['x', 'y'], (x, y) => x / y),
  ofTwo('power', 'base to the power p.', ['base', 'p'], (base, p) => base ** p),
  ofTwo('mod', 'Remainder of x / y, with the sign of y.', ['x', 'y'], floorModulo),
  ofTwo('log', 'Logarithm of x to a base.', ['x', 'base'], (x, base) => logarithm(x, base)),
  ofOne('absolute', 'x without its sign.', Math.abs),
  ofOne('sgn', 'Sign of x: -1, 0 or 1.', Math.sign),
  ofOne('sqrt', 'Square root of x; NaN below 0.', Math.sqrt),
  ofOne('exp', "Euler's number to the power p.", Math.exp, 'p'),
  ofOne('ln', 'Natural logarithm of x.', Math.log),
  ofOne('ceil', 'The least whole number that is not below x.', Math.ceil, 'x', INTEGER),
  ofOne('floor', 'The greatest whole number that is not above x.', Math.floor, 'x', INTEGER),
  defineProcess({
    id: 'int',
    summary: 'The whole part of x; NaN has none, so it becomes nodata.',
    parameters: [numberOrNull('x', 'A number.')],
    returns: INTEGER,
    evaluate: (x) => (x === null || Number.isNaN(x) ? null : Math.trunc(x) + 0), // + 0 for -0
  }),
  defineProcess({
    id: 'round',
    summary: 'x rounded to decimal places, halves to the even digit.',
    parameters: [
      numberOrNull('x', 'A number.'),
      anInteger('p', 'Decimal places; below 0 for tens, hundreds and so on.', {}, 0),
    ],
    returns: NUMBER,
    evaluate: (x, p) => (x === null ? null : roundTo(x, p)),
  }),
  defineProcess({
    id: 'clip',
    summary: 'x, or the limit that it passes.',
    parameters: [numberOrNull('x', 'A number.'), aNumber('min', 'The least value.'), aNumber('max', 'The greatest.')],
    returns: NUMBER,
    evaluate: (x, min, max) => {
      if (min > max) throw refusal('MinMaxSwapped', `clip has min ${min} and max ${max}; min must not be above max`);
      return x === null ? null : Math.min(Math.max(x, min), max);
    },
  }),
  defineProcess({
    id: 'linear_scale_range',
    summary: 'x, clipped to one range, mapped linearly onto another.',
    parameters: [
      numberOrNull('x', 'A number.'),
      aNumber('inputMin', 'Least value before.'),
      aNumber('inputMax', 'Greatest value before.'),
      aNumber('outputMin', 'Least value after.', {}, 0),
      aNumber('outputMax', 'Greatest value after.', {}, 1),
    ],
    returns: NUMBER,
    evaluate: (x, inputMin, inputMax, outputMin, outputMax) => {
      if (x === null) return null;
      const clipped = Math.min(Math.max(x, Math.min(inputMin, inputMax)), Math.max(inputMin, inputMax));
      return ((clipped - inputMin) / (inputMax - inputMin)) * (outputMax - outputMin) + outputMin;
    },
  }),
  defineProcess({
    id: 'normalized_difference',
    summary: '(x - y) / (x + y).',
    parameters: [numberOrNull('x', 'The first band.'), numberOrNull('y', 'The second band.')],
    returns: NUMBER,
    evaluate: (x, y) => (x === null || y === null ? null : (x - y) / (x + y)),
  }),
];

/** Bases 2 and 10 have functions of their own, which are exact for whole powers. */
function logarithm(x: number, base: number): number {
  if (base === 10) return Math.log10(x);
  if (base === 2) return Math.log2(x);
  return Math.log(x) / Math.log(base);
}
