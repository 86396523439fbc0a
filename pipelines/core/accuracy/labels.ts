/** Names of classes as tables and rasters have them. */

/** `7`, `7.0` and ` 07` are the class 7; other text is its own name. */
export function classLabel(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  const text = String(cell as string | number | boolean).trim();
  if (text === '') return null;
  return /^[-+]?\d+(\.0*)?$/.test(text) ? String(Number(text)) : text;
}

/** Numbers by their size, before words by the alphabet. */
export function compareLabels(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  if (!Number.isNaN(x)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}
