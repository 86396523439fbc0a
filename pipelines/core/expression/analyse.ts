/** Passes over the nodes of an expression. In each, a node's operands are known before the node itself. */
import type { Expression, Node, Operator } from './graph.ts';
import { COMPARISONS } from './graph.ts';

/** Scaling all bands by a positive number is only moved outside while powers of it stay far from overflow. */
const MAX_DEGREE = 8;

export function isComparison(operator: Operator): boolean {
  return (COMPARISONS as readonly string[]).includes(operator);
}

/** How often each node is an operand of a node that counts; 0: folded away. The root counts once. */
export function countUses({ nodes, root }: Expression): Uint32Array {
  const uses = new Uint32Array(nodes.length);
  uses[root] = 1;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!;
    if (uses[index] === 0 || node.kind !== 'operation') continue;
    for (const operand of node.operands) uses[operand]!++;
  }
  return uses;
}

/**
 * The degree d for which f(s·x) = s^d · f(x) for every s > 0, x being all bands; null where there is none. NDVI has
 * degree 0, so it can be computed from digital numbers without scaling any.
 */
export function degreeOf({ nodes, root }: Expression): number | null {
  const degrees: (number | null)[] = [];
  for (const node of nodes) {
    const degree = degreeOfNode(node, nodes, degrees);
    degrees.push(degree === null || Math.abs(degree) > MAX_DEGREE ? null : degree);
  }
  return degrees[root]!;
}

function degreeOfNode(node: Node, nodes: readonly Node[], degrees: readonly (number | null)[]): number | null {
  if (node.kind === 'number') return 0;
  if (node.kind === 'band') return 1;
  const of = node.operands.map((operand) => degrees[operand] ?? null).filter((degree) => degree !== null);
  if (of.length < node.operands.length) return null;
  const [a, b, c] = of as [number, number, number];
  const { operator } = node;
  if (isComparison(operator)) return a === b ? 0 : null;
  switch (operator) {
    case '*':
      return a + b;
    case '/':
      return a - b;
    case 'negate':
    case 'abs':
      return a;
    case 'sqrt':
      return a / 2;
    case 'exp':
    case 'log':
      return a === 0 ? 0 : null;
    case 'where':
      return b === c ? b : null;
    case '^': {
      const exponent = nodes[node.operands[1]!]!;
      if (exponent.kind === 'number') return a * exponent.value;
      return a === 0 && b === 0 ? 0 : null;
    }
    default:
      return a === b ? a : null; // + - min max
  }
}

/** What a node's value can be besides a finite number. Overflow is left out: it ends as a result that is not finite. */
export const FAULT = { none: 0, nan: 1, infinite: 2 } as const;
export type Fault = (typeof FAULT)[keyof typeof FAULT];

/**
 * Where a division by zero, the logarithm or root of a negative number, or NaN from a file can arise and get to.
 *
 * @param nanBands  Per band: its samples are floats and may be NaN.
 */
export function findFaults({ nodes }: Expression, nanBands: readonly boolean[]): readonly Fault[] {
  const faults: Fault[] = [];
  for (const node of nodes) {
    if (node.kind === 'number') faults.push(Number.isFinite(node.value) ? FAULT.none : FAULT.infinite);
    else if (node.kind === 'band') faults.push(nanBands[node.band] ? FAULT.nan : FAULT.none);
    else {
      const own = MAKES[node.operator] ?? FAULT.none;
      faults.push(
        node.operands.reduce<Fault>((worst, operand) => (faults[operand]! > worst ? faults[operand]! : worst), own),
      );
    }
  }
  return faults;
}

/**
 * The operands of a node whose fault would vanish in it: 1 / (1 / 0) is 0, max(-1 / 0, 0) is 0, log(-1) > 3 is false.
 * Such a pixel has no value, so the kernel passes the fault on there. The branch that `where` does not take is no part
 * of the result, and its faults are none of it.
 */
export function swallowed(node: Node, faults: readonly Fault[]): readonly number[] {
  if (node.kind !== 'operation') return [];
  const { operator, operands } = node;
  const least = LOSES[operator] ?? (isComparison(operator) ? FAULT.nan : undefined);
  if (least === undefined) return [];
  const watched = operator === '/' ? operands.slice(1) : operator === 'where' ? operands.slice(0, 1) : operands;
  return [...new Set(watched)].filter((operand) => faults[operand]! >= least);
}

const MAKES: Partial<Record<Operator, Fault>> = {
  sqrt: FAULT.nan,
  '/': FAULT.infinite,
  '^': FAULT.infinite,
  log: FAULT.infinite,
};

/** The least fault that an operator can lose. */
const LOSES: Partial<Record<Operator, Fault>> = {
  '/': FAULT.infinite,
  min: FAULT.infinite,
  max: FAULT.infinite,
  exp: FAULT.infinite,
  '^': FAULT.nan,
  where: FAULT.nan,
};
