/** Writes small TIFFs of every kind for tests, field by field, so that a test can also lie in each of them. */
import { deflateSync, zstdCompressSync } from 'node:zlib';

export type SampleKind = 'uint' | 'int' | 'float';

export interface TiffImageSpec {
  readonly width: number;
  readonly height: number;
  readonly bands?: number;
  readonly bits?: 8 | 16 | 32 | 64;
  readonly kind?: SampleKind;
  readonly value: (band: number, col: number, row: number) => number;
  /** Tile width and height; strips of `rowsPerStrip` without it. */
  readonly tile?: readonly [number, number];
  readonly rowsPerStrip?: number;
  readonly compression?: 1 | 5 | 8 | 32773 | 50000;
  readonly predictor?: 1 | 2 | 3;
  readonly isPlanar?: boolean;
  /** Blocks, by index, that are not stored. */
  readonly missing?: ReadonlySet<number>;
  /** Fields that replace or add to those of the image. Type 2 takes text. */
  readonly fields?: readonly FieldSpec[];
}

export interface FieldSpec {
  readonly tag: number;
  readonly type: 2 | 3 | 4 | 12 | 16;
  readonly values: string | readonly number[];
  /** A count other than the true one. */
  readonly count?: number;
}

export interface TiffSpec {
  readonly images: readonly TiffImageSpec[];
  readonly isBigEndian?: boolean;
  readonly isBigTiff?: boolean;
}

const FIELD_BYTES: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

