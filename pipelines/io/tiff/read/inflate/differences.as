// Predictor 2 undone in place: rows of differences → their running sums, sixteen bytes at a time.

export function sum8(at: i32, width: i32, rows: i32): void {
  for (; rows > 0; rows--, at += width) sumRow<u8>(at, width);
}

export function sum16(at: i32, width: i32, rows: i32): void {
  for (; rows > 0; rows--, at += 2 * width) sumRow<u16>(at, width);
}

export function sum32(at: i32, width: i32, rows: i32): void {
  for (; rows > 0; rows--, at += 4 * width) sumRow<u32>(at, width);
}

/** Each step adds the lanes one, two, four … before; what all lanes so far add up to waits in `sum`. */
function sumRow<T>(at: i32, width: i32): void {
  const end = at + width * sizeof<T>();
  const zero = i32x4.splat(0);
  let sum = zero;
  for (; at + 16 <= end; at += 16) {
    let v = v128.load(at);
    if (sizeof<T>() == 1)
      v = v128.add<T>(v, v128.shuffle<u8>(zero, v, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30));
    if (sizeof<T>() <= 2) v = v128.add<T>(v, v128.shuffle<u16>(zero, v, 7, 8, 9, 10, 11, 12, 13, 14));
    v = v128.add<T>(v, v128.shuffle<u32>(zero, v, 3, 4, 5, 6));
    v = v128.add<T>(v, v128.shuffle<u64>(zero, v, 1, 2));
    v128.store(at, v128.add<T>(v, sum));
    if (sizeof<T>() == 1)
      sum = v128.add<T>(sum, v128.shuffle<u8>(v, v, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15));
    else if (sizeof<T>() == 2) sum = v128.add<T>(sum, v128.shuffle<u16>(v, v, 7, 7, 7, 7, 7, 7, 7, 7));
    else sum = v128.add<T>(sum, v128.shuffle<u32>(v, v, 3, 3, 3, 3));
  }
  let last = v128.extract_lane<T>(sum, 0);
  for (; at < end; at += sizeof<T>()) {
    last += load<T>(at);
    store<T>(at, last);
  }
}
