/** What a file of ground motion is: by its header and, where the header leaves it open, by its name. */

/** Levels of the European Ground Motion Service: basic, calibrated by GNSS, and components on a grid. */
export type MotionLevel = 'L2a' | 'L2b' | 'L3';
/** Along the line of sight of a satellite, or the part of it that is up or east. Away from the satellite, down and west are negative. */
export type MotionComponent = 'los' | 'up' | 'east';

export interface MotionProduct {
  /** Null: of level 2, and nothing tells whether it is calibrated. */
  readonly level: MotionLevel | null;
  /** Null: of level 3, and nothing tells which. */
  readonly component: MotionComponent | null;
  /** Relative orbit, such as `022`; of level 2 alone. */
  readonly track: string | null;
  /** Processing unit whose points share a reference: burst, swath and polarisation, or the tile of level 3. */
  readonly unit: string | null;
}

/** Columns by our names, with those that versions of the service gave them. Displacements are mm, velocities mm/year. */
const COLUMN_NAMES = {
  pid: ['pid'],
  easting: ['easting'],
  northing: ['northing'],
  height: ['height', 'height_ortho'],
  rmse: ['rmse', 'rmse_ts'],
  velocity: ['mean_velocity'],
  velocityStd: ['mean_velocity_std'],
  acceleration: ['acceleration'],
  accelerationStd: ['acceleration_std'],
  seasonality: ['seasonality'],
  seasonalityStd: ['seasonality_std'],
  coherence: ['temporal_coherence'],
  losEast: ['los_east'],
  losNorth: ['los_north'],
  losUp: ['los_up'],
} as const;

export type MotionColumn = keyof typeof COLUMN_NAMES;

/** Attributes that each point keeps, in the order of the store. */
export const MOTION_ATTRIBUTES = [
  'height',
  'rmse',
  'velocity',
  'velocityStd',
  'acceleration',
  'accelerationStd',
  'seasonality',
  'seasonalityStd',
  'coherence',
  'losEast',
  'losNorth',
  'losUp',
] as const satisfies readonly MotionColumn[];
export type MotionAttribute = (typeof MOTION_ATTRIBUTES)[number];

export interface MotionLayout {
  /** Names as the header has them. */
  readonly names: readonly string[];
  /** Number of each column; −1 where there is none. */
  readonly columns: Readonly<Record<MotionColumn, number>>;
  /** Numbers of the columns of dates, in the order of time. */
  readonly dateColumns: readonly number[];
  /** Days since 1970-01-01, ascending. */
  readonly days: Float64Array;
  readonly isLevel2: boolean;
}

const NEEDED = ['pid', 'easting', 'northing', 'velocity'] as const;
const LEAST_DATES = 2;

/** How the columns of a file are to be read; null where they are not those of ground motion. */
export function readLayout(header: readonly string[]): MotionLayout | null {
  const names = header.map((name) => name.trim().replace(/^"|"$/g, ''));
  const columns = Object.fromEntries(
    Object.entries(COLUMN_NAMES).map(([column, known]) => [
      column,
      known.map((name) => names.indexOf(name)).find((at) => at >= 0) ?? -1,
    ]),
  ) as Record<MotionColumn, number>;
  const dates = names
    .map((name, column) => ({ day: dayOf(name), column }))
    .filter((date): date is { day: number; column: number } => date.day !== null)
    .toSorted((a, b) => a.day - b.day);
  const isDouble = dates.some(({ day }, i) => i > 0 && day === dates[i - 1]!.day);
  if (NEEDED.some((column) => columns[column] < 0) || dates.length < LEAST_DATES || isDouble) return null;
  return {
    names,
    columns,
    dateColumns: dates.map(({ column }) => column),
    days: Float64Array.from(dates, ({ day }) => day),
    isLevel2: columns.losUp >= 0 || names.includes('mp_type'),
  };
}

/** `20200103` as days since 1970; null for another word or a day that no calendar has. */
function dayOf(name: string): number | null {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(name);
  if (!parts) return null;
  const iso = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const time = Date.parse(iso);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso) ? null : time / 86_400_000;
}

/** `EGMS_L2b_022_0845_IW2_VV_2020_2024_1`, `EGMS_L3_E30N31_100km_U_2018_2022_1`. */
const LEVEL2_NAME = /L(2[ab])_(\d{3})_(\d{4}_IW\d_[VH]{2})/i;
const LEVEL3_NAME = /L3_(E\d+N\d+)_\w+?_([UE])_/i;

export function recogniseProduct(layout: MotionLayout, fileName: string): MotionProduct {
  if (layout.isLevel2) {
    const [, level, track, unit] = LEVEL2_NAME.exec(fileName) ?? [];
    return {
      level: level === undefined ? null : level.toLowerCase() === '2a' ? 'L2a' : 'L2b',
      component: 'los',
      track: track ?? null,
      unit: unit ?? null,
    };
  }
  const [, tile, letter] = LEVEL3_NAME.exec(fileName) ?? [];
  const component = letter === undefined ? null : letter.toUpperCase() === 'U' ? 'up' : 'east';
  return { level: 'L3', component, track: null, unit: tile ?? null };
}

export interface ComparedMotion {
  readonly id: string;
  readonly product: MotionProduct;
  readonly firstDay: number;
  readonly lastDay: number;
}

/**
 * Why velocities of two sets must not be averaged or subtracted; null where they may. What is not known counts as different.
 * Basic products (L2a) refer to a point of their own unit; lines of sight of two tracks see different parts of a motion.
 * @see EGMS product description and format specification, EGMS-D4
 */
export function whyNotComparable(a: ComparedMotion, b: ComparedMotion): string | null {
  if (a.id === b.id) return null;
  const [p, q] = [a.product, b.product];
  const pair = `${a.id} and ${b.id}`;
  if (p.component === null || q.component === null || p.component !== q.component)
    return `${pair} are not comparable: they hold ${p.component ?? 'an unknown component'} and ${q.component ?? 'an unknown component'} of the motion`;
  if (p.component === 'los' && (p.track === null || p.track !== q.track))
    return `${pair} are not comparable: the lines of sight of track ${p.track ?? 'unknown'} and track ${q.track ?? 'unknown'} differ; level 3 has them decomposed`;
  if (p.level !== q.level || p.level === null)
    return `${pair} are not comparable: one is ${p.level ?? 'of an unknown level'}, the other ${q.level ?? 'of an unknown level'}`;
  if (p.level === 'L2a' && (p.unit === null || p.unit !== q.unit))
    return `${pair} are not comparable: Basic products are relative to a reference point of their own unit (${p.unit ?? 'unknown'}, ${q.unit ?? 'unknown'}); use L2b or L3`;
  if (a.firstDay !== b.firstDay || a.lastDay !== b.lastDay)
    return `${pair} are not comparable: their velocities are means of different periods`;
  return null;
}
