/** The colours in which areas and lines of a chart are told apart, in this order; also their marks differ. */
const LIGHT = ['#0A6B6B', '#B3560B', '#6A4C9C'] as const;
const DARK = ['#63C7C1', '#F2A65A', '#C4A8F2'] as const;

export function seriesInk(index: number, dark: boolean): string {
  const inks = dark ? DARK : LIGHT;
  return inks[index % inks.length]!;
}
