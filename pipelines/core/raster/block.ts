import type { Affine } from '../grid/affine.ts';

/** Stored numbers as they lie in a file, row-major. 64-bit integers are read as Float64Array. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

export type DataType =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64';

/** One band of a window, as it lies in the file. */
export interface BandBlock {
  readonly width: number;
  readonly height: number;
  /** Digital numbers, row-major, length `width * height`. Where the mask is 0 the number means nothing. */
  readonly data: Samples;
  /** 1 = valid, 0 = nodata, outside, or masked in the file. Null: every pixel is valid. */
  readonly mask: Uint8Array | null;
}

/** Physical values with the validity that travels with them. Nobody compares with nodata after this. */
export interface RasterBlock {
  readonly width: number;
  readonly height: number;
  /** One array per band, in the order of `bandNames`: `bands[b][row * width + col]`. */
  readonly bands: readonly Float32Array[];
  readonly bandNames: readonly string[];
  /** 1 = valid; 0 = nodata, cloud, or outside the footprint. Length `width * height`. */
  readonly mask: Uint8Array;
  /** Pixel corner (col, row) → CRS coordinates. Pixel-is-area; a centre is at +0.5. */
  readonly transform: Affine;
  /** EPSG code of those coordinates. */
  readonly epsg: number;
}

const CONSTRUCTORS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: Float64Array,
  int64: Float64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<DataType, unknown>;

const BYTES: Readonly<Record<DataType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float32: 4,
  float64: 8,
};

/** Zeroed samples that hold `length` numbers of a type. */
export function createSamples(type: DataType, length: number): Samples {
  return new CONSTRUCTORS[type](length);
}

/** The first `length` numbers of memory that is there, as a type. */
export function viewSamples(type: DataType, buffer: ArrayBuffer, length: number): Samples {
  return new CONSTRUCTORS[type](buffer, 0, length);
}

/** Bytes that one number of a type takes in a file. */
export function bytesPerSample(type: DataType): number {
  return BYTES[type];
}