export function buildTiff({ images, isBigEndian = false, isBigTiff = false }: TiffSpec): Uint8Array {
  const le = !isBigEndian;
  const parts: Uint8Array[] = [];
  let length = 0;
  const append = (bytes: Uint8Array): number => {
    const at = length;
    const padded = bytes.length + (bytes.length % 2);
    parts.push(bytes, new Uint8Array(padded - bytes.length));
    length += padded;
    return at;
  };
  const head = new DataView(new ArrayBuffer(isBigTiff ? 16 : 8));
  head.setUint16(0, le ? 0x4949 : 0x4d4d);
  head.setUint16(2, isBigTiff ? 43 : 42, le);
  if (isBigTiff) head.setUint16(4, 8, le);
  append(new Uint8Array(head.buffer));
  const setOffset = (view: DataView, at: number, value: number) =>
    isBigTiff ? view.setBigUint64(at, BigInt(value), le) : view.setUint32(at, value, le);
  let link = { view: head, at: isBigTiff ? 8 : 4 };
  for (const image of images) {
    const fields = [...imageFields(image, le, append), ...(image.fields ?? [])];
    const unique = [...new Map(fields.map((field) => [field.tag, field])).values()].sort((a, b) => a.tag - b.tag);
    const directory = writeDirectory(unique, le, isBigTiff, append);
    const at = append(new Uint8Array(directory.view.buffer));
    setOffset(link.view, link.at, at);
    link = directory;
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function writeDirectory(
  fields: readonly FieldSpec[],
  le: boolean,
  isBigTiff: boolean,
  append: (b: Uint8Array) => number,
) {
  const [countBytes, fieldBytes, inlineBytes] = isBigTiff ? [8, 20, 8] : [2, 12, 4];
  const view = new DataView(new ArrayBuffer(countBytes! + fields.length * fieldBytes! + inlineBytes!));
  if (isBigTiff) view.setBigUint64(0, BigInt(fields.length), le);
  else view.setUint16(0, fields.length, le);
  for (const [i, field] of fields.entries()) {
    const at = countBytes! + i * fieldBytes!;
    const bytes = encodeField(field, le);
    const count = field.count ?? bytes.length / FIELD_BYTES[field.type]!;
    view.setUint16(at, field.tag, le);
    view.setUint16(at + 2, field.type, le);
    if (isBigTiff) view.setBigUint64(at + 4, BigInt(count), le);
    else view.setUint32(at + 4, count, le);
    const valueAt = at + fieldBytes! - inlineBytes!;
    if (bytes.length <= inlineBytes!) new Uint8Array(view.buffer).set(bytes, valueAt);
    else if (isBigTiff) view.setBigUint64(valueAt, BigInt(append(bytes)), le);
    else view.setUint32(valueAt, append(bytes), le);
  }
  return { view, at: countBytes! + fields.length * fieldBytes! };
}

function encodeField({ type, values }: FieldSpec, le: boolean): Uint8Array {
  if (typeof values === 'string') return new TextEncoder().encode(`${values}\0`);
  const view = new DataView(new ArrayBuffer(values.length * FIELD_BYTES[type]!));
  for (const [i, value] of values.entries())
    if (type === 3) view.setUint16(i * 2, value, le);
    else if (type === 4) view.setUint32(i * 4, value, le);
    else if (type === 12) view.setFloat64(i * 8, value, le);
    else view.setBigUint64(i * 8, BigInt(value), le);
  return new Uint8Array(view.buffer);
}

function imageFields(image: TiffImageSpec, le: boolean, append: (bytes: Uint8Array) => number): FieldSpec[] {
  const {
    width,
    height,
    bands = 1,
    bits = 8,
    kind = 'uint',
    tile,
    compression = 1,
    predictor = 1,
    isPlanar = false,
  } = image;
  const rowsPerStrip = image.rowsPerStrip ?? height;
  const [blockWidth, blockHeight] = tile ?? [width, rowsPerStrip];
  const offsets: number[] = [];
  const counts: number[] = [];
  for (let plane = 0; plane < (isPlanar ? bands : 1); plane++)
    for (let row = 0; row < height; row += blockHeight)
      for (let col = 0; col < width; col += blockWidth) {
        const isMissing = image.missing?.has(offsets.length) ?? false;
        const rows = tile ? blockHeight : Math.min(blockHeight, height - row);
        const own = isPlanar ? [plane] : Array.from({ length: bands }, (_, band) => band);
        const bytes = isMissing
          ? new Uint8Array(0)
          : encodeBlock(image, own, { col, row, width: blockWidth, height: rows }, le);
        offsets.push(isMissing ? 0 : append(bytes));
        counts.push(bytes.length);
      }
  const format = { uint: 1, int: 2, float: 3 }[kind];
  return [
    { tag: 256, type: 4, values: [width] },
    { tag: 257, type: 4, values: [height] },
    { tag: 258, type: 3, values: Array.from({ length: bands }, () => bits) },
    { tag: 259, type: 3, values: [compression] },
    { tag: 262, type: 3, values: [1] },
    { tag: 277, type: 3, values: [bands] },
    { tag: 284, type: 3, values: [isPlanar ? 2 : 1] },
    { tag: 317, type: 3, values: [predictor] },
    { tag: 339, type: 3, values: Array.from({ length: bands }, () => format) },
    ...(tile
      ? ([
          { tag: 322, type: 4, values: [tile[0]] },
          { tag: 323, type: 4, values: [tile[1]] },
          { tag: 324, type: 4, values: offsets },
          { tag: 325, type: 4, values: counts },
        ] as const)
      : ([
          { tag: 278, type: 4, values: [rowsPerStrip] },
          { tag: 273, type: 4, values: offsets },
          { tag: 279, type: 4, values: counts },
        ] as const)),
  ];
}

interface Block {
  readonly col: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

function encodeBlock(image: TiffImageSpec, own: readonly number[], block: Block, le: boolean): Uint8Array {
  const { bits = 8, kind = 'uint', compression = 1, predictor = 1 } = image;
  const size = bits / 8;
  const rowBytes = block.width * own.length * size;
  const out = new Uint8Array(rowBytes * block.height);
  for (let row = 0; row < block.height; row++) {
    const numbers: number[] = [];
    for (let col = 0; col < block.width; col++)
      for (const band of own) {
        const [x, y] = [Math.min(block.col + col, image.width - 1), Math.min(block.row + row, image.height - 1)];
        numbers.push(image.value(band, x, y));
      }
    const line = out.subarray(row * rowBytes, (row + 1) * rowBytes);
    if (predictor === 2) differences(numbers, own.length, bits);
    if (predictor === 3) line.set(planesOfFloats(numbers, own.length, bits));
    else writeNumbers(line, numbers, predictor === 2 ? 'uint' : kind, bits, le);
  }
  return compress(out, compression);
}

/** Modulo 2^bits, as the predictor has it. Only whole numbers up to 32 bits. */
function differences(numbers: number[], samples: number, bits: number): void {
  for (let i = numbers.length - 1; i >= samples; i--) numbers[i] = numbers[i]! - numbers[i - samples]!;
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((numbers[i]! % 2 ** bits) + 2 ** bits) % 2 ** bits;
}

function planesOfFloats(numbers: readonly number[], samples: number, bits: number): Uint8Array {
  const size = bits / 8;
  const big = new Uint8Array(numbers.length * size);
  writeNumbers(big, numbers, 'float', bits, false);
  const planes = new Uint8Array(big.length);
  for (let i = 0; i < numbers.length; i++)
    for (let byte = 0; byte < size; byte++) planes[byte * numbers.length + i] = big[i * size + byte]!;
  for (let i = planes.length - 1; i >= samples; i--) planes[i] = planes[i]! - planes[i - samples]!;
  return planes;
}

function writeNumbers(to: Uint8Array, numbers: readonly number[], kind: SampleKind, bits: number, le: boolean): void {
  const view = new DataView(to.buffer, to.byteOffset, to.byteLength);
  for (const [i, value] of numbers.entries()) {
    if (kind === 'float' && bits === 64) view.setFloat64(i * 8, value, le);
    else if (kind === 'float') view.setFloat32(i * 4, value, le);
    else if (bits === 64) view.setBigInt64(i * 8, BigInt(value), le);
    else if (bits === 32) view.setUint32(i * 4, value, le);
    else if (bits === 16) view.setUint16(i * 2, value, le);
    else view.setUint8(i, value);
  }
}

function compress(bytes: Uint8Array, compression: number): Uint8Array {
  switch (compression) {
    case 5:
      return literalLzw(bytes);
    case 8:
      return deflateSync(bytes);
    case 32773:
      return literalPackbits(bytes);
    case 50000:
      return zstdCompressSync(bytes);
    default:
      return bytes;
  }
}

/** Valid LZW that never uses a string: a clear code before the codes would grow. */
function literalLzw(bytes: Uint8Array): Uint8Array {
  const codes: number[] = [];
  for (const [i, byte] of bytes.entries()) {
    if (i % 250 === 0) codes.push(256);
    codes.push(byte);
  }
  codes.push(257);
  const out = new Uint8Array(Math.ceil((codes.length * 9) / 8));
  for (const [i, code] of codes.entries())
    for (let bit = 0; bit < 9; bit++) if (code & (256 >> bit)) out[(i * 9 + bit) >> 3]! |= 0x80 >> ((i * 9 + bit) & 7);
  return out;
}

/** Runs of 3 and more as repeats, all else literally. */
function literalPackbits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    let run = 1;
    while (run < 128 && bytes[at + run] === bytes[at]) run++;
    if (run >= 3) {
      out.push(257 - run, bytes[at]!);
      at += run;
      continue;
    }
    const literal = bytes.subarray(at, at + 16);
    out.push(literal.length - 1, ...literal);
    at += literal.length;
  }
  return Uint8Array.from(out);
}
