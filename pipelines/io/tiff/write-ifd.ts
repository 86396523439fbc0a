/** Image file directories as bytes, classic and BigTIFF, little endian: TIFF 6.0 section 2 and the BigTIFF design. */

/** Field types of TIFF: their codes and sizes in bytes. */
const TYPES = { ascii: [2, 1], short: [3, 2], long: [4, 4], double: [12, 8], long8: [16, 8] } as const;

export interface TiffTag {
  readonly id: number;
  readonly type: keyof typeof TYPES;
  readonly values: ArrayLike<number>;
}

export const short = (id: number, values: ArrayLike<number>): TiffTag => ({ id, type: 'short', values });
export const long = (id: number, values: ArrayLike<number>): TiffTag => ({ id, type: 'long', values });
export const double = (id: number, values: ArrayLike<number>): TiffTag => ({ id, type: 'double', values });
/** Text with its closing zero; characters outside ASCII are written as UTF-8, as GDAL does. */
export const ascii = (id: number, text: string): TiffTag => ({
  id,
  type: 'ascii',
  values: new TextEncoder().encode(`${text}\0`),
});
/** File offsets: 4 bytes in a classic file, 8 in a big one. */
export const offsets = (id: number, values: ArrayLike<number>, big: boolean): TiffTag => ({
  id,
  type: big ? 'long8' : 'long',
  values,
});

/** Size of a directory with the values that do not fit into it, a multiple of 8 bytes. */
export function ifdSize(tags: readonly TiffTag[], big: boolean): number {
  return tags.reduce((at, tag) => at + spillOf(tag, big), tableSize(tags.length, big));
}

/**
 * Writes a directory at `at` of `view`, its long values behind it.
 * @param next File offset of the following directory; 0 for the last.
 */
export function writeIfd(view: DataView, at: number, tags: readonly TiffTag[], big: boolean, next: number): void {
  const sorted = tags.toSorted((x, y) => x.id - y.id);
  let spill = at + tableSize(tags.length, big);
  let entry = at + (big ? 8 : 2);
  if (big) view.setBigUint64(at, BigInt(tags.length), true);
  else view.setUint16(at, tags.length, true);
  for (const tag of sorted) {
    view.setUint16(entry, tag.id, true);
    view.setUint16(entry + 2, TYPES[tag.type][0], true);
    writeOffset(view, entry + 4, tag.values.length, big);
    const field = entry + (big ? 12 : 8);
    const size = spillOf(tag, big);
    if (size === 0) writeValues(view, field, tag);
    else {
      writeOffset(view, field, spill, big);
      writeValues(view, spill, tag);
      spill += size;
    }
    entry += big ? 20 : 12;
  }
  writeOffset(view, entry, next, big);
}

/** An offset or count: 4 bytes, or 8 in a big file. */
export function writeOffset(view: DataView, at: number, value: number, big: boolean): void {
  if (big) view.setBigUint64(at, BigInt(value), true);
  else view.setUint32(at, value, true);
}

function tableSize(count: number, big: boolean): number {
  return align(big ? 8 + 20 * count + 8 : 2 + 12 * count + 4);
}

function spillOf({ type, values }: TiffTag, big: boolean): number {
  const size = values.length * TYPES[type][1];
  return size <= (big ? 8 : 4) ? 0 : align(size);
}

/** The next multiple of 8. */
export function align(size: number): number {
  return (size + 7) & ~7;
}

function writeValues(view: DataView, at: number, { type, values }: TiffTag): void {
  const size = TYPES[type][1];
  for (let i = 0; i < values.length; i++, at += size) {
    const value = values[i]!;
    if (type === 'ascii') view.setUint8(at, value);
    else if (type === 'short') view.setUint16(at, value, true);
    else if (type === 'long') view.setUint32(at, value, true);
    else if (type === 'long8') view.setBigUint64(at, BigInt(value), true);
    else view.setFloat64(at, value, true);
  }
}
