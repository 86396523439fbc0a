/**
 * The source text of a kernel: one loop over the pixels. Nothing of what a user wrote reaches it as text: it is made of
 * our own node indices, of numbers that were parsed, and of the words below.
 */
import { countUses, degreeOf, findFaults, isComparison, swallowed } from './analyse.ts';
import type { Expression, Node } from './graph.ts';

/** Value of a band = dn * scale + offset. */
export interface Calibration {
  readonly scale: number;
  readonly offset: number;
}

/** How a kernel stores its result; `int16` stores value * factor, rounded half away from zero. */
export type KernelOutput =
  | { readonly kind: 'float32' }
  | { readonly kind: 'int16'; readonly factor: number; readonly nodata: -32768 };

export interface KernelShape {
  /** Per band, in the order of `bandNames`. */
  readonly calibration: readonly Calibration[];
  readonly output: KernelOutput;
  /** Per band: the samples are floats, so NaN may be among them. */
  readonly nanBands: readonly boolean[];
  /** How many masks there are; a pixel is valid where all are 1. */
  readonly masks: number;
}

/** 2^128 - 2^103: doubles below it become at most the largest float32, from there on they become infinite. */
export const FLOAT32_OVERFLOW = 3.4028235677973366e38;

/** Text of an operand that grows beyond this gets a name of its own, so that brackets never nest deeply. */
const MAX_INLINE = 400;

/** Pixels in one turn of the loop, by the greatest length of a pixel's text: a turn costs as much as a short formula. */
const TURNS = [
  [800, 8],
  [2000, 4],
] as const;

/** The parts of a loop, as text about the pixel `i`. */
interface PixelSource {
  /** Not 0 where the pixel is valid; empty where all are. */
  readonly valid: string;
  /** Block that computes and stores it. */
  readonly compute: string;
  /** Block that stores that it has no value. */
  readonly skip: string;
}

/** @returns the body of a function of (b0, b1, …, m0, m1, …, out) that yields the number of valid results. */
export function kernelSource(expression: Expression, shape: KernelShape): string {
  const pixel = pixelSource(expression, shape);
  const turn = TURNS.find(([length]) => pixel.compute.length <= length)?.[1] ?? 1;
  return `'use strict';
const n = out.length;
let i = 0, invalid = 0;
for (const last = n - ${turn}; i <= last; i += ${turn}) {
${turnSource(pixel, turn)}
}
for (; i < n; i++) ${onePixel(pixel)}
return n - invalid;`;
}

/** Clouds lie together: mostly all pixels of a turn are valid, and one question is enough for them. */
function turnSource(pixel: PixelSource, turn: number): string {
  const repeat = (text: string) =>
    Array.from({ length: turn }, (_, p) => text.replaceAll('[i]', p === 0 ? '[i]' : `[i + ${p}]`));
  const each = repeat(onePixel(pixel)).join('\n');
  if (pixel.valid === '' || turn === 1) return each;
  return `if ((${repeat(pixel.valid).join(' & ')}) !== 0) { ${repeat(pixel.compute).join('\n')} } else { ${each} }`;
}

function onePixel({ valid, compute, skip }: PixelSource): string {
  return valid === '' ? compute : `if ((${valid}) === 0) ${skip} else ${compute}`;
}

function pixelSource(expression: Expression, shape: KernelShape): PixelSource {
  const { output } = shape;
  const { statements, result } = resultSource(expression, shape);
  const nodata = `out[i] = ${output.kind === 'int16' ? output.nodata : 'NaN'}; invalid++;`;
  const store = output.kind === 'int16' ? storeInt16(result, output.factor, nodata) : storeFloat32(result, nodata);
  return {
    valid: Array.from({ length: shape.masks }, (_, m) => `m${m}[i]`).join(' & '),
    compute: `{ ${[...statements, store].join('\n')} }`,
    skip: `{ ${nodata} }`,
  };
}

/** One comparison catches NaN, the infinities and what does not fit. */
function storeFloat32(result: string, nodata: string): string {
  return `const v = ${result};
if (Math.abs(v) < ${FLOAT32_OVERFLOW}) out[i] = v; else { ${nodata} }`;
}

/**
 * Rounds half away from zero without a branch on the sign: k is the whole part of 2v, and half of it, rounded up where
 * k >= 0 and down where k < 0. Math.round is eight times slower; a branch costs three times as much where signs
 * alternate, because the processor then guesses wrongly.
 */
function storeInt16(result: string, factor: number, nodata: string): string {
  return `const v = (${result})${factor === 1 ? '' : ` * ${literal(factor)}`};
if (Math.abs(v) < 32767.5) { const k = (v + v) | 0; out[i] = (k + 1 + (k >> 31)) >> 1; }
else { ${nodata} }`;
}

