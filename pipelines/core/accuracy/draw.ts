/** Random choice that a seed determines, on every machine. */

/** Uniform in [0, 1) with 53 bits. */
export type Random = () => number;

/**
 * The generator sfc32 of Chris Doty-Humphrey's PractRand, started from a seed.
 * @param seed  A whole number from 0 to 2^53.
 * @param stream  Another number gives an independent sequence.
 */
export function createRandom(seed: number, stream: number): Random {
  let [a, b, c, counter] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, stream >>> 0, 1];
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 20; i++) next(); // the seed reaches every bit
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

/**
 * `count` different whole numbers below `size`, ascending; each set is as likely as any other, at a cost that does not
 * depend on `size`.
 * @param count  At most `size`.
 * @see Bentley & Floyd (1987), Communications of the ACM 30(9) 754–757
 */
export function drawWithoutReplacement(count: number, size: number, random: Random): number[] {
  const drawn = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const number = Math.floor(random() * (last + 1));
    drawn.add(drawn.has(number) ? last : number);
  }
  return [...drawn].toSorted((a, b) => a - b);
}

/** In place. @see Knuth, The Art of Computer Programming 3.4.2, algorithm P */
export function shuffle<T>(items: T[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    [items[last], items[at]] = [items[at]!, items[last]!];
  }
}
