/** What a program will cost, for dry runs: told from its sources, before a pixel is read. */
import { stat } from 'node:fs/promises';
import { isAddress } from '../passport/place.ts';
import { partsOf, planesAtOnce } from './cost.ts';
import { sourcesOf } from './map-sources.ts';
import type { CubeProgram } from './program.ts';

export interface CubeEstimate {
  /** Compressed, at most: a part of a file may do. What lies on a server is guessed at one byte a pixel. */
  readonly bytesToRead: number;
  /** Windows that are evaluated one after the other. */
  readonly regions: number;
  /** Pixels times planes of files: how many numbers are worked on, in millions. */
  readonly megapixelDates: number;
  /** Planes that one thread holds at its fullest. */
  readonly memoryBytes: number;
}

/** Side of a region of a COG with blocks of 512. */
const REGION = 2048;
/** Compressed bytes of a pixel, where a file's size is not known. */
const GUESSED_BYTES = 1;

export async function estimateCube(program: CubeProgram): Promise<CubeEstimate> {
  const { width, height } = program.grid;
  const planes = planesAtOnce(program);
  const regions = Math.ceil(width / REGION) * Math.ceil(height / REGION);
  const region = { col: 0, row: 0, width: Math.min(width, REGION), height: Math.min(height, REGION) };
  const parts = partsOf(region, planes);
  const [part] = parts;
  let [bytesToRead, pixels] = [0, 0];
  const seen = new Set<string>();
  for (const { band, file } of sourcesOf(program)) {
    // The share of the file's pixels that lie under the grid
    const { scaleX, scaleY } = band.alignment;
    const { grid } = file.reading;
    const needed = Math.min(grid.width, width * Math.abs(scaleX)) * Math.min(grid.height, height * Math.abs(scaleY));
    pixels += needed;
    const key = `${band.path} ${band.band} ${JSON.stringify(band.alignment)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const isFile = !isAddress(band.path) && !band.path.includes('!/'); // an archive is larger than what is read of it
    const size = isFile ? await stat(band.path).catch(() => null) : null;
    const share = needed / (grid.width * grid.height);
    bytesToRead += size ? size.size * share : needed * GUESSED_BYTES;
  }
  return {
    bytesToRead: Math.round(bytesToRead),
    regions: regions * parts.length,
    megapixelDates: pixels / 1e6,
    memoryBytes: 4 * planes * part!.width * part!.height,
  };
}
