/** Cubes out of files: scenes of the catalogue, or rasters by their paths. */
import type { Dimension } from './program.ts';
import type { Planning } from './cube-process.ts';
import type { Cube } from './cube.ts';
import { AXES } from './cube.ts';
import type { BandFile } from './open-sources.ts';
import { openSources } from './open-sources.ts';

/** What one tile of one date brings; a date may have several. */
export interface TileFiles {
  /** By band. */
  readonly bands: ReadonlyMap<string, BandFile>;
  /** The scene classification, to be masked by. */
  readonly classes: BandFile | null;
}

export interface DateFiles {
  /** RFC 3339. */
  readonly time: string;
  readonly tiles: readonly TileFiles[];
}

/** A cube of time and bands. A band that a date lacks is nodata there. */
export async function loadCube(
  { builder, notes, context: { signal } }: Planning,
  bands: readonly string[],
  dates: readonly DateFiles[],
): Promise<Cube> {
  const files = new Map(dates.flatMap(({ tiles }) => tiles.flatMap((tile) => openNow(tile, bands))).map((f) => [f, f]));
  const { grid, sources } = await openSources(files, notes, signal);
  const planeOf = (tiles: readonly (BandFile | null | undefined)[]) => {
    const planes = tiles.map((file) =>
      file ? builder.source(sources.get(file) ?? builder.later.add(file, grid)) : builder.empty(),
    );
    return builder.mosaic(planes);
  };
  const time: Dimension = { name: 't', type: 'temporal', labels: dates.map((date) => date.time) };
  const base = { grid, axes: AXES };
  const hasClasses = dates.some(({ tiles }) => tiles.some(({ classes }) => classes));
  const classes: Cube = {
    ...base,
    dimensions: [time],
    planes: dates.map(({ tiles }) => planeOf(tiles.map((tile) => tile.classes))),
    classes: null,
  };
  return {
    ...base,
    dimensions: [time, { name: 'bands', type: 'bands', labels: bands }],
    planes: dates.flatMap(({ tiles }) => bands.map((name) => planeOf(tiles.map((tile) => tile.bands.get(name))))),
    classes: hasClasses ? classes : null,
  };
}

/** Files that tell the grid, and those of which nothing is known; others wait until a product needs them. */
function openNow({ bands: given, classes }: TileFiles, bands: readonly string[]): BandFile[] {
  const files = bands.flatMap((name) => given.get(name) ?? []);
  const waiting = files.filter(({ gsd, calibration }) => gsd !== undefined && calibration !== undefined);
  const finest = waiting.reduce<BandFile | null>((best, file) => (best && best.gsd! <= file.gsd! ? best : file), null);
  return [...files.filter((file) => file === finest || !waiting.includes(file)), ...(classes ? [classes] : [])];
}

/** What tells the scenes of a pass from others. */
interface DatedTile {
  readonly datetime: string;
  readonly platform: string | null;
  readonly tile: string | null;
}

/**
 * Scenes in dates: tiles of one platform and day are one picture; a tile that comes again on that day is a date of its
 * own.
 */
export function groupByDate<S extends DatedTile>(scenes: readonly S[]): S[][] {
  const groups: S[][] = [];
  for (const scene of [...scenes].sort((a, b) => (a.datetime < b.datetime ? -1 : a.datetime > b.datetime ? 1 : 0))) {
    const group = groups.find(
      ([first, ...others]) =>
        scene.tile !== null &&
        first!.datetime.slice(0, 10) === scene.datetime.slice(0, 10) &&
        first!.platform === scene.platform &&
        [first!, ...others].every(({ tile }) => tile !== null && tile !== scene.tile),
    );
    if (group) group.push(scene);
    else groups.push([scene]);
  }
  return groups;
}
