const DIGIT_BITS = 16;
const BUCKETS = 1 << DIGIT_BITS;

/**
 * The permutation that puts whole numbers in ascending order; equal ones keep their order. A radix sort: a comparison
 * sort of an index array costs ten times as much at a million keys.
 *
 * @param keys  Whole numbers from 0 to 2^53; the first `count` of them are sorted.
 * @returns Indices into `keys`, length `count`.
 */
export function sortOrder(keys: Float64Array, count: number = keys.length): Uint32Array {
  let order = new Uint32Array(count);
  let isSorted = true;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    order[i] = i;
    if (keys[i]! > largest) largest = keys[i]!;
    if (i > 0 && keys[i - 1]! > keys[i]!) isSorted = false;
  }
  if (isSorted) return order;
  let other = new Uint32Array(count);
  const digits = new Uint16Array(count);
  const starts = new Uint32Array(BUCKETS);
  for (let unit = 1; unit <= largest; unit *= BUCKETS) {
    starts.fill(0);
    for (let i = 0; i < count; i++) {
      const digit = Math.floor(keys[i]! / unit) % BUCKETS;
      digits[i] = digit;
      starts[digit]!++;
    }
    let sum = 0;
    for (let digit = 0; digit < BUCKETS; digit++) {
      const size = starts[digit]!;
      starts[digit] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const index = order[i]!;
      other[starts[digits[index]!]!++] = index;
    }
    [order, other] = [other, order];
  }
  return order;
}
