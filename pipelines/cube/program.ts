/**
 * What a data cube becomes when it is planned: a list of operations on planes. A plane is one band at one time over the
 * whole grid; it is never held whole, only asked for window by window. The list is plain data: it can be cloned to a
 * thread, kept in a passport and carried out again. `docs/cubes.md` tells the whole story.
 */
import type { Calibration } from '../core/expression/codegen.ts';
import type { Affine } from '../core/grid/affine.ts';
import type { Expression } from '../core/expression/graph.ts';
import type { SpatialChoice } from '../core/radar/speckle.ts';
import type { ChangeNoise, ChangeRule } from '../core/raster/change.ts';
import type { Resampling } from '../core/raster/resample.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { ReadingRecord } from '../core/passport/passport.ts';
import type { PixelAnalysis } from '../core/series/pixel/create-analyst.ts';
import type { ProcessGraph } from '../graph/graph.ts';
import type { Reducer } from '../graph/reducer-of.ts';
import type { Label } from '../graph/value.ts';
import type { AlignedBand, ClassMask } from '../tasks/layer.ts';

/** Where the pixels of a plane lie. */
export interface CubeGrid {
  readonly width: number;
  readonly height: number;
  /** Pixel corner → CRS. */
  readonly transform: Affine;
  readonly epsg: number | null;
}

export type DimensionType = 'temporal' | 'bands' | 'other';

/** A dimension beside x and y. */
export interface Dimension {
  readonly name: string;
  readonly type: DimensionType;
  /** RFC 3339 times for temporal ones, unless they are names of periods (`2024-djf`). */
  readonly labels: readonly Label[];
  /** When each period begins, RFC 3339, where the labels do not say it. */
  readonly times?: readonly string[];
}

/** A file's band and how a passport describes its reading. */
export interface SourceFile {
  /** `2024-06-01 red`. */
  readonly role: string;
  readonly reading: ReadingRecord;
}

export interface PlaneSource {
  readonly band: AlignedBand;
  readonly calibration: Calibration;
  readonly file: SourceFile;
}

/** Border of an image for a kernel: a number, or how pixels beyond it are found. */
export type KernelBorder = number | 'replicate' | 'reflect' | 'reflect_pixel' | 'wrap';

/** A process graph that is carried out pixel by pixel. */
export interface PixelCallback {
  readonly graph: ProcessGraph;
  /** What it is given: one value, two of them (`x`, `y`), or an array (`data`). */
  readonly form: 'x' | 'xy' | 'data';
  /** Of the array; null: it has none. */
  readonly labels: readonly Label[] | null;
  /**
   * Which of these each input is, where it has only some of them, or in another order; the others do not matter to it.
   * Null: all, in order.
   */
  readonly places: readonly number[] | null;
  readonly context: unknown;
}

