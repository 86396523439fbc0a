/** Which things to do for a budget: the set of the highest total value, proven, by dynamic programming over what costs and gains. */

export interface Choice {
  /** Above 0 counts; at most the budget, or it cannot be chosen. */
  readonly cost: number;
  readonly value: number;
}

export interface Chosen {
  /** Places in the list, rising. */
  readonly chosen: readonly number[];
  readonly cost: number;
  readonly value: number;
  /** No set can have more than this. */
  readonly bound: number;
  /** Whether the set is proven to be the best; else `bound` says how far it may be from it. */
  readonly isExact: boolean;
}

/** States that are held at once; more would take more memory and time than the last per mille is worth. */
const MOST_STATES = 400_000;

interface State {
  readonly cost: number;
  readonly value: number;
  /** The item that was taken last, and what was there before it. */
  readonly item: number;
  readonly before: State | null;
}

/**
 * The best set within a budget. Sets are built item by item in the order of value per cost; of all sets only those stay
 * that no other beats in both cost and value, and that could still beat the best known one were the rest divisible
 * (Nemhauser and Ullmann 1969, with the bound of Dantzig 1957).
 *
 * @param budget  In the unit of the costs, which may be any numbers from 0.
 */
export function chooseWithin(choices: readonly Choice[], budget: number): Chosen {
  const order = choices
    .map((_, k) => k)
    .filter((k) => choices[k]!.value > 0 && choices[k]!.cost <= budget)
    .sort((a, b) => ratio(choices[b]!) - ratio(choices[a]!) || choices[a]!.cost - choices[b]!.cost || a - b);
  const sums = prefixSums(choices, order);
  const bound = boundFrom(choices, order, sums, 0, budget);
  let best = greedy(choices, order, budget);
  let states: State[] = [NOTHING];
  let isExact = true;
  for (const [at, k] of order.entries()) {
    states = merge(states, choices[k]!, k, budget);
    for (const state of states) {
      const filled = fill(choices, order, state, at + 1, budget);
      if (filled.value > best.value) best = filled;
      // The list is long only where it matters: a few are enough to find good sets
      if (states.length > 50) break;
    }
    const least = best.value * (1 + 1e-12);
    states = states.filter(({ cost, value }) => value + boundFrom(choices, order, sums, at + 1, budget - cost) > least);
    if (states.length === 0) break;
    if (states.length > MOST_STATES) {
      isExact = false;
      break;
    }
    for (const state of states) if (state.value > best.value) best = state;
  }
  const chosen: number[] = [];
  for (let state: State | null = best; state && state.item >= 0; state = state.before) chosen.push(state.item);
  chosen.sort((a, b) => a - b);
  return { chosen, cost: best.cost, value: best.value, bound: isExact ? best.value : bound, isExact };
}

const NOTHING: State = { cost: 0, value: 0, item: -1, before: null };

function ratio({ cost, value }: Choice): number {
  return cost > 0 ? value / cost : Infinity;
}

function prefixSums(choices: readonly Choice[], order: readonly number[]) {
  const [costs, values] = [new Float64Array(order.length + 1), new Float64Array(order.length + 1)];
  for (let k = 0; k < order.length; k++) {
    costs[k + 1] = costs[k]! + choices[order[k]!]!.cost;
    values[k + 1] = values[k]! + choices[order[k]!]!.value;
  }
  return { costs, values };
}

/** What the items from `from` on give at most for `left`, were the last one divisible. */
function boundFrom(
  choices: readonly Choice[],
  order: readonly number[],
  { costs, values }: ReturnType<typeof prefixSums>,
  from: number,
  left: number,
): number {
  const most = costs[from]! + left;
  let [low, high] = [from, order.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (costs[middle]! <= most) low = middle;
    else high = middle - 1;
  }
  const whole = values[low]! - values[from]!;
  if (low === order.length) return whole;
  const next = choices[order[low]!]!;
  return whole + (next.cost > 0 ? (next.value * (most - costs[low]!)) / next.cost : next.value);
}

function greedy(choices: readonly Choice[], order: readonly number[], budget: number): State {
  return fill(choices, order, NOTHING, 0, budget);
}

/** Takes all that still fits, in order. */
function fill(choices: readonly Choice[], order: readonly number[], begin: State, from: number, budget: number): State {
  let state = begin;
  for (let at = from; at < order.length; at++) {
    const { cost, value } = choices[order[at]!]!;
    if (state.cost + cost <= budget)
      state = { cost: state.cost + cost, value: state.value + value, item: order[at]!, before: state };
  }
  return state;
}

/** The list with and without the item, by rising cost; what another beats is left out. */
function merge(states: readonly State[], { cost, value }: Choice, item: number, budget: number): State[] {
  const merged: State[] = [];
  let best = -1;
  let [i, j] = [0, 0];
  while (i < states.length || j < states.length) {
    const without = states[i];
    const base = states[j];
    const withCost = base === undefined ? Infinity : base.cost + cost;
    if (withCost > budget && without === undefined) break;
    let next: State;
    if (
      without !== undefined &&
      (without.cost < withCost || (without.cost === withCost && without.value >= base!.value + value))
    ) {
      next = without;
      i++;
    } else {
      j++;
      if (withCost > budget) continue;
      next = { cost: withCost, value: base!.value + value, item, before: base! };
    }
    if (next.value > best) {
      merged.push(next);
      best = next.value;
    }
  }
  return merged;
}
