/** Statistics of zones in some tiles of a raster: each tile read once, its pieces measured, nothing else kept. */
import type { Coverage } from '../core/geometry/zonal/coverage.ts';
import { tileWindow } from '../core/geometry/zonal/coverage.ts';
import { measurePieces, PIECE_MOMENTS } from '../core/geometry/zonal/moments.ts';
import { describeList } from '../core/geometry/zonal/statistics.ts';
import type { ListStatistic, ValueScale } from '../core/geometry/zonal/statistics.ts';
import { ValueCollector } from '../core/geometry/zonal/weighted-values.ts';
import type { WeightedValues } from '../core/geometry/zonal/weighted-values.ts';
import type { BandBlock } from '../core/raster/block.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { withSource } from '../io/source-cache.ts';
import type { SourceRef } from '../io/source-cache.ts';
import type { TaskContext } from '../runner.ts';

export interface ZonalTilesInput {
  readonly source: SourceRef;
  /** From 0. */
  readonly band: number;
  readonly coverage: Coverage;
  /** Indices into `coverage.tiles`, the end excluded. */
  readonly firstTile: number;
  readonly endTile: number;
  /** Zones whose values are gathered, the end excluded; the moments are those of all. */
  readonly firstZone: number;
  readonly endZone: number;
  /** Statistics that need a zone's values beside its moments. */
  readonly statistics: readonly ListStatistic[];
  readonly scale: ValueScale;
}

export interface ZonalTilesOutput {
  /** `PIECE_MOMENTS` numbers for each piece of the tiles. */
  readonly moments: Float64Array;
  /** The statistics of zones that lie wholly in one tile. */
  readonly described: readonly DescribedZone[];
  /** Parts of the values of zones that do not. */
  readonly lists: readonly ZoneList[];
}

export interface DescribedZone {
  readonly zone: number;
  readonly cells: readonly (number | string)[];
}

export interface ZoneList extends WeightedValues {
  readonly zone: number;
}

export async function run(input: ZonalTilesInput, { signal }: TaskContext): Promise<ZonalTilesOutput> {
  const { source, band, coverage, firstTile, endTile } = input;
  const { tiles, tilePieces } = coverage;
  const firstPiece = tilePieces[firstTile]!;
  const moments = new Float64Array(PIECE_MOMENTS * (tilePieces[endTile]! - firstPiece));
  const described: DescribedZone[] = [];
  const lists: ZoneList[] = [];
  await withSource(source, async (raster) => {
    const collector = input.statistics.length > 0 ? new ValueCollector(raster.info.bands[band]!.dtype) : null;
    for (let t = firstTile; t < endTile; t++) {
      checkAborted(signal);
      const [block] = await raster.read(tileWindow(coverage, tiles[t]!), { bands: [band], signal });
      const { data, mask } = withoutInfinite(block!);
      const [first, end] = [tilePieces[t]!, tilePieces[t + 1]!];
      const from = PIECE_MOMENTS * (first - firstPiece);
      measurePieces(coverage, first, end, data, mask, moments.subarray(from));
      if (!collector) continue;
      for (let piece = first; piece < end; piece++) {
        const zone = coverage.pieceZone[piece]!;
        if (zone < input.firstZone || zone >= input.endZone) continue;
        const list = collector.collect(coverage, piece, data, mask);
        if (list.length === 0) continue;
        if (coverage.zonePieces[zone] === 1)
          described.push({ zone, cells: describeList(input.statistics, list, input.scale) });
        else lists.push({ zone, ...copyOf(list) });
      }
    }
  });
  return { moments, described, lists };
}

/** The mask has seen to NaN; what is infinite has no mean either. */
function withoutInfinite(block: BandBlock): BandBlock {
  const { data } = block;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return block;
  let { mask } = block;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i]) || mask?.[i] === 0) continue;
    mask ??= new Uint8Array(data.length).fill(1);
    mask[i] = 0;
  }
  return { ...block, mask };
}

function copyOf({ values, weights, length }: WeightedValues): WeightedValues {
  return { values: values.slice(0, length), weights: weights.slice(0, length), length };
}