function resultSource(expression: Expression, shape: KernelShape): { statements: string[]; result: string } {
  const { nodes, root } = expression;
  const faults = findFaults(expression, shape.nanBands);
  const lost = nodes.map((node) => swallowed(node, faults));
  const named = new Set(lost.flat());
  const uses = countUses(expression);
  const { bands, after } = calibrate(expression, shape.calibration);
  const statements: string[] = [];
  const texts: string[] = [];
  for (const [index, node] of nodes.entries()) {
    let text = uses[index] === 0 ? '' : nodeSource(index, nodes, texts, bands);
    for (const operand of lost[index]!) text = `(${text} + (${texts[operand]} - ${texts[operand]}))`;
    const worth = node.kind !== 'number' && (uses[index]! > 1 || named.has(index) || text.length > MAX_INLINE);
    if (worth) {
      statements.push(`const t${index} = ${text};`);
      text = `t${index}`;
    }
    texts.push(text);
  }
  return { statements, result: after === 1 ? texts[root]! : `${texts[root]} * ${literal(after)}` };
}

function nodeSource(index: number, nodes: readonly Node[], texts: readonly string[], bands: readonly string[]): string {
  const node = nodes[index]!;
  if (node.kind === 'number') return literal(node.value);
  if (node.kind === 'band') return bands[node.band]!;
  const [a, b, c] = node.operands.map((operand) => texts[operand]!) as [string, string, string];
  const { operator } = node;
  if (isComparison(operator)) return `(${a} ${JS_COMPARISON[operator] ?? operator} ${b} ? 1 : 0)`;
  switch (operator) {
    case 'negate':
      return `(-${a})`;
    case 'where':
      return `(${a} !== 0 ? ${b} : ${c})`;
    case '^':
      return `Math.pow(${a}, ${b})`;
    case 'min':
    case 'max':
      return `Math.${operator}(${a}, ${b})`;
    case 'abs':
    case 'sqrt':
    case 'exp':
    case 'log':
      return `Math.${operator}(${a})`;
    default:
      return `(${a} ${operator} ${b})`;
  }
}

const JS_COMPARISON: Readonly<Record<string, string>> = { '==': '===', '!=': '!==' };

/** Brackets keep a sign from meeting another: `a - -1`, not `a --1`. */
function literal(value: number): string {
  return value < 0 || Object.is(value, -0) ? `(-${-value})` : String(value);
}

/** value = (number + added) · factor, or divided by `divisor` where that is more exact. */
export interface BandReading {
  readonly added: number;
  readonly factor: number;
  readonly divisor: number | null;
}

/**
 * How each band is read from its array, and the factor that is left for the result.
 *
 * An offset that is a whole number of digital numbers is added to those, so that what cancels on paper cancels here:
 * with Sentinel-2's -1000, dn 1500 and 500 have the sum 0, not -7e-18. Where every band has the same scale and the
 * expression has a degree, the scale is applied once to the result, or not at all. Comparisons with a number see the
 * double nearest to the decimal value, which is dn / 10000 and not dn * 0.0001.
 */
export function readingsOf(
  expression: Expression,
  calibration: readonly Calibration[],
): { readings: BandReading[]; after: number } {
  const scale = calibration[0]!.scale;
  const degree = scale > 0 && calibration.every((band) => band.scale === scale) ? degreeOf(expression) : null;
  const exact = expression.nodes.some((node) => node.kind === 'operation' && isComparison(node.operator));
  const readings = calibration.map((band): BandReading => {
    const added = wholeOrAsIs(band.offset / band.scale);
    if (degree !== null || band.scale === 1) return { added, factor: 1, divisor: null };
    const divisor = wholeOrAsIs(1 / band.scale);
    return { added, factor: band.scale, divisor: exact && Number.isInteger(divisor) ? divisor : null };
  });
  return { readings, after: degree === null ? 1 : scale ** degree };
}

function calibrate(expression: Expression, calibration: readonly Calibration[]): { bands: string[]; after: number } {
  const { readings, after } = readingsOf(expression, calibration);
  const bands = readings.map(({ added, factor, divisor }, b) => {
    const shifted = plus(`b${b}[i]`, added);
    if (divisor !== null) return `(${shifted} / ${literal(divisor)})`;
    return factor === 1 ? shifted : `(${shifted} * ${literal(factor)})`;
  });
  return { bands, after };
}

function plus(text: string, offset: number): string {
  return offset === 0 ? text : `(${text} + ${literal(offset)})`;
}

/** -0.1 / 0.0001 is meant to be -1000. */
function wholeOrAsIs(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= 1e-9 * Math.abs(whole) ? whole : value;
}
