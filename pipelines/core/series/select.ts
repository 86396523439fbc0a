/** Medians without sorting and without allocation: quickselect (Hoare's FIND) on the front of a buffer. */

/**
 * Brings the k-th smallest of `a[0 … n − 1]` to place k, smaller ones before it, larger ones after it.
 *
 * @param a  No NaN among the first `n`; they are reordered.
 */
export function select(a: Float64Array, n: number, k: number): number {
  let left = 0;
  let right = n - 1;
  while (left < right) {
    const pivot = medianOfThree(a[left]!, a[(left + right) >> 1]!, a[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (a[i]! < pivot) i++;
      while (a[j]! > pivot) j--;
      if (i <= j) {
        const swap = a[i]!;
        a[i++] = a[j]!;
        a[j--] = swap;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return a[k]!;
}

/**
 * Median of `a[0 … n − 1]`, which are reordered; the mean of the two middle ones where `n` is even; NaN where it is 0.
 */
export function medianInPlace(a: Float64Array, n: number): number {
  if (n === 0) return NaN;
  const k = n >> 1;
  const upper = select(a, n, k);
  if (n & 1) return upper;
  let lower = a[0]!;
  for (let i = 1; i < k; i++) if (a[i]! > lower) lower = a[i]!;
  return (lower + upper) / 2;
}

function medianOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}
