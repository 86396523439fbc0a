/** Prefix codes of bounded length, as Deflate wants them. */

/**
 * Lengths of an optimal prefix code, cut to `limit` bits.
 * @param counts  How often each symbol occurs.
 * @returns one length per symbol; 0 where it does not occur. At least two symbols get one.
 * @see Moffat and Katajainen 1995, In-place calculation of minimum-redundancy codes
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const order = sortedSymbols(counts);
  const n = order.length;
  if (n < 2) {
    lengths[order[0] ?? 0] = 1;
    lengths[order[0] === 0 || n === 0 ? 1 : 0] = 1;
    return lengths;
  }
  const perLength = limited(depths(Float64Array.from(order, (symbol) => counts[symbol]!)), limit);
  let at = 0;
  for (let length = limit; length > 0; length--)
    for (let k = perLength[length]!; k > 0; k--) lengths[order[at++]!] = length;
  return lengths;
}

/** Canonical codes for lengths, each with its bits reversed (Deflate sends the highest first): code | length << 16. */
export function packCodes(lengths: Uint8Array): Uint32Array {
  const next = new Uint32Array(17);
  for (const length of lengths) if (length > 0) next[length + 1]!++;
  for (let length = 2; length <= 16; length++) next[length] = (next[length]! + next[length - 1]!) << 1;
  // `next[l]` now is the first code of length l: twice the codes of lesser lengths and their predecessors.
  return Uint32Array.from(lengths, (length) => (length === 0 ? 0 : reversed(next[length]!++, length) | (length << 16)));
}

/** The symbols that occur, rarest first; of equals the lower first. */
function sortedSymbols(counts: Uint32Array): Uint16Array {
  const keys = new Float64Array(counts.length);
  let n = 0;
  for (let symbol = 0; symbol < counts.length; symbol++)
    if (counts[symbol]! > 0) keys[n++] = counts[symbol]! * 512 + symbol;
  return Uint16Array.from(keys.subarray(0, n).sort(), (key) => key % 512);
}

/** From counts, rarest first, to the depth of each in the optimal tree, in place. */
function depths(a: Float64Array): Float64Array {
  const n = a.length;
  a[0]! += a[1]!;
  let [root, leaf] = [0, 2];
  const take = (next: number) => {
    if (leaf >= n || (root < next && a[root]! < a[leaf]!)) {
      const weight = a[root]!;
      a[root++] = next;
      return weight;
    }
    return a[leaf++]!;
  };
  for (let next = 1; next < n - 1; next++) {
    const first = take(next);
    a[next] = first + take(next);
  }
  a[n - 2] = 0;
  for (let next = n - 3; next >= 0; next--) a[next] = a[a[next]!]! + 1;
  let [free, used, depth, at] = [1, 0, 0, n - 1];
  root = n - 2;
  while (free > 0) {
    for (; root >= 0 && a[root] === depth; root--) used++;
    for (; free > used; free--) a[at--] = depth;
    free = 2 * used;
    depth++;
    used = 0;
  }
  return a;
}

/** How many codes of each length, none longer than `limit` and together complete. */
function limited(depth: Float64Array, limit: number): Uint32Array {
  const perLength = new Uint32Array(limit + 1);
  for (const d of depth) perLength[Math.min(d, limit)]!++;
  let total = 0;
  for (let length = 1; length <= limit; length++) total += perLength[length]! * 2 ** (limit - length);
  for (; total > 2 ** limit; total--) {
    perLength[limit]!--;
    let length = limit - 1;
    while (perLength[length] === 0) length--;
    perLength[length]!--;
    perLength[length + 1]! += 2;
  }
  return perLength;
}

function reversed(code: number, length: number): number {
  let out = 0;
  for (let bit = 0; bit < length; bit++) out |= ((code >> bit) & 1) << (length - 1 - bit);
  return out;
}
