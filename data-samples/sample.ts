/**
 * Makes the sample region on the user's machine: simulated Sentinel-2-like scenes with their STAC items, and vectors.
 * The same seed and size give the same files. `region.json` is written last: where it stands, the sample is complete.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PlatformError } from '../pipelines/core/errors.ts';
import type { Samples } from '../pipelines/core/raster/block.ts';
import { writeError } from '../pipelines/io/output-file.ts';
import { writeCogFromArray } from '../pipelines/runs/write-cog.ts';
import { createGeography, SAMPLE_EPSG } from './geography/geography.ts';
import type { Geography } from './geography/geography.ts';
import { EVENTS } from './geography/places.ts';
import { createVectors } from './geography/vectors.ts';
import { BANDS, COVER } from './landscape/cover.ts';
import type { SampleGrid, SampleSize } from './landscape/grid.ts';
import { gridTransform, SIZES } from './landscape/grid.ts';
import type { Landscape } from './landscape/landscape.ts';
import { createLandscape } from './landscape/landscape.ts';
import { fillSpans } from './landscape/paint.ts';
import { clearShare, classify, trueColour } from './scene/classify.ts';
import type { Overpass } from './scene/dates.ts';
import { OVERPASSES } from './scene/dates.ts';
import { createItem, sceneId } from './scene/item.ts';
import { ADD_OFFSET, createGreenness, QUANTIFICATION, renderBand10, renderBand20 } from './scene/reflect.ts';
import { createSky } from './scene/sky.ts';
import type { Sky } from './scene/sky.ts';

/** Raised when the generator's output changes, so that an old sample is made anew. */
export const SAMPLE_VERSION = 1;
export const SAMPLE_SEED = 31;

export interface SampleScene {
  readonly id: string;
  readonly datetime: string;
  /** Share of pixels that are neither cloud, cirrus nor shadow, 0 to 1. */
  readonly clearShare: number;
  /** The STAC item, relative to the sample's folder. */
  readonly item: string;
}

export interface SampleRegion {
  readonly version: number;
  readonly size: SampleSize;
  readonly seed: number;
  readonly simulated: true;
  readonly scenes: readonly SampleScene[];
  /** GeoJSON files by layer, relative to the sample's folder. */
  readonly vectors: Readonly<Record<string, string>>;
}

export interface SampleOptions {
  readonly size: SampleSize;
  readonly seed?: number;
  /** How many of the overpasses, from the first. Default: all. */
  readonly dates?: number;
  readonly signal?: AbortSignal;
  /** Called before each scene. */
  readonly onScene?: (id: string, index: number, count: number) => void;
}

/** The sample in a folder, or null where there is none, an unfinished one, or one of an older generator. */
export async function readSample(folder: string): Promise<SampleRegion | null> {
  const text = await readFile(join(folder, 'region.json'), 'utf8').catch(() => null);
  const region = text === null ? null : (JSON.parse(text) as SampleRegion);
  return region?.version === SAMPLE_VERSION ? region : null;
}

/** @throws {PlatformError} `not-writable`, `disk-full`, `aborted` */
export async function makeSample(folder: string, options: SampleOptions): Promise<SampleRegion> {
  const { size, seed = SAMPLE_SEED, dates = OVERPASSES.length, signal, onScene } = options;
  const geography = createGeography(seed);
  const landscape = createLandscape(SIZES[size], geography, seed);
  const overpasses = OVERPASSES.slice(0, dates);
  const scenes: SampleScene[] = [];
  for (const [k, overpass] of overpasses.entries()) {
    onScene?.(sceneId(overpass), k, overpasses.length);
    const ground = { folder, landscape, geography, breathe: () => breathe(signal) };
    scenes.push(await makeScene(ground, overpass, seed + 1000 * k));
  }
  const vectors: Record<string, string> = {};
  for (const [name, collection] of Object.entries(createVectors(geography))) {
    vectors[name] = `vectors/${name}.geojson`;
    await writeText(join(folder, vectors[name]!), JSON.stringify(collection));
  }
  const region: SampleRegion = { version: SAMPLE_VERSION, size, seed, simulated: true, scenes, vectors };
  await writeText(join(folder, 'region.json'), JSON.stringify(region, null, 2));
  return region;
}

/** Lets what waits for this thread go first, such as Ctrl-C. @throws {PlatformError} `aborted` */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted)
    throw new PlatformError('aborted', 'Stopped as asked; the sample is unfinished and will be made again');
}

