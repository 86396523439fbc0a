/**
 * A region of a COG (an aligned square of 4 × 4 blocks) from samples to compressed blocks of all levels that lie wholly
 * inside it; what the coarser levels need of it goes back as a small reduction. So overviews are made from data, in the
 * thread that has the data, and nobody ever holds the whole raster.
 */
import type { Window } from '../core/grid/window.ts';
import type { DataType, Samples } from '../core/raster/block.ts';
import { reduceAgain, reduceBand, toStored } from '../core/raster/overview.ts';
import type { OverviewMethod, Reduction, StoredBand } from '../core/raster/overview.ts';
import { reduceWords } from '../core/raster/reduce-words.ts';
import { burnNodata } from '../core/raster/quantise.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { createBlockSink } from '../io/tiff/block-sink.ts';
import type { EncodedTile } from '../io/tiff/block-sink.ts';
import { cogLevels, REGION_LEVELS } from '../io/tiff/cog-layout.ts';
import type { BlockSource } from '../io/tiff/encode-block.ts';
import { PlatformError } from '../core/errors.ts';

export interface RegionInput {
  readonly spec: CogSpec;
  /** One of `cogRegions(spec)`. */
  readonly region: Window;
  /** One array per band, row-major, of the region's size and of the type `spec.dtype`. Overwritten where invalid. */
  readonly bands: readonly Samples[];
  /** One per band, 1 = valid; null or absent: invalid pixels hold `spec.nodata` already. */
  readonly masks?: readonly (Uint8Array | null)[];
}

export interface EncodedRegion {
  readonly region: Window;
  /** All blocks one after the other, finest level first, in the order of `tiles`. */
  readonly bytes: Uint8Array;
  readonly tiles: readonly EncodedTile[];
  /** One per band: the first level whose blocks are larger than the region; null where there is none. */
  readonly rest: readonly Reduction[] | null;
}

/**
 * Encodes one region in this thread.
 * @throws {PlatformError} `parameter-invalid` where a band does not have the region's size.
 */
export function encodeRegion({ spec, region, bands, masks }: RegionInput): EncodedRegion {
  const levels = cogLevels(spec).length;
  const inside = Math.min(levels - 1, REGION_LEVELS);
  const out = createBlockSink(spec);
  const rest: Reduction[] = [];
  const perLevel: BlockSource[][] = Array.from({ length: inside + 1 }, () => []);
  const method = spec.overviewResampling ?? 'average';
  bands.forEach((data, b) => {
    const { width, height } = region;
    if (data.length !== width * height)
      throw new PlatformError('parameter-invalid', `Band ${b + 1} has ${data.length} numbers for ${width} × ${height}`);
    const mask = masks?.[b];
    if (mask) burnNodata(data, mask, spec.nodata);
    perLevel[0]!.push({ data, width, height });
    const { stored, beyond } = reduceTo(inside, { data, width, height, nodata: spec.nodata }, method, spec.dtype);
    stored.forEach((source, level) => perLevel[level + 1]!.push(source));
    if (levels - 1 > inside) rest.push(beyond());
  });
  perLevel.forEach((sources, level) => out.add(sources, level, region.col >> level, region.row >> level));
  return { region, ...out.finish(), rest: rest.length > 0 ? rest : null };
}

/** The levels of a band from 1 up to `inside` as stored, and the one beyond them where it is needed. */
function reduceTo(
  inside: number,
  band: StoredBand,
  method: OverviewMethod,
  dtype: DataType,
): { stored: BlockSource[]; beyond: () => Reduction } {
  const quick = inside === REGION_LEVELS && method === 'average' ? reduceWords(band) : null;
  if (quick) {
    const halved = (n: number, level: number) => (n + 2 ** level - 1) >> level;
    const stored = quick.stored.map((data, k) => ({
      data,
      width: halved(band.width, k + 1),
      height: halved(band.height, k + 1),
    }));
    return { stored, beyond: () => quick.eighth };
  }
  const stored: BlockSource[] = [];
  let last: Reduction | undefined;
  const next = () => (last ? reduceAgain(last, method, band.nodata) : reduceBand(band, method));
  while (stored.length < inside) {
    last = next();
    stored.push({ data: toStored(last, dtype, band.nodata), width: last.width, height: last.height });
  }
  return { stored, beyond: next };
}

/** The task: `encodeRegion` on a thread of the pool, for callers that have samples on the main thread. */
export async function run(input: RegionInput): Promise<EncodedRegion> {
  return encodeRegion(input);
}
