/** Statistics of zones in some tiles of a grid: the values of each tile read once, its pieces measured, nothing else kept. */
import { tileWindow } from '../core/geometry/zonal/coverage.ts';
import type { Coverage } from '../core/geometry/zonal/coverage.ts';
import { measurePieces, PIECE_MOMENTS } from '../core/geometry/zonal/moments.ts';
import { describeList } from '../core/geometry/zonal/statistics.ts';
import type { ListStatistic } from '../core/geometry/zonal/statistics.ts';
import { ValueCollector } from '../core/geometry/zonal/weighted-values.ts';
import type { WeightedValues } from '../core/geometry/zonal/weighted-values.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import type { CoverageTile } from '../io/zones/coverage-file.ts';
import type { TaskContext } from '../runner.ts';
import { withScratch } from './scratch.ts';
import { loadTiles } from './zonal-pieces.ts';
import type { CoverageRef } from './zonal-pieces.ts';
import { dtypeOf, readValues, scaleOf } from './zonal-values.ts';
import type { ValueSource, ZonalValues } from './zonal-values.ts';

export interface ZonalTilesInput {
  readonly values: ValueSource;
  readonly coverage: Coverage | CoverageRef;
  /** Indices into the tiles of the coverage, the end excluded. */
  readonly firstTile: number;
  readonly endTile: number;
  /** Zones whose values are gathered, the end excluded; the moments are those of all. */
  readonly firstZone: number;
  readonly endZone: number;
  /** Statistics that need a zone's values beside its moments. */
  readonly statistics: readonly ListStatistic[];
}

export interface ZonalTilesOutput {
  /** The zone of each piece of the tiles. */
  readonly pieceZone: Uint32Array;
  /** `PIECE_MOMENTS` numbers for each of them. */
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
  const { values, coverage, firstTile, endTile, statistics } = input;
  const tiles = await loadTiles(coverage, firstTile, endTile, signal);
  const pieces = tiles.reduce((sum, tile) => sum + tile.pieceZone.length, 0);
  const [pieceZone, moments] = [new Uint32Array(pieces), new Float64Array(PIECE_MOMENTS * pieces)];
  const gathered: Gathered = { described: [], lists: [] };
  const collector = statistics.length > 0 ? new ValueCollector(dtypeOf(values)) : null;
  const grid = 'digest' in coverage ? coverage.grid : coverage;
  let at = 0;
  for (const tile of tiles) {
    await withScratch(async (scratch) => {
      const read = await readValues(values, tileWindow(grid, tile.tile), scratch, signal);
      checkAborted(signal);
      measurePieces(tile, read.data, read.mask, moments.subarray(PIECE_MOMENTS * at));
      if (collector) gather(input, collector, tile, read, gathered);
    });
    pieceZone.set(tile.pieceZone, at);
    at += tile.pieceZone.length;
  }
  return { pieceZone, moments, ...gathered };
}

interface Gathered {
  readonly described: DescribedZone[];
  readonly lists: ZoneList[];
}

function gather(
  { values, firstZone, endZone, statistics }: ZonalTilesInput,
  collector: ValueCollector,
  tile: CoverageTile,
  { data, mask }: ZonalValues,
  { described, lists }: Gathered,
): void {
  for (let piece = 0; piece < tile.pieceZone.length; piece++) {
    const zone = tile.pieceZone[piece]!;
    if (zone < firstZone || zone >= endZone) continue;
    const list = collector.collect(tile, piece, data, mask);
    if (list.length === 0) continue;
    if (tile.isWhole[piece] === 1) described.push({ zone, cells: describeList(statistics, list, scaleOf(values)) });
    else lists.push({ zone, ...copyOf(list) });
  }
}

function copyOf({ values, weights, length }: WeightedValues): WeightedValues {
  return { values: values.slice(0, length), weights: weights.slice(0, length), length };
}
