// AssemblyScript: the passes of reduce-words.ts over eight rows of 16-bit pixels.
// Compiled into overview-wasm.ts by test/support/build-wasm.ts.

/** Adds pixels by twos and fours: rows of `width` words, a multiple of 8 → i32 sums and counts of half the width. */
export function sumWords(
  from: i32,
  width: i32,
  rows: i32,
  nodata: i32,
  isSigned: bool,
  sums: i32,
  counts: i32,
): void {
  const empty = i16x8.splat(<i16>nodata);
  const step = width << 1;
  for (; rows > 0; rows--, from += step)
    for (const end = from + step; from < end; from += 16, sums += 16, counts += 16) {
      const a = v128.load(from);
      const b = v128.load(from + step);
      const hasA = i16x8.ne(a, empty);
      const hasB = i16x8.ne(b, empty);
      const validA = v128.and(a, hasA);
      const validB = v128.and(b, hasB);
      v128.store(
        sums,
        isSigned
          ? i32x4.add(i32x4.extadd_pairwise_i16x8_s(validA), i32x4.extadd_pairwise_i16x8_s(validB))
          : i32x4.add(i32x4.extadd_pairwise_i16x8_u(validA), i32x4.extadd_pairwise_i16x8_u(validB)),
      );
      // true is -1
      v128.store(counts, i32x4.neg(i32x4.extadd_pairwise_i16x8_s(i16x8.add(hasA, hasB))));
    }
}

/** Adds numbers by fours: rows of `width` i32, a multiple of 8 → `rows` rows of half the width. */
export function addFours(from: i32, width: i32, rows: i32, to: i32): void {
  const step = width << 2;
  for (; rows > 0; rows--, from += step)
    for (const end = from + step; from < end; from += 32, to += 16) {
      const left = i32x4.add(v128.load(from), v128.load(from + step));
      const right = i32x4.add(v128.load(from, 16), v128.load(from + step, 16));
      v128.store(
        to,
        i32x4.add(i32x4.shuffle(left, right, 0, 2, 4, 6), i32x4.shuffle(left, right, 1, 3, 5, 7)),
      );
    }
}

/**
 * Means of `size` sums, a multiple of 8, rounded to nearest, halves up; `nodata` where nothing was counted. A mean that
 * equals `nodata` is moved by one to its own side.
 * @param full  log₂ of the count where every pixel is valid: a shift instead of a division.
 */
export function roundMeans(sums: i32, counts: i32, size: i32, full: i32, nodata: i32, to: i32): void {
  const whole = i32x4.splat(1 << full);
  const half = i32x4.splat((1 << full) >> 1);
  const empty = i32x4.splat(nodata);
  for (const end = to + (size << 1); to < end; to += 16, sums += 32, counts += 32) {
    const countLeft = v128.load(counts);
    const countRight = v128.load(counts, 16);
    const left = i32x4.shr_s(i32x4.add(v128.load(sums), half), full);
    const right = i32x4.shr_s(i32x4.add(v128.load(sums, 16), half), full);
    const isFull = v128.and(
      v128.and(i32x4.eq(countLeft, whole), i32x4.eq(countRight, whole)),
      v128.and(i32x4.ne(left, empty), i32x4.ne(right, empty)),
    );
    if (i32x4.all_true(isFull))
      v128.store(to, i16x8.shuffle(left, right, 0, 2, 4, 6, 8, 10, 12, 14));
    else if (!v128.any_true(v128.or(countLeft, countRight))) v128.store(to, i16x8.splat(<i16>nodata));
    else
      for (let i: i32 = 0; i < 8; i++)
        store<i16>(to + (i << 1), <i16>mean(load<i32>(sums + (i << 2)), load<i32>(counts + (i << 2)), nodata));
  }
}

function mean(sum: i32, count: i32, nodata: i32): i32 {
  if (count === 0) return nodata;
  const exact = <f64>sum / <f64>count;
  const rounded = <i32>Math.floor(exact + 0.5);
  if (rounded !== nodata) return rounded;
  return exact < <f64>nodata ? nodata - 1 : nodata + 1;
}
