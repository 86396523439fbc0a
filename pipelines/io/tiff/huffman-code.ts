/** Huffman codes of limited length, in the canonical form of RFC 1951. */

/**
 * Code lengths for symbols by how often they occur; 0 for those that do not.
 *
 * Lengths beyond the limit are cut, and the excess is paid back by lengthening the rarest symbols whose codes still can
 * be, as zlib does: hardly ever needed, and then a few bits from the optimum.
 *
 * @param counts  At least one is positive; a lone symbol gets one bit.
 */
export function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const used = byCount(counts);
  if (used.length === 1) lengths[used[0]!] = 1;
  if (used.length < 2) return lengths;
  const depths = leafDepths(used.map((symbol) => counts[symbol]!));
  const perLength = new Uint32Array(limit + 1);
  for (const depth of depths) perLength[Math.min(depth, limit)]!++;
  balance(perLength, limit);
  // the rarest get the longest
  for (let length = limit, i = 0; length > 0; length--)
    for (let n = perLength[length]!; n > 0; n--) lengths[used[i++]!] = length;
  return lengths;
}

/** The symbols that occur, rarest first. As numbers `count · 2¹⁶ + symbol` they are sorted without a callback. */
function byCount(counts: Uint32Array): Uint32Array {
  const keys = new Float64Array(counts.length);
  let n = 0;
  for (let symbol = 0; symbol < counts.length; symbol++)
    if (counts[symbol]! > 0) keys[n++] = counts[symbol]! * 65536 + symbol;
  return Uint32Array.from(keys.subarray(0, n).sort(), (key) => key % 65536);
}

/** Codes as they are written least significant bit first: the canonical code, reversed. */
export function reversedCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++, code <<= 1)
    for (let symbol = 0; symbol < lengths.length; symbol++)
      if (lengths[symbol] === length) codes[symbol] = reverse(code++, length);
  return codes;
}

/** Depth of each leaf of the Huffman tree over ascending weights, by the two-queue method. */
function leafDepths(weights: Uint32Array): Uint32Array {
  const n = weights.length;
  const sums = new Float64Array(n - 1);
  const parents = new Uint32Array(2 * n - 2); // leaves first, then inner nodes in the order they are made
  let leaf = 0;
  let inner = 0;
  for (let made = 0; made < n - 1; made++) {
    let sum = 0;
    for (let k = 0; k < 2; k++) {
      const takeLeaf = leaf < n && (inner >= made || weights[leaf]! <= sums[inner]!);
      sum += takeLeaf ? weights[leaf]! : sums[inner]!;
      parents[takeLeaf ? leaf++ : n + inner++] = n + made;
    }
    sums[made] = sum;
  }
  const depths = new Uint32Array(2 * n - 1);
  for (let node = 2 * n - 3; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  return depths.subarray(0, n);
}

/** Restores Kraft's equality after lengths were cut to the limit. */
function balance(perLength: Uint32Array, limit: number): void {
  let excess = -(2 ** limit);
  for (let length = 1; length <= limit; length++) excess += perLength[length]! * 2 ** (limit - length);
  while (excess > 0) {
    let length = limit - 1;
    while (perLength[length] === 0) length--;
    perLength[length]!--; // a leaf moves one down and makes room for one of the longest beside it
    perLength[length + 1]! += 2;
    perLength[limit]!--;
    excess--;
  }
}

function reverse(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++, code >>= 1) out = (out << 1) | (code & 1);
  return out;
}
