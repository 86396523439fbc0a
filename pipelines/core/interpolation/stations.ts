/** Measured values at places: what interpolation starts from. */

export interface Stations {
  /** Coordinates in units of the CRS in which distances are taken. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Finite. */
  readonly values: Float64Array;
  /** What kriging with external drift takes as drift, finite; null: none. */
  readonly drift: Float64Array | null;
}

/** Closer than this share of the stations' extent, places are one: what rounding makes of equal coordinates. */
const SAME_PLACE = 1e-9;

/** The distance, in units of the CRS, within which two places count as one. */
export function samePlaceDistance({ x, y }: Pick<Stations, 'x' | 'y'>): number {
  return SAME_PLACE * diagonalOf(x, y);
}

/** Diagonal of the box around the places. */
export function diagonalOf(x: Float64Array, y: Float64Array): number {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    minX = Math.min(minX, x[i]!);
    maxX = Math.max(maxX, x[i]!);
    minY = Math.min(minY, y[i]!);
    maxY = Math.max(maxY, y[i]!);
  }
  return x.length === 0 ? 0 : Math.hypot(maxX - minX, maxY - minY);
}

/**
 * One station per place: values (and drifts) at one place become their mean, which stands where the first of them stood.
 * Two values at one place leave a kriging system without a solution.
 */
export function mergeStations(stations: Stations): Stations {
  const { x, y, values, drift } = stations;
  const side = 2 * samePlaceDistance(stations) || 1;
  const owners = new Map<string, number[]>();
  const kept: number[] = [];
  const counts: number[] = [];
  const sums: number[] = [];
  const driftSums: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const owner = findOwner(owners, stations, kept, i, side);
    if (owner === null) {
      const cell = cellOf(x[i]!, y[i]!, side, 0, 0);
      owners.set(cell, [...(owners.get(cell) ?? []), kept.length]);
      kept.push(i);
      counts.push(1);
      sums.push(values[i]!);
      driftSums.push(drift?.[i] ?? 0);
      continue;
    }
    counts[owner]! += 1;
    sums[owner]! += values[i]!;
    driftSums[owner]! += drift?.[i] ?? 0;
  }
  return {
    x: Float64Array.from(kept, (i) => x[i]!),
    y: Float64Array.from(kept, (i) => y[i]!),
    values: Float64Array.from(sums, (sum, k) => sum / counts[k]!),
    drift: drift && Float64Array.from(driftSums, (sum, k) => sum / counts[k]!),
  };
}

/** The kept station at this place, looked for in the cell of a hashed grid and in the eight around it. */
function findOwner(
  owners: ReadonlyMap<string, readonly number[]>,
  { x, y }: Stations,
  kept: readonly number[],
  i: number,
  side: number,
): number | null {
  const near = side / 2;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++)
      for (const owner of owners.get(cellOf(x[i]!, y[i]!, side, dx, dy)) ?? []) {
        const first = kept[owner]!;
        if (Math.hypot(x[first]! - x[i]!, y[first]! - y[i]!) <= near) return owner;
      }
  return null;
}

function cellOf(x: number, y: number, side: number, dx: number, dy: number): string {
  return `${Math.floor(x / side) + dx} ${Math.floor(y / side) + dy}`;
}

/** The numbers of some stations. */
export function pick(numbers: Float64Array, ids: Uint32Array): Float64Array {
  const picked = new Float64Array(ids.length); // Float64Array.from with a function takes ten times as long
  for (let i = 0; i < ids.length; i++) picked[i] = numbers[ids[i]!]!;
  return picked;
}

/** Numbers less their mean, with the mean and their standard deviation (1 where all are equal). */
export function centre(numbers: Float64Array): { values: Float64Array; mean: number; spread: number } {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!;
  const mean = sum / numbers.length;
  const values = numbers.map((number) => number - mean);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return { values, mean, spread: squares > 0 ? Math.sqrt(squares / values.length) : 1 };
}
