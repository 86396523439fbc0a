/** Values of directory fields as numbers and text. */
import { damaged } from './directories.ts';
import type { Directory, Field, TiffFile } from './directories.ts';
import { TYPE_BYTES } from './tags.ts';

/** Text, keys and other metadata are small; only offset tables may be larger, and they are read in parts. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

/**
 * Values `from` … `from + count` of a field.
 * @throws {PlatformError} `format-damaged` where they lie beyond the file or are of no numeric type.
 */
export async function readNumbers(
  file: TiffFile,
  field: Field,
  from = 0,
  count = field.count,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const bytes = typeBytes(file, field);
  if (count * bytes > MAX_METADATA_BYTES) throw damaged(file.bytes.source.name, `tag ${field.tag} has ${count} values`);
  const view = await file.bytes.view(field.offset + from * bytes, count * bytes, signal);
  const get = reader(view, field.type, file.littleEndian);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = get(i * bytes);
  return values;
}

/** The first value of a field, or `otherwise` where the directory does not have it. */
export async function readNumber(
  file: TiffFile,
  directory: Directory,
  tag: number,
  otherwise: number,
): Promise<number> {
  const field = directory.fields.get(tag);
  if (!field || field.count === 0) return otherwise;
  return (await readNumbers(file, field, 0, 1))[0]!;
}

export async function readList(file: TiffFile, directory: Directory, tag: number): Promise<Float64Array | null> {
  const field = directory.fields.get(tag);
  return field ? readNumbers(file, field) : null;
}

export async function readBytes(file: TiffFile, directory: Directory, tag: number): Promise<Uint8Array | null> {
  const field = directory.fields.get(tag);
  if (!field) return null;
  const length = field.count * typeBytes(file, field);
  if (length > MAX_METADATA_BYTES) throw damaged(file.bytes.source.name, `tag ${tag} has ${length} bytes`);
  const view = await file.bytes.view(field.offset, length);
  return new Uint8Array(view.buffer, view.byteOffset, length).slice();
}

/** Text without the zero bytes that end it; UTF-8, as GDAL writes it. */
export async function readText(file: TiffFile, directory: Directory, tag: number): Promise<string | null> {
  const bytes = await readBytes(file, directory, tag);
  return bytes && new TextDecoder().decode(bytes).replace(/\0+$/, '');
}

export function typeBytes(file: TiffFile, field: Field): number {
  const bytes = TYPE_BYTES[field.type] ?? 0;
  if (bytes === 0) throw damaged(file.bytes.source.name, `tag ${field.tag} has the unknown type ${field.type}`);
  return bytes;
}

function reader(view: DataView, type: number, le: boolean): (at: number) => number {
  switch (type) {
    case 3:
      return (at) => view.getUint16(at, le);
    case 4:
    case 13:
      return (at) => view.getUint32(at, le);
    case 5:
      return (at) => view.getUint32(at, le) / view.getUint32(at + 4, le);
    case 6:
      return (at) => view.getInt8(at);
    case 8:
      return (at) => view.getInt16(at, le);
    case 9:
      return (at) => view.getInt32(at, le);
    case 10:
      return (at) => view.getInt32(at, le) / view.getInt32(at + 4, le);
    case 11:
      return (at) => view.getFloat32(at, le);
    case 12:
      return (at) => view.getFloat64(at, le);
    case 16:
    case 18:
      return (at) => Number(view.getBigUint64(at, le));
    case 17:
      return (at) => Number(view.getBigInt64(at, le));
    default:
      return (at) => view.getUint8(at);
  }
}
