/**
 * Splits the text of a CSV file into rows of cells as it comes: quoted cells may hold delimiters and line ends.
 * @see RFC 4180
 */
const MAX_ROW = 16 << 20;

export class CsvRows {
  readonly #delimiter: string;
  #rest = '';

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /**
   * The rows that are complete with this text; blank lines are left out.
   * @throws {RangeError} where a row goes on for millions of characters: its closing quote is missing.
   */
  push(text: string): string[][] {
    return this.#split(this.#rest + text, false);
  }

  end(): string[][] {
    return this.#split(this.#rest, true);
  }

  #split(text: string, isLast: boolean): string[][] {
    const rows: string[][] = [];
    let from = 0;
    while (from < text.length) {
      let end = text.indexOf('\n', from);
      const quote = text.indexOf('"', from);
      const isQuoted = quote >= 0 && (end < 0 || quote < end);
      if (isQuoted) end = lineEnd(text, quote);
      if (end < 0 && !isLast) break;
      const line = text.slice(from, end < 0 ? text.length : end).replace(/\r$/, '');
      if (line !== '') rows.push(isQuoted ? quotedCells(line, this.#delimiter) : line.split(this.#delimiter));
      from = end < 0 ? text.length : end + 1;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > MAX_ROW) throw new RangeError('a quoted cell in it does not end');
    return rows;
  }
}

/** The delimiter that the first line has most of. */
export function guessDelimiter(header: string): string {
  const outside = header.replace(/"[^"]*"/g, '');
  const count = (mark: string) => outside.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** The first line end outside of quotes, the text at `from` being an opening quote; −1 where there is none. */
function lineEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const close = text.indexOf('"', at + 1);
    if (close < 0) return -1;
    const end = text.indexOf('\n', close);
    const open = text.indexOf('"', close + 1);
    if (open < 0 || (end >= 0 && end < open)) return end;
    at = open;
  }
}

function quotedCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length;) {
    if (line[at] !== '"') {
      const end = line.indexOf(delimiter, at);
      cells.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length + 1 : end + 1;
      continue;
    }
    let close = at + 1;
    while (close < line.length && (line[close] !== '"' || line[++close] === '"')) close++;
    cells.push(line.slice(at + 1, Math.min(close - 1, line.length)).replaceAll('""', '"'));
    const end = line.indexOf(delimiter, close);
    at = end < 0 ? line.length + 1 : end + 1;
  }
  return cells;
}
