/** The attributes of a shapefile: a dBASE table. */

interface Field {
  readonly name: string;
  /** `C` text, `N` and `F` numbers, `L` truth, `D` date. */
  readonly type: string;
  readonly at: number;
  readonly length: number;
}

const FIELD_BYTES = 32;
const END_OF_FIELDS = 0x0d;

export class DbfTable {
  readonly #bytes: Uint8Array;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #headerBytes: number;
  readonly #recordBytes: number;
  readonly #fields: readonly Field[];

  /** @param encoding  What the .cpg says; empty: Windows' western one, as most programs write where they say nothing. */
  constructor(bytes: Uint8Array, encoding: string) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = bytes;
    this.#decoder = decoderOf(encoding);
    this.#headerBytes = view.getUint16(8, true);
    this.#recordBytes = view.getUint16(10, true);
    const fields: Field[] = [];
    for (
      let at = FIELD_BYTES, offset = 1;
      at + FIELD_BYTES <= this.#headerBytes && bytes[at] !== END_OF_FIELDS;
      at += FIELD_BYTES
    ) {
      const length = bytes[at + 16]!;
      fields.push({
        name: this.#text(at, 11).replace(/\0.*$/s, ''),
        type: String.fromCharCode(bytes[at + 11]!),
        at: offset,
        length,
      });
      offset += length;
    }
    this.#fields = fields;
  }

  /** Attributes of a record, from 0; empty cells are null. */
  row(index: number): Record<string, unknown> {
    const start = this.#headerBytes + index * this.#recordBytes;
    const values: Record<string, unknown> = {};
    if (start + this.#recordBytes > this.#bytes.length) return values;
    for (const { name, type, at, length } of this.#fields)
      values[name] = valueOf(type, this.#text(start + at, length).trim());
    return values;
  }

  #text(at: number, length: number): string {
    return this.#decoder.decode(this.#bytes.subarray(at, at + length));
  }
}

function valueOf(type: string, text: string): unknown {
  if (text === '' || /^\*+$/.test(text) || (type === 'D' && /^0+$/.test(text))) return null;
  if (type === 'N' || type === 'F') return Number.isFinite(Number(text)) ? Number(text) : null;
  if (type === 'L') return /^[YTyt]$/.test(text) ? true : /^[NFnf]$/.test(text) ? false : null;
  const date = type === 'D' ? /^(\d{4})(\d\d)(\d\d)$/.exec(text) : null;
  return date ? `${date[1]}-${date[2]}-${date[3]}` : text;
}

/** `UTF-8`, `ISO-8859-1`, `88591`, `1252`, `ANSI 1252`. */
function decoderOf(encoding: string): InstanceType<typeof TextDecoder> {
  const word = encoding.trim().toLowerCase();
  const label = /^(?:ansi |cp|windows-)?(125\d)$/.exec(word)?.[1];
  try {
    return new TextDecoder(label ? `windows-${label}` : word.replace(/^8859(\d+)$/, 'iso-8859-$1') || 'windows-1252');
  } catch {
    return new TextDecoder('windows-1252');
  }
}
