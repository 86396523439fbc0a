/** CSV in UTF-8 with a header, decimal point, an empty cell where there is no value. @see RFC 4180 */
import type { FileHandle } from 'node:fs/promises';
import { NUMBER_BYTES, putNumber } from './number-text.ts';
import type { Column, ColumnData, TableBatch, TableWriter } from './table.ts';

/** What a reader could take for the end of a cell. */
const NEEDS_QUOTES = /[",\r\n]/;
const NOT_ASCII = /[^\0-\x7f]/;
const COMMA = 0x2c;
const NEW_LINE = 0x0a;
const WRITE_BYTES = 1 << 20;
/** Whole numbers of so many digits are written as they are. */
const MOST_DIGITS = 15;
const MOST_WHOLE = 1e15;

export function createCsvWriter(handle: FileHandle, columns: readonly Column[]): TableWriter {
  const text = new TextBytes();
  const digits = columns.map((column) => column.digits ?? 0);
  text.put(`${columns.map(({ name }) => quoted(name)).join(',')}\n`);
  const flush = async () => {
    await handle.appendFile(text.taken());
    text.length = 0;
  };
  return {
    async write({ rows, columns: data }: TableBatch) {
      const floats = data.map((column) => (column instanceof Float64Array ? column : null));
      for (let row = 0; row < rows; row++) {
        putRow(text, data, floats, digits, row);
        if (text.length > WRITE_BYTES) await flush();
      }
    },
    finish: flush,
  };
}

/** @param floats  The columns that are arrays of doubles, which are written without a cell in between. */
function putRow(
  text: TextBytes,
  data: readonly ColumnData[],
  floats: readonly (Float64Array | null)[],
  digits: readonly number[],
  row: number,
): void {
  for (let c = 0; c < data.length; c++) {
    if (c > 0) text.byte(COMMA);
    const values = floats[c]!;
    if (values !== null && digits[c]! > 0) {
      text.numberAt(values, row, digits[c]!);
      continue;
    }
    const cell = data[c]![row]!;
    if (cell === null) continue;
    if (typeof cell === 'string') text.cell(cell);
    else if (typeof cell !== 'number') text.put(String(cell));
    else if (cell === cell) {
      if (digits[c]! > 0) text.number(cell, digits[c]!);
      else if (Number.isSafeInteger(cell) && Math.abs(cell) < MOST_WHOLE) text.number(cell, MOST_DIGITS);
      else text.put(String(cell));
    }
  }
  text.byte(NEW_LINE);
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text as the bytes of UTF-8: a string per cell would be garbage at once. */
class TextBytes {
  #bytes = Buffer.allocUnsafe(2 * WRITE_BYTES);
  length = 0;
  readonly #single = new Float64Array(1);
  /** A text as it is written: many cells of a column are those of the row before. */
  #last = '';
  #lastQuoted = '';
  #isLastPlain = true;

  cell(text: string): void {
    if (text !== this.#last) {
      this.#last = text;
      this.#lastQuoted = quoted(text);
      this.#isLastPlain = !NOT_ASCII.test(text);
    }
    if (this.#isLastPlain) this.#putPlain(this.#lastQuoted);
    else this.put(this.#lastQuoted);
  }

  #putPlain(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  put(text: string): void {
    this.#reserve(3 * text.length);
    if (NOT_ASCII.test(text)) this.length += this.#bytes.write(text, this.length, 'utf8');
    else this.#putPlain(text);
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = byte;
  }

  number(value: number, digits: number): void {
    this.#single[0] = value;
    this.numberAt(this.#single, 0, digits);
  }

  /** Nothing for NaN. */
  numberAt(values: Float64Array, index: number, digits: number): void {
    if (values[index] !== values[index]) return;
    this.#reserve(NUMBER_BYTES);
    this.length = putNumber(this.#bytes, this.length, values, index, digits);
  }

  /** A view, good until the next text. */
  taken(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + bytes));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
