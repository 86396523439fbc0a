/** Connected components: pixels of one class that touch. Computed over runs with a union-find, in one pass. */
import type { RunTable } from './runs.ts';

/** Pixels touch by their edges alone (4), or by their corners too (8). */
export const CONNECTEDNESS = [4, 8] as const;
export type Connectedness = (typeof CONNECTEDNESS)[number];

export interface Components {
  readonly count: number;
  /** Per run, its component from 0, in the order in which they first appear. */
  readonly labels: Uint32Array;
  /** Pixels of each component. */
  readonly sizes: Float64Array;
}

/**
 * The components of runs; those of a whole raster, or of a region of it (`component-borders.ts` then joins regions).
 *
 * @param groups  Per run, a number below `runs.count`: runs of the same number belong together without touching.
 */
export function findComponents(runs: RunTable, connectedness: Connectedness, groups?: Uint32Array): Components {
  const parents = new Uint32Array(runs.count);
  for (let k = 0; k < runs.count; k++) parents[k] = k;
  if (groups) joinGroups(parents, groups);
  joinTouching(parents, runs, connectedness === 8 ? 1 : 0);
  return numberRoots(parents, runs);
}

/** Follows parents to the root and halves the way on it. */
function rootOf(parents: Uint32Array, k: number): number {
  let at = k;
  while (parents[at] !== at) at = parents[at] = parents[parents[at]!]!;
  return at;
}

/** The earlier run becomes the root, so that numbers do not depend on the order of unions. */
function unite(parents: Uint32Array, a: number, b: number): void {
  const [p, q] = [rootOf(parents, a), rootOf(parents, b)];
  if (p < q) parents[q] = p;
  else parents[p] = q;
}

function joinGroups(parents: Uint32Array, groups: Uint32Array): void {
  const first = new Int32Array(groups.length).fill(-1);
  for (let k = 0; k < groups.length; k++) {
    const group = groups[k]!;
    if (first[group]! < 0) first[group] = k;
    else unite(parents, first[group]!, k);
  }
}

/** @param reach  How far beyond its ends a run touches runs of the next row: 1 with corners, else 0. */
function joinTouching(parents: Uint32Array, { count, rows, starts, ends, classes }: RunTable, reach: number): void {
  let above = 0; // the first run of the row before that can still touch one
  for (let k = 0; k < count; k++) {
    const row = rows[k]!;
    if (k > 0 && rows[k - 1] === row && ends[k - 1] === starts[k] && classes[k - 1] === classes[k])
      unite(parents, k - 1, k);
    while (above < k && (rows[above]! < row - 1 || (rows[above] === row - 1 && ends[above]! + reach <= starts[k]!)))
      above++;
    for (let j = above; j < k && rows[j] === row - 1 && starts[j]! < ends[k]! + reach; j++)
      if (classes[j] === classes[k] && ends[j]! + reach > starts[k]!) unite(parents, j, k);
  }
}

function numberRoots(parents: Uint32Array, { starts, ends }: RunTable): Components {
  const labels = new Uint32Array(parents.length);
  const sizes: number[] = [];
  for (let k = 0; k < parents.length; k++) {
    const root = rootOf(parents, k);
    if (root === k) {
      labels[k] = sizes.length;
      sizes.push(0);
    } else labels[k] = labels[root]!; // a root comes before its runs
    sizes[labels[k]!]! += ends[k]! - starts[k]!;
  }
  return { count: sizes.length, labels, sizes: Float64Array.from(sizes) };
}
