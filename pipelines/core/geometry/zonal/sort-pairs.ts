const SHORT = 12;

/**
 * Sorts the first `length` of `keys` in ascending order and moves `values` along: a merge sort, because the built-in one
 * sorts a single array only.
 * @param spareKeys  Room for as many; so is `spareValues`.
 */
export function sortPairs(
  keys: Float64Array,
  values: Float64Array,
  length: number,
  spareKeys: Float64Array,
  spareValues: Float64Array,
): void {
  for (let start = 0; start < length; start += SHORT) insert(keys, values, start, Math.min(length, start + SHORT));
  let [fromKeys, fromValues, toKeys, toValues] = [keys, values, spareKeys, spareValues];
  for (let size = SHORT; size < length; size *= 2) {
    for (let start = 0; start < length; start += 2 * size) {
      const middle = Math.min(length, start + size);
      const end = Math.min(length, start + 2 * size);
      let [a, b] = [start, middle];
      for (let i = start; i < end; i++) {
        const from = b === end || (a < middle && fromKeys[a]! <= fromKeys[b]!) ? a++ : b++;
        toKeys[i] = fromKeys[from]!;
        toValues[i] = fromValues[from]!;
      }
    }
    [fromKeys, fromValues, toKeys, toValues] = [toKeys, toValues, fromKeys, fromValues];
  }
  if (fromKeys === keys) return;
  keys.set(fromKeys.subarray(0, length));
  values.set(fromValues.subarray(0, length));
}

function insert(keys: Float64Array, values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const key = keys[i]!;
    const value = values[i]!;
    let j = i - 1;
    for (; j >= start && keys[j]! > key; j--) {
      keys[j + 1] = keys[j]!;
      values[j + 1] = values[j]!;
    }
    keys[j + 1] = key;
    values[j + 1] = value;
  }
}
