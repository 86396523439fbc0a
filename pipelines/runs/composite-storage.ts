/** In which type a composite is computed and stored. */
import type { DataType } from '../core/raster/block.ts';
import type { StoredRange } from '../core/raster/quantise.ts';
import type { BandInfo } from '../io/raster-source.ts';
import type { CogDataType } from '../io/tiff/cog-layout.ts';
import { storedType } from '../io/tiff/cog-layout.ts';

export interface Storage {
  readonly dtype: CogDataType;
  readonly nodata: number | null;
  readonly scale: number;
  readonly offset: number;
  readonly precision: 'single' | 'double';
  /** Null: floats are stored as they are. */
  readonly integers: StoredRange | null;
  /** Layers are scaled to values first, because their files do not agree on how they store them. */
  readonly asValues: boolean;
}

const RANGES: Readonly<Partial<Record<DataType, readonly [min: number, max: number]>>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
  uint32: [0, 4294967295],
  int32: [-2147483648, 2147483647],
};

/** Single precision holds these without loss. */
const SINGLE: ReadonlySet<DataType> = new Set(['uint8', 'int8', 'uint16', 'int16', 'float32']);

/** How many layers were valid: 0 where none was, so nothing is nodata. */
export function countStorage(layers: number): Storage {
  const dtype = layers < 256 ? 'uint8' : 'uint16';
  const [min, max] = RANGES[dtype]!;
  const integers = { factor: 1, min, max, nodata: -1 }; // a count is never −1
  return { dtype, nodata: null, scale: 1, offset: 0, precision: 'single', integers, asValues: false };
}

/** As `landmeter index` stores values. */
export function indexStorage(dtype: 'int16' | 'float32'): Storage {
  const base = { dtype, offset: 0, precision: 'single', asValues: false } as const;
  if (dtype === 'float32') return { ...base, nodata: NaN, scale: 1, integers: null };
  const integers = { factor: 10000, min: -32767, max: 32767, nodata: -32768 };
  return { ...base, nodata: -32768, scale: 1 / 10000, integers };
}

/**
 * Files of one type, scale and offset keep them: int16 indices stay int16 and means are rounded to the nearest stored
 * number. Others meet as float values.
 */
export function sharedStorage(bands: readonly BandInfo[]): Storage {
  const { scale, offset } = bands[0]!;
  const types = new Set(bands.map(({ dtype }) => storedType(dtype)));
  const precision = [...types].every((type) => SINGLE.has(type)) ? 'single' : 'double';
  const alike = types.size === 1 && bands.every((band) => band.scale === scale && band.offset === offset);
  const dtype = alike ? [...types][0]! : precision === 'single' ? 'float32' : 'float64';
  const range = RANGES[dtype];
  if (!range) {
    const tags = alike ? { scale, offset } : { scale: 1, offset: 0 };
    return { dtype, nodata: NaN, ...tags, precision, integers: null, asValues: !alike };
  }
  const [min, max] = range;
  const nodata = nodataFor(bands, range);
  return { dtype, nodata, scale, offset, precision, integers: { factor: 1, min, max, nodata }, asValues: false };
}

/** The first that a file declares and the type holds; else 0 for unsigned types and the least number for signed ones. */
function nodataFor(bands: readonly BandInfo[], [min, max]: readonly [number, number]): number {
  const declared = bands
    .map(({ nodata }) => nodata)
    .find((n) => n !== null && Number.isInteger(n) && n >= min && n <= max);
  return declared ?? min;
}

/** Types that values are moved to where theirs does not hold the bands behind them; the first that holds both is taken. */
const WIDER: readonly CogDataType[] = ['int16', 'uint16', 'int32', 'float64'];

/**
 * A storage that also holds plain numbers in bands of their own: counts and days. Floats hold them anyway. Where the
 * declared nodata is one of those numbers, another is taken, of a wider type if need be.
 */
export function widenStorage(storage: Storage, numbers: readonly (readonly [min: number, max: number])[]): Storage {
  const { dtype, integers } = storage;
  const own = RANGES[dtype];
  if (!own || !integers || numbers.length === 0) return storage;
  const isTaken = (nodata: number) => numbers.some(([min, max]) => nodata >= min && nodata <= max && nodata !== 0);
  const holds = (type: CogDataType, [low, high]: readonly [number, number]) => {
    const [min, max] = RANGES[type] ?? [-Infinity, Infinity];
    return min <= low && max >= high;
  };
  for (const type of [dtype, ...WIDER]) {
    const [min] = RANGES[type] ?? own;
    if (![own, ...numbers].every((range) => holds(type, range))) continue;
    const nodata = isTaken(integers.nodata) ? min : integers.nodata;
    if (isTaken(nodata) || (type === dtype && nodata !== integers.nodata && min === 0)) continue;
    return { ...storage, dtype: type, nodata, integers: { ...integers, min: own[0], max: own[1], nodata } };
  }
  return storage;
}
