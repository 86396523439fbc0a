/**
 * Arithmetic over bands of 16-bit numbers in WebAssembly: two doubles at a time, to the last bit what the loop of
 * `codegen.ts` yields, and twice as fast or more. Other expressions and other types stay with that loop.
 */
import { op, moduleOf } from '../kernel/wasm-writer.ts';
import { wasm } from '../kernel/web-assembly.ts';
import type { Samples } from '../raster/block.ts';
import { countUses, findFaults, swallowed } from './analyse.ts';
import { FLOAT32_OVERFLOW, readingsOf } from './codegen.ts';
import type { Calibration, KernelOutput } from './codegen.ts';
import type { Expression, Operator } from './graph.ts';

type Loop = (...arrays: readonly Samples[]) => number;

const INSTRUCTIONS: Readonly<Partial<Record<Operator, readonly number[]>>> = {
  '+': op.addF64,
  '-': op.subtractF64,
  '*': op.multiplyF64,
  '/': op.divideF64,
  negate: op.negateF64,
  abs: op.absF64,
  sqrt: op.sqrtF64,
};

/** Beyond it the values no longer stay in registers, and compiling costs more than it brings. */
const MOST_NODES = 64;

/** Pixels at a time: they stay in the processor's cache while they are copied in, computed and copied out. */
const CHUNK = 8192;
const PAGE_BYTES = 65536;

/**
 * @returns the loop over (bands…, masks…, out); null where this expression, or these types, cannot be computed so.
 */
export function simdLoop(
  expression: Expression,
  calibration: readonly Calibration[],
  output: KernelOutput,
  bands: readonly Samples[],
  masks: number,
): Loop | null {
  const isShort = (band: Samples) => band instanceof Uint16Array || band instanceof Int16Array;
  if (output.kind !== 'float32' || !bands.every(isShort) || !isArithmetic(expression)) return null;
  const signed = bands.map((band) => band instanceof Int16Array);
  const bytes = simdModule(expression, calibration, signed, masks);
  const places = [...bands.map(() => 2 * CHUNK), ...Array.from({ length: masks }, () => CHUNK), 4 * CHUNK];
  const starts = places.map((_, k) => places.slice(0, k).reduce((a, b) => a + b, 0));
  const counter = places.reduce((a, b) => a + b, 0);
  const memory = new wasm.Memory({ initial: Math.ceil((counter + 16) / PAGE_BYTES) });
  const run = new wasm.Instance(new wasm.Module(bytes), { env: { memory } }).exports['run'] as (
    ...pointers: readonly number[]
  ) => void;
  const views = places.map((size, k) => {
    if (k === places.length - 1) return new Float32Array(memory.buffer, starts[k], CHUNK);
    if (k >= bands.length) return new Uint8Array(memory.buffer, starts[k], size);
    return signed[k]
      ? new Int16Array(memory.buffer, starts[k], CHUNK)
      : new Uint16Array(memory.buffer, starts[k], CHUNK);
  });
  const results = views.at(-1) as Float32Array;
  const counts = new Int32Array(memory.buffer, counter, 4);
  return (...arrays) => {
    const out = arrays.at(-1)!;
    let valid = 0;
    for (let start = 0; start < out.length; start += CHUNK) {
      const size = Math.min(CHUNK, out.length - start);
      for (let k = 0; k < arrays.length - 1; k++) views[k]!.set(arrays[k]!.subarray(start, start + size));
      const end = starts.at(-1)! + 4 * size;
      run(...starts, end, counter);
      out.set(size === CHUNK ? results : results.subarray(0, size), start);
      valid += counts[0]! + counts[1]! + counts[2]! + counts[3]!;
      for (let i = size; i % 4 !== 0; i++) if (results[i] === results[i]) valid--; // lanes beyond the last pixel
    }
    return valid;
  };
}

function isArithmetic({ nodes, bandNames }: Expression): boolean {
  return (
    nodes.length <= MOST_NODES &&
    bandNames.length > 0 &&
    nodes.every((node) => node.kind !== 'operation' || INSTRUCTIONS[node.operator] !== undefined)
  );
}

const NAN_BITS = 0x7fc00000;
const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7] as const;
const BOTH_LOWER_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] as const;

