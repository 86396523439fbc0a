/** What a program costs, before it is run: planes that are held at once, bytes to read, what is worth keeping. */
import type { Window } from '../core/grid/window.ts';
import { split } from '../core/grid/window.ts';
import type { CubeProgram, PlaneOperation } from './program.ts';
import { inputsOf } from './program.ts';
import { planesHeld } from './reduce.ts';

/** Bytes that the planes of one thread may take; deeper programs are worked through in smaller windows. */
const PLANE_BYTES = 48 * 1024 * 1024;
const LEAST_SIDE = 256;

/**
 * Whether a plane that several operations need is kept for the window at hand. Reading again is cheaper than keeping
 * what comes straight from files: a cube of many dates would be held whole.
 */
export function isKept({ kind }: PlaneOperation, uses: number): boolean {
  return (
    uses > 1 &&
    (kind === 'reduce' ||
      kind === 'callback' ||
      kind === 'kernel' ||
      kind === 'speckle' ||
      kind === 'polygons' ||
      kind === 'warp' ||
      kind === 'formula')
  );
}

/** Single-precision planes that are held at once to compute any of the program's planes, and those that are kept. */
export function planesAtOnce({ operations, planes }: CubeProgram): number {
  const uses = new Uint32Array(operations.length);
  for (const plane of planes) uses[plane]!++;
  for (const operation of operations) for (const input of inputsOf(operation)) uses[input]!++;
  const peaks: number[] = [];
  let kept = 0;
  for (const [index, operation] of operations.entries()) {
    const below = Math.max(0, ...inputsOf(operation).map((input) => peaks[input]!));
    peaks.push(heldBy(operation) + below);
    if (isMany(operation) && operation.outputs !== null) kept += operation.outputs;
    else if (isKept(operation, uses[index]!)) kept++;
  }
  return kept + 1 + Math.max(0, ...planes.map((plane) => peaks[plane]!));
}

function isMany(operation: PlaneOperation): operation is Extract<PlaneOperation, { readonly outputs: unknown }> {
  return 'outputs' in operation;
}

function heldBy(operation: PlaneOperation): number {
  switch (operation.kind) {
    case 'formula':
    case 'callback':
    case 'series':
      return operation.inputs.length;
    case 'change':
      return 2 * operation.inputs.length + operation.before + 10; // the kernel has memory of its own
    case 'mask':
    case 'mosaic':
    case 'classed':
      return 1;
    case 'reduce':
      return planesHeld(operation.reducer, operation.inputs.length) - 1;
    case 'kernel':
    case 'speckle':
      return 4;
    case 'warp':
      return 2 + Math.ceil(2 / Math.min(1, operation.scale[0] * operation.scale[1]));
    default:
      return 0;
  }
}

/** Squares of a region whose planes fit; halved, so that they stay aligned with the blocks of most sources. */
export function partsOf(region: Window, planes: number): Window[] {
  let side = 2 ** Math.ceil(Math.log2(Math.max(region.width, region.height)));
  while (side > LEAST_SIDE && side * side * 4 * planes > PLANE_BYTES) side /= 2;
  return split(region.width, region.height, side).map((part) => ({
    ...part,
    col: part.col + region.col,
    row: part.row + region.row,
  }));
}