interface Scenery {
  readonly folder: string;
  readonly landscape: Landscape;
  readonly geography: Geography;
  /** Called between steps of some seconds at most. */
  readonly breathe: () => Promise<void>;
}

async function makeScene(
  { folder, landscape, geography, breathe: pause }: Scenery,
  overpass: Overpass,
  seed: number,
): Promise<SampleScene> {
  await pause();
  const { grid } = landscape;
  const id = sceneId(overpass);
  const path = (name: string) => join(folder, 'scenes', id, name);
  const cover = coverAt(landscape, geography, overpass);
  await pause();
  const sky = createSky(grid, overpass.cloudThreshold, seed + 17);
  await pause();
  const green = createGreenness(landscape, cover, overpass);
  await makeFolder(join(folder, 'scenes', id));
  await writeBands(grid, path, { landscape, cover, green, sky, seed }, pause);
  const scl = classify(landscape, cover, green, sky);
  await write(path('SCL.tif'), grid, 20, [scl], 'uint8');
  const share = clearShare(scl);
  await writeText(path(`${id}.json`), JSON.stringify(createItem(grid, overpass, share), null, 2));
  return {
    id,
    datetime: overpass.datetime,
    clearShare: Math.round(share * 1000) / 1000,
    item: `scenes/${id}/${id}.json`,
  };
}

interface Ground {
  readonly landscape: Landscape;
  readonly cover: Uint8Array;
  readonly green: Uint8Array;
  readonly sky: Sky;
  readonly seed: number;
}

async function writeBands(
  grid: SampleGrid,
  path: (name: string) => string,
  ground: Ground,
  pause: () => Promise<void>,
): Promise<void> {
  const visual: Partial<Record<string, Uint8Array>> = {};
  for (const [band, { code, gsd }] of BANDS.entries()) {
    await pause();
    const input = { ...ground, band, seed: ground.seed + band };
    const dn = gsd === 10 ? renderBand10(input) : renderBand20(input);
    await write(path(`${code}.tif`), grid, gsd, [dn], 'uint16');
    if (code === 'B02' || code === 'B03' || code === 'B04') visual[code] = trueColour(dn);
  }
  await write(path('TCI.tif'), grid, 10, [visual['B04']!, visual['B03']!, visual['B02']!], 'uint8');
}

/** The cover on a date, with what has happened by then. */
function coverAt(
  { grid, cover }: Landscape,
  { newDistrict, heathFire }: Geography,
  { datetime }: Overpass,
): Uint8Array {
  const now = cover.slice();
  const paint = (ring: Geography['newDistrict']['ring'], code: number, keepWater: boolean) =>
    fillSpans(grid, ring, (row, from, to) => {
      for (let i = row * grid.width + from; i < row * grid.width + to; i++)
        if (!keepWater || (now[i] !== COVER.lake && now[i] !== COVER.river && now[i] !== COVER.road)) now[i] = code;
    });
  if (datetime >= EVENTS.newDistrict.from) paint(newDistrict.ring, COVER['building-site'], true);
  if (datetime >= EVENTS.heathFire.from) paint(heathFire.ring, COVER.burnt, true);
  return now;
}

async function write(
  path: string,
  grid: SampleGrid,
  gsd: 10 | 20,
  bands: Samples[],
  dtype: 'uint8' | 'uint16',
): Promise<void> {
  const shrink = gsd === 10 ? 1 : 2;
  const classes = path.endsWith('SCL.tif');
  const scaled = dtype === 'uint16';
  await writeCogFromArray(
    path,
    {
      width: Math.floor(grid.width / shrink),
      height: Math.floor(grid.height / shrink),
      transform: gridTransform(grid, gsd),
      epsg: SAMPLE_EPSG,
      dtype,
      bands: bands.length,
      nodata: 0,
      scale: scaled ? 1 / QUANTIFICATION : 1,
      offset: scaled ? ADD_OFFSET / QUANTIFICATION : 0,
      overviewResampling: classes ? 'mode' : 'average',
      metadata: { DESCRIPTION: 'Simulated by Landmeter; not a measurement' },
    },
    bands,
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
}

async function writeText(path: string, text: string): Promise<void> {
  await makeFolder(join(path, '..'));
  try {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  } catch (error) {
    throw writeError(path, error);
  }
}