/** `run(bands…, masks…, out, end, counter)`: byte addresses. Four pixels a turn, in two pairs of doubles. */
function simdModule(
  expression: Expression,
  calibration: readonly Calibration[],
  signed: readonly boolean[],
  masks: number,
): Uint8Array {
  const bands = signed.length;
  const [out, end, counter] = [bands + masks, bands + masks + 1, bands + masks + 2];
  const parameters = bands + masks + 3;
  const whole = (b: number) => parameters + b; // four integers of a band
  const node = (index: number) => parameters + bands + index;
  const last = parameters + bands + expression.nodes.length;
  const [valid, low, count] = [last, last + 1, last + 2];

  const loads = signed.flatMap((isSigned, b) => [
    ...op.get(b),
    ...op.load64,
    ...(isSigned ? op.extendI16 : op.extendU16),
    ...op.set(whole(b)),
  ]);
  const ask = Array.from({ length: masks }, (_, m) => [
    ...op.get(bands + m),
    ...op.load32,
    ...op.extendU8,
    ...op.extendU16,
    ...(m === 0 ? [] : [...op.get(valid), ...op.and]),
    ...op.set(valid),
  ]).flat();
  const pair = (upper: boolean) => [...pairOf(expression, calibration, whole, node, upper), ...op.toF32];
  const result = [
    ...pair(false),
    ...op.set(low),
    ...op.get(low),
    ...pair(true),
    ...op.shuffle(...BOTH_LOWER_HALVES),
    ...(masks === 0
      ? []
      : [...op.constant(NAN_BITS), ...op.get(valid), ...op.constant(0), ...op.greaterI32x4, ...op.select]),
    ...op.set(low),
  ];
  const store = [
    ...op.get(out),
    ...op.get(low),
    ...op.store,
    ...op.get(count), // count += result is a number (a comparison yields −1)
    ...op.get(low),
    ...op.get(low),
    ...op.equalF32,
    ...op.subtractI32x4,
    ...op.set(count),
  ];
  const advance = (local: number, bytes: number) => [
    ...op.get(local),
    ...op.i32(bytes),
    ...op.addI32,
    ...op.set(local),
  ];
  const body = [
    ...op.loop,
    ...loads,
    ...ask,
    ...result,
    ...store,
    ...signed.flatMap((_, b) => advance(b, 8)),
    ...Array.from({ length: masks }, (_, m) => advance(bands + m, 4)).flat(),
    ...advance(out, 16),
    ...op.get(out),
    ...op.get(end),
    ...op.lessI32,
    ...op.branchIf(0),
    ...op.end,
    ...op.get(counter),
    ...op.get(count),
    ...op.store,
  ];
  return moduleOf(parameters, bands + expression.nodes.length + 3, body);
}

/** Leaves two results as doubles, NaN where they are not finite or too large for single precision. */
function pairOf(
  expression: Expression,
  calibration: readonly Calibration[],
  whole: (band: number) => number,
  local: (node: number) => number,
  upper: boolean,
): number[] {
  const { nodes, root } = expression;
  const { readings, after } = readingsOf(expression, calibration);
  const faults = findFaults(
    expression,
    calibration.map(() => false),
  );
  const uses = countUses(expression);
  const code: number[] = [];
  for (const [index, node] of nodes.entries()) {
    if (uses[index] === 0) continue;
    if (node.kind === 'number') code.push(...op.constantF64(node.value));
    else if (node.kind === 'band') {
      const { added, factor, divisor } = readings[node.band]!;
      code.push(...op.get(whole(node.band)));
      if (upper) code.push(...op.get(whole(node.band)), ...op.shuffle(...UPPER_HALF));
      code.push(...op.toF64);
      if (added !== 0) code.push(...op.constantF64(added), ...op.addF64);
      if (divisor !== null) code.push(...op.constantF64(divisor), ...op.divideF64);
      else if (factor !== 1) code.push(...op.constantF64(factor), ...op.multiplyF64);
    } else code.push(...node.operands.flatMap((operand) => op.get(local(operand))), ...INSTRUCTIONS[node.operator]!);
    // a fault that would vanish here is passed on: x − x is 0, or NaN
    for (const operand of swallowed(node, faults))
      code.push(...op.get(local(operand)), ...op.get(local(operand)), ...op.subtractF64, ...op.addF64);
    code.push(...op.set(local(index)));
  }
  code.push(...op.get(local(root)));
  if (after !== 1) code.push(...op.constantF64(after), ...op.multiplyF64);
  code.push(...op.tee(local(root)));
  const isFit = [...op.get(local(root)), ...op.absF64, ...op.constantF64(FLOAT32_OVERFLOW), ...op.lessF64];
  return [...code, ...op.constantF64(NaN), ...isFit, ...op.select];
}
