/**
 * FlatBuffers written from front to back: enough for the header of a FlatGeobuf.
 * @see https://flatbuffers.dev/internals/
 */

/** What a field of a table holds; null leaves it out, which means its default. */
export type FlatField =
  | { readonly type: 'uint8' | 'uint16' | 'int32' | 'uint64'; readonly value: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'doubles'; readonly values: readonly number[] }
  | { readonly type: 'table'; readonly fields: readonly (FlatField | null)[] }
  | { readonly type: 'tables'; readonly tables: readonly (readonly (FlatField | null)[])[] }
  | null;

const SIZES = { uint8: 1, uint16: 2, int32: 4, uint64: 8 } as const;

const LENGTH_BYTES = 4;

/** A buffer with its length in front; numbers lie at multiples of their size from there. */
export function writeFlatBuffer(fields: readonly FlatField[]): Uint8Array {
  const out = new FlatBuffer();
  out.reserve(LENGTH_BYTES);
  out.link(out.reserve(4), () => out.table(fields));
  return out.finish();
}

class FlatBuffer {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  reserve(size: number, alignment = 4): number {
    const at = Math.ceil(this.#length / alignment) * alignment;
    if (at + size > this.#bytes.length) {
      const larger = new Uint8Array(2 * (at + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = at + size;
    return at;
  }

  /** Puts the way from `at` to what is written now. */
  link(at: number, write: () => number): void {
    const to = write();
    this.#view.setUint32(at, to - at, true);
  }

  /** @returns where it lies */
  table(fields: readonly FlatField[]): number {
    const places: number[] = [];
    let size = 4;
    for (const field of fields) {
      const bytes = sizeOf(field);
      if (bytes > 0) size = Math.ceil(size / bytes) * bytes;
      places.push(bytes === 0 ? 0 : size);
      size += bytes;
    }
    const directory = this.reserve(4 + 2 * fields.length, 2);
    const at = this.reserve(size, 8);
    this.#view.setUint16(directory, 4 + 2 * fields.length, true);
    this.#view.setUint16(directory + 2, size, true);
    places.forEach((place, i) => this.#view.setUint16(directory + 4 + 2 * i, place, true));
    this.#view.setInt32(at, at - directory, true);
    fields.forEach((field, i) => field && this.#field(at + places[i]!, field));
    return at;
  }

  #field(at: number, field: NonNullable<FlatField>): void {
    switch (field.type) {
      case 'uint8':
        this.#view.setUint8(at, field.value);
        break;
      case 'uint16':
        this.#view.setUint16(at, field.value, true);
        break;
      case 'int32':
        this.#view.setInt32(at, field.value, true);
        break;
      case 'uint64':
        this.#view.setBigUint64(at, BigInt(field.value), true);
        break;
      case 'text':
        this.link(at, () => this.#text(field.text));
        break;
      case 'doubles':
        this.link(at, () => this.#doubles(field.values));
        break;
      case 'table':
        this.link(at, () => this.table(field.fields));
        break;
      case 'tables':
        this.link(at, () => this.#tables(field.tables));
    }
  }

  #text(text: string): number {
    const bytes = new TextEncoder().encode(text);
    const at = this.reserve(4 + bytes.length + 1);
    this.#view.setUint32(at, bytes.length, true);
    this.#bytes.set(bytes, at + 4);
    return at;
  }

  #doubles(values: readonly number[]): number {
    this.#length = Math.ceil(this.#length / 8) * 8 + 4; // numbers lie at multiples of eight, behind their count
    const at = this.reserve(4 + 8 * values.length);
    this.#view.setUint32(at, values.length, true);
    values.forEach((value, i) => this.#view.setFloat64(at + 4 + 8 * i, value, true));
    return at;
  }

  #tables(tables: readonly (readonly FlatField[])[]): number {
    const at = this.reserve(4 + 4 * tables.length);
    this.#view.setUint32(at, tables.length, true);
    tables.forEach((fields, i) => this.link(at + 4 + 4 * i, () => this.table(fields)));
    return at;
  }

  finish(): Uint8Array {
    this.reserve(0, 8);
    this.#view.setUint32(0, this.#length - LENGTH_BYTES, true);
    return this.#bytes.slice(0, this.#length);
  }
}

function sizeOf(field: FlatField): number {
  if (field === null) return 0;
  return field.type in SIZES ? SIZES[field.type as keyof typeof SIZES] : 4;
}
