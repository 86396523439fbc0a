/** What the table of polygons says of each. */
import type { PixelComponent } from '../core/raster/vectorise.ts';
import type { Column } from '../io/table/table.ts';
import type { OpenedBand } from './align.ts';

type Cell = string | number | null;

interface PolygonColumns {
  /** What it is. */
  readonly columns: readonly Column[];
  readonly cells: (component: PixelComponent) => readonly Cell[];
  /** Means of its pixels. */
  readonly means: readonly Column[];
  readonly meansOf: (component: PixelComponent) => readonly Cell[];
}

type CreateColumns = (classes: OpenedBand, measures: readonly OpenedBand[]) => PolygonColumns;

/** Sums of a measure and of its valid pixels follow each other. */
function meansIn({ sums }: PixelComponent, measures: readonly OpenedBand[]): (number | null)[] {
  return measures.map(({ info: { scale, offset } }, m) => {
    const [sum, count] = [sums[2 * m]!, sums[2 * m + 1]!];
    return count === 0 ? null : (sum / count) * scale + offset;
  });
}

const mean = (name: string): Column => ({ name, type: 'number', digits: 7 });

export const POLYGON_TABLES = {
  /** The number of the class, and the means of the bands by their names. */
  classes: (classes, measures) => ({
    columns: [{ name: 'value', type: 'number' }],
    cells: ({ value }) => [value * classes.info.scale + classes.info.offset],
    means: measures.map(({ info, band }) => mean(info.name ?? `band_${band + 1}`)),
    meansOf: (component) => meansIn(component, measures),
  }),
  /** Of a raster of `landmeter change`, whose measures are difference, z, p and valid. */
  change: (_, measures) => ({
    columns: [{ name: 'direction', type: 'text' }],
    cells: ({ value }) => [value > 0 ? 'increase' : 'decrease'],
    means: ['difference', 'z', 'confidence', 'valid_share'].map(mean),
    meansOf: (component) => {
      const [difference, z, p, valid] = meansIn(component, measures);
      return [difference!, z!, p === null ? null : 1 - p!, valid!];
    },
  }),
} as const satisfies Record<string, CreateColumns>;

export type PolygonTable = keyof typeof POLYGON_TABLES;
export const POLYGON_TABLE_NAMES = ['classes', 'change'] as const satisfies readonly PolygonTable[];
/** The bands that the table `change` is of. */
export const CHANGE_MEASURES = ['difference', 'z', 'p', 'valid'] as const;
