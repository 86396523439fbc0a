/** Statistics of zones over a planned data cube → a table of one row per zone and time. */
import { PlatformError } from '../core/errors.ts';
import { formatTime, parseTime } from '../core/series/time.ts';
import { usesOf } from '../cube/map-sources.ts';
import { planeProgram } from '../cube/plane-program.ts';
import type { CubeProgram } from '../cube/program.ts';
import { pinVersions } from './cube.ts';
import { gridOf } from './zonal-coverage.ts';
import { planZoneTable } from './zone-series-run.ts';
import type { ZoneDate, ZoneSeriesPlan, ZoneTableWords } from './zone-series-run.ts';

export interface CubeZonesRequest extends ZoneTableWords {
  /** As `lowerGraph` made it: a plane for each time. */
  readonly program: CubeProgram;
  /** RFC 3339, in the order of the planes. */
  readonly times: readonly string[];
}

/** Of a tile, in pixels: windows of a cube are evaluated as they are asked for. */
const BLOCK = { blockWidth: 256, blockHeight: 256 };

/**
 * @param rdGrid  Correction grid of RD New; null where there is none.
 * @throws {PlatformError} `parameter-invalid` where a plane has no time, and as `planZoneTable`
 */
export async function planCubeZones(
  { program, times, ...words }: CubeZonesRequest,
  rdGrid: string | null,
  signal?: AbortSignal,
): Promise<ZoneSeriesPlan> {
  const days = times.map(parseTime);
  if (days.length !== program.planes.length || days.some(Number.isNaN))
    throw new PlatformError(
      'parameter-invalid',
      `The cube has ${program.planes.length} planes and the times ${times.slice(0, 5).join(', ')}; each plane needs an RFC 3339 time`,
    );
  const open = async () => {
    const pinned = await pinVersions(program);
    const { width, height } = program.grid;
    const grid = gridOf({
      ...program.grid,
      name: 'The cube',
      crsText: null,
      levels: [{ width, height, ...BLOCK }],
    });
    const dates = days.map((day, plane): ZoneDate => {
      const values = { kind: 'cube', program: planeProgram(pinned, plane) } as const;
      return { name: `the cube at ${formatTime(day, 'time')}`, days: day, grid, values };
    });
    return { dates, inputs: usesOf(pinned), notes: [] };
  };
  return planZoneTable(words, rdGrid, open, signal);
}
