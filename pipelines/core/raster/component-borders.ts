/**
 * Components of a raster that is too large to look at as a whole. Each region finds its own and hands over only the runs
 * at its border; the borders of all regions together tell how large the components are that cross them. So memory goes
 * with the borders, and regions can be worked on in any order and on any thread.
 */
import type { Window } from '../grid/window.ts';
import { findComponents } from './components.ts';
import type { Components, Connectedness } from './components.ts';
import type { RunTable } from './runs.ts';

/** What a region tells of the components that touch its edge. */
export interface RegionBorder {
  /** The runs that touch the edge. */
  readonly runs: RunTable;
  /** Per run, its component in the region (`Components.labels`). */
  readonly labels: Uint32Array;
  /** Per run, the pixels that its component has in the region. */
  readonly sizes: Float64Array;
}

export function borderOf(runs: RunTable, { labels, sizes }: Components, window: Window): RegionBorder {
  const [right, bottom] = [window.col + window.width, window.row + window.height - 1];
  const { rows, starts, ends } = runs;
  const chosen: number[] = [];
  for (let k = 0; k < runs.count; k++)
    if (rows[k] === window.row || rows[k] === bottom || starts[k] === window.col || ends[k] === right) chosen.push(k);
  const pick = Uint32Array.from(chosen, (k) => labels[k]!);
  return { runs: pickRuns(runs, chosen), labels: pick, sizes: Float64Array.from(pick, (label) => sizes[label]!) };
}

function pickRuns({ rows, starts, ends, classes }: RunTable, chosen: readonly number[]): RunTable {
  return {
    count: chosen.length,
    rows: Uint32Array.from(chosen, (k) => rows[k]!),
    starts: Uint32Array.from(chosen, (k) => starts[k]!),
    ends: Uint32Array.from(chosen, (k) => ends[k]!),
    classes: Float64Array.from(chosen, (k) => classes[k]!),
    sums: [],
  };
}

/**
 * The whole size of each component that touches the edge of its region.
 *
 * @param borders  Of all regions, which tile the raster.
 * @returns Per region a map from a component's label there to its pixels in the whole raster.
 */
export function sizesAcross(borders: readonly RegionBorder[], connectedness: Connectedness): Map<number, number>[] {
  const all = mergeBorders(borders);
  const { labels: wholes, count } = findComponents(all.runs, connectedness, all.parts);
  const sizes = new Float64Array(count);
  const isCounted = new Uint8Array(all.runs.count);
  for (let k = 0; k < wholes.length; k++) {
    const part = all.parts[k]!;
    if (isCounted[part] === 0) sizes[wholes[k]!]! += all.sizes[k]!;
    isCounted[part] = 1;
  }
  const across = borders.map(() => new Map<number, number>());
  for (let k = 0; k < wholes.length; k++) across[all.regions[k]!]!.set(all.labels[k]!, sizes[wholes[k]!]!);
  return across;
}

/** The runs of all borders in the order of rows, with where each comes from; a part is a component of a region. */
function mergeBorders(borders: readonly RegionBorder[]) {
  const origin: { region: number; k: number; part: number }[] = [];
  for (const [region, { runs, labels }] of borders.entries()) {
    const parts = new Map<number, number>();
    for (let k = 0; k < runs.count; k++) {
      const part = parts.get(labels[k]!) ?? origin.length;
      parts.set(labels[k]!, part);
      origin.push({ region, k, part });
    }
  }
  const row = ({ region, k }: (typeof origin)[number]) => borders[region]!.runs.rows[k]!;
  const start = ({ region, k }: (typeof origin)[number]) => borders[region]!.runs.starts[k]!;
  const sorted = origin.toSorted((a, b) => row(a) - row(b) || start(a) - start(b));
  const runs: RunTable = {
    count: sorted.length,
    rows: Uint32Array.from(sorted, row),
    starts: Uint32Array.from(sorted, start),
    ends: Uint32Array.from(sorted, ({ region, k }) => borders[region]!.runs.ends[k]!),
    classes: Float64Array.from(sorted, ({ region, k }) => borders[region]!.runs.classes[k]!),
    sums: [],
  };
  return {
    runs,
    parts: Uint32Array.from(sorted, ({ part }) => part),
    regions: sorted.map(({ region }) => region),
    labels: Uint32Array.from(sorted, ({ region, k }) => borders[region]!.labels[k]!),
    sizes: Float64Array.from(sorted, ({ region, k }) => borders[region]!.sizes[k]!),
  };
}