/** Inputs are indices of earlier operations. */
export type PlaneOperation =
  | { readonly kind: 'constant'; readonly value: number | null }
  /** Numbers that came with the graph; null is nodata. */
  | { readonly kind: 'literal'; readonly width: number; readonly values: readonly (number | null)[] }
  /** A band of a file, calibrated, and masked by scene classes. */
  | ({ readonly kind: 'source'; readonly classes: ClassSource | null } & PlaneSource)
  /** A formula over bands of files that all have the same classes: evaluated on the stored numbers in one loop. */
  | {
      readonly kind: 'layer';
      readonly expression: number;
      readonly sources: readonly PlaneSource[];
      readonly classes: ClassSource | null;
    }
  /**
   * Inputs in the order of the expression's bands. `repair` is the callback that it was made of, where that may have a
   * value although an input has none: it is asked there.
   */
  | {
      readonly kind: 'formula';
      readonly expression: number;
      readonly inputs: readonly number[];
      readonly repair: number | null;
    }
  /** Valid where the scene classes of a date say so. */
  | { readonly kind: 'classed'; readonly input: number; readonly classes: ClassSource }
  /** Replaced where the mask is neither 0 nor nodata; null: by nodata. */
  | {
      readonly kind: 'mask';
      readonly input: number;
      readonly mask: number;
      readonly replacement: number | null;
    }
  /** The first input that has a value. */
  | { readonly kind: 'mosaic'; readonly inputs: readonly number[] }
  | {
      readonly kind: 'reduce';
      readonly reducer: Reducer;
      readonly inputs: readonly number[];
    }
  /** One result, or with `outputs` several, which `part` operations name. */
  | {
      readonly kind: 'callback';
      readonly callback: number;
      readonly inputs: readonly number[];
      readonly outputs: number | null;
    }
  /** The series of each pixel analysed; its `outputs` results are named by `part` operations. */
  | {
      readonly kind: 'series';
      readonly analysis: PixelAnalysis;
      /** Of the inputs: days since 1970, strictly ascending. */
      readonly days: readonly number[];
      readonly inputs: readonly number[];
      readonly outputs: number;
    }
  /** Two periods compared; the first `before` inputs are of the earlier one, each in the order of time. */
  | {
      readonly kind: 'change';
      readonly inputs: readonly number[];
      readonly before: number;
      readonly noise: ChangeNoise;
      readonly rule: ChangeRule;
      readonly outputs: number;
    }
  /** One of the results of a `callback`, `series` or `change`. */
  | { readonly kind: 'part'; readonly input: number; readonly index: number }
  /** The input's pixel (col, row) is this one's (0, 0). */
  | { readonly kind: 'shift'; readonly input: number; readonly col: number; readonly row: number }
  /** A convolution without turning the kernel; width and height are the grid's. */
  | {
      readonly kind: 'kernel';
      readonly input: number;
      readonly width: number;
      readonly height: number;
      readonly kernel: readonly (readonly number[])[];
      readonly factor: number;
      readonly border: KernelBorder;
      readonly replaceInvalid: number;
    }
  /** A speckle filter over linear power; width and height are the grid's. */
  | {
      readonly kind: 'speckle';
      readonly input: number;
      readonly width: number;
      readonly height: number;
      readonly choice: SpatialChoice;
    }
  | {
      readonly kind: 'warp';
      readonly input: number;
      readonly from: RasterGrid;
      readonly to: RasterGrid;
      readonly resampling: Resampling;
      readonly scale: readonly [x: number, y: number];
    }
  /** 1 where a pixel's centre is inside a polygon, else 0, or the other way round; rings are `col, row, …` in pixels. */
  | {
      readonly kind: 'polygons';
      readonly polygons: readonly (readonly (readonly number[])[])[];
      readonly side: 'inside' | 'outside';
    };

/** The operations of a kind. */
export type OperationOf<K extends PlaneOperation['kind']> = Extract<PlaneOperation, { readonly kind: K }>;

/** Scene classes that make pixels invalid, and the file's place in the passport. */
export interface ClassSource {
  readonly mask: ClassMask;
  readonly file: SourceFile;
}

export interface CubeProgram {
  readonly grid: CubeGrid;
  /** Slowest first. */
  readonly dimensions: readonly Dimension[];
  /** The operation of each plane, row-major over `dimensions`. */
  readonly planes: readonly number[];
  /** Each after its inputs. */
  readonly operations: readonly PlaneOperation[];
  /** Those that operations name by index. A constant without a value is null there, because JSON has no NaN. */
  readonly expressions: readonly PlainExpression[];
  readonly callbacks: readonly PixelCallback[];
}

export interface PlainExpression extends Omit<Expression, 'nodes'> {
  readonly nodes: readonly (
    | Exclude<Expression['nodes'][number], { kind: 'number' }>
    | { readonly kind: 'number'; readonly value: number | null }
  )[];
}

export function toPlain(expression: Expression): PlainExpression {
  const nodes = expression.nodes.map((node) =>
    node.kind === 'number' && Number.isNaN(node.value) ? { ...node, value: null } : node,
  );
  return { ...expression, nodes };
}

export function fromPlain(expression: PlainExpression): Expression {
  const nodes = expression.nodes.map((node) =>
    node.kind === 'number' ? { ...node, value: node.value ?? Number.NaN } : node,
  );
  return { ...expression, nodes };
}

/** The operations that one needs first. */
export function inputsOf(operation: PlaneOperation): readonly number[] {
  switch (operation.kind) {
    case 'constant':
    case 'literal':
    case 'source':
    case 'layer':
    case 'polygons':
      return [];
    case 'formula':
    case 'mosaic':
    case 'reduce':
    case 'callback':
    case 'series':
    case 'change':
      return operation.inputs;
    case 'mask':
      return [operation.input, operation.mask];
    default:
      return [operation.input];
  }
}

/** The same operation with its inputs renumbered. */
export function withInputs(operation: PlaneOperation, at: (input: number) => number): PlaneOperation {
  switch (operation.kind) {
    case 'constant':
    case 'literal':
    case 'source':
    case 'layer':
    case 'polygons':
      return operation;
    case 'formula':
    case 'mosaic':
    case 'reduce':
    case 'callback':
    case 'series':
    case 'change':
      return { ...operation, inputs: operation.inputs.map(at) };
    case 'mask':
      return { ...operation, input: at(operation.input), mask: at(operation.mask) };
    default:
      return { ...operation, input: at(operation.input) };
  }
}
