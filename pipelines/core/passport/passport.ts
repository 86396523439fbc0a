/**
 * What a product says of itself: what it was made of, how, by which code, and what was found. A plain record, written
 * as JSON beside the product or inside it, from which the product can be made again.
 */
import type { Affine } from '../grid/affine.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export interface Passport {
  /** The version of this record's shape. */
  readonly passport: typeof PASSPORT_VERSION;
  readonly product: ProductRecord;
  readonly process: ProcessRecord;
  /** Every file that was read, metadata included, in the order in which the request names them. */
  readonly inputs: readonly InputRecord[];
  readonly method: MethodRecord;
  readonly result: ResultRecord;
  /** Sentences that the user was told. */
  readonly notes: readonly string[];
  readonly software: SoftwareRecord;
  /** RFC 3339, UTC. Absent inside products, which do not change with the hour. */
  readonly time?: { readonly started: string; readonly ended: string };
  /** Absent where nobody is named, and inside products. */
  readonly askedBy?: string;
}

export const PASSPORT_VERSION = 1;

export interface ProductRecord {
  /** File name. */
  readonly name: string;
  readonly mediaType: string;
  /** Absent inside a product, which cannot hold its own digest. */
  readonly bytes?: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256?: string;
  /** Where it was made, absolute; places of inputs are relative to it. Absent inside products, which are published. */
  readonly folder?: string;
}

export interface ProcessRecord {
  /** `index`, `warp` … */
  readonly name: string;
  /** As it was asked for; paths are places (see `InputRecord`). */
  readonly request: Json;
  /** SHA-256 of what the product depends on, wherever it was made: process, request, contents of the inputs, code. */
  readonly recipe: string;
}

export interface InputRecord {
  /** What it was to the process: `red`, `scl`, `metadata`, `features`. */
  readonly role: string;
  /** URL, or path relative to the product's folder with `/`; `archive.zip!/entry` for a file in an archive. */
  readonly place: string;
  readonly bytes: number | null;
  /** SHA-256 of the content, hexadecimal; null for a file on a server, of which only parts were read. */
  readonly sha256: string | null;
  /** For a file on a server. */
  readonly remote?: RemoteIdentity;
  readonly reading?: ReadingRecord;
}

/** What a server says of the version of a file; what it leaves out is null. */
export interface RemoteIdentity {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** How the numbers of a band became values on the product's grid. */
export interface ReadingRecord {
  /** From 1. */
  readonly band: number;
  readonly dtype: string;
  /** What the file declares to be no value. */
  readonly nodata: number | string | null;
  /** Other numbers that were taken for no measurement: the product's own nodata, saturation. */
  readonly invalid?: readonly number[];
  /** Classes that were made invalid in all bands. */
  readonly maskedClasses?: readonly number[];
  /** value = stored number × scale + offset, as applied. */
  readonly scale: number;
  readonly offset: number;
  readonly grid: GridRecord;
  /** Resolution level that was read: 0 is the full one, others are overviews. */
  readonly level: number;
  /** How its pixels came onto the product's grid. */
  readonly placement: string;
}

export interface GridRecord {
  readonly width: number;
  readonly height: number;
  readonly epsg: number | null;
  /** x = a·col + b·row + c; y = d·col + e·row + f. */
  readonly transform: Affine | null;
}

export interface MethodRecord {
  /** In words, one sentence. */
  readonly summary: string;
  readonly formula?: { readonly id: string | null; readonly expression: string };
  readonly resampling?: string;
  readonly coordinates?: readonly CoordinateOperation[];
  /** Largest distance from the exact place that was allowed, source pixels. */
  readonly maxErrorPixels?: number;
  readonly grid?: GridRecord;
  readonly zooms?: { readonly min: number; readonly max: number };
  /** How values are stored in the product: value = stored number × scale + offset. */
  readonly storage?: {
    readonly dtype: string;
    readonly nodata: number | string | null;
    readonly scale: number;
    readonly offset: number;
  };
}

export interface CoordinateOperation {
  readonly name: string;
  /** Metres, worst case. */
  readonly accuracy: number;
  /** The correction grid it used. */
  readonly grid?: { readonly name: string; readonly sha256: string };
}

/** What was found while the product was made. */
export interface ResultRecord {
  readonly pixels?: number;
  readonly validPixels?: number;
  /** 0 to 1. */
  readonly validShare?: number;
  /** Values that the product's type could not hold. */
  readonly lostPixels?: number;
  /** Largest distance from the exact place that was measured, source pixels. */
  readonly maxErrorPixels?: number;
  readonly features?: number;
  readonly rows?: number;
  readonly tiles?: number;
}

export interface SoftwareRecord {
  readonly name: 'Landmeter';
  readonly version: string;
  /** Git commit of the code, where it is a clone; local changes to it are not noticed. */
  readonly commit: string | null;
  readonly node: string;
}

/** JSON has only finite numbers; `nan` is the word that `info` uses. */
export function nodataWord(nodata: number | null | undefined): number | string | null {
  if (nodata === undefined || nodata === null) return null;
  return Number.isFinite(nodata) ? nodata : String(nodata).toLowerCase();
}
