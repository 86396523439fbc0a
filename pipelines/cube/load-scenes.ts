/** `load_collection`: which scenes of the catalogue, and which of their files. */
import { findBand } from '../catalog/bands.ts';
import type { RecordedBand, SceneRecord } from '../catalog/scene-record.ts';
import type { Scene } from '../catalog/scene.ts';
import { PlatformError } from '../core/errors.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { compileCallback } from '../graph/evaluate.ts';
import { isCallback, isRecord } from '../graph/graph.ts';
import { VALUE_PROCESSES } from '../graph/processes/registry.ts';
import type { Value } from '../graph/value.ts';
import type { DateFiles, TileFiles } from './load.ts';
import { groupByDate } from './load.ts';
import type { BandFile } from './open-sources.ts';

export interface SceneQuery {
  readonly bbox?: LonLatBox;
  /** RFC 3339, both inclusive. */
  readonly from?: string;
  readonly to?: string;
}

export type FindScenes = (collection: string, query: SceneQuery) => Promise<readonly SceneRecord[]>;

/** What a cube needs to know of a scene, from the catalogue or from its own metadata. */
export type CubeScene = Pick<
  SceneRecord,
  'id' | 'platform' | 'level' | 'baseline' | 'tile' | 'datetime' | 'cloudCover' | 'bands' | 'classes'
>;

export function toCubeScene({
  id,
  platform,
  level,
  baseline,
  tile,
  datetime,
  cloudCover,
  files,
  sclFiles,
}: Scene): CubeScene {
  const bands = files.map((file) => ({ ...file, index: 0 }));
  const time = new Date(datetime).toISOString();
  return { id, platform, level, baseline, tile, datetime: time, cloudCover, bands, classes: [...sclFiles] };
}

/** What the word of a band means: the recorded name or ESA's code, in any case. */
export function meansBand(word: string, { name, code }: Pick<RecordedBand, 'name' | 'code'>): boolean {
  if (word === name || word === code) return true;
  const known = findBand(word);
  return known !== null && (known.name === name || known.code === code);
}

/**
 * @param bands  Names; null: all that the first scene has, each at its finest.
 * @param notes  Receives what a user should know.
 * @throws {PlatformError} `band-missing`, naming the scene and what it has
 */
export function datesOf(
  scenes: readonly CubeScene[],
  bands: readonly string[] | null,
  notes: Set<string>,
): { readonly bands: readonly string[]; readonly dates: readonly DateFiles[] } {
  const wanted = bands ?? [...new Set(scenes[0]!.bands.map(({ name }) => name))];
  const dates = groupByDate(scenes).map((group) => ({
    time: group[0]!.datetime,
    tiles: group.map((scene) => tileOf(scene, wanted, notes)),
  }));
  return { bands: wanted, dates };
}

function tileOf(scene: CubeScene, wanted: readonly string[], notes: Set<string>): TileFiles {
  const day = scene.datetime.slice(0, 10);
  const prefix = scene.tile === null ? day : `${day} ${scene.tile}`;
  const chosen = wanted.map((word) => [word, findRecorded(scene, word, notes)] as const);
  const finest = Math.min(...chosen.flatMap(([, band]) => (band ? [band.gsd] : [])));
  const classes = scene.classes.findLast(({ gsd }) => gsd <= finest) ?? scene.classes[0] ?? null;
  const classFile: BandFile | null = classes && { role: `${prefix} scl`, path: classes.path, calibration: CLASSES };
  return {
    bands: new Map(chosen.map(([word, band]) => [word, band ? fileOf(band, `${prefix} ${band.name}`) : classFile!])),
    classes: classFile,
  };
}

const CLASSES = { scale: 1, offset: 0 };

function fileOf({ path, index, gsd, scale, offset, nodata, saturated }: RecordedBand, role: string): BandFile {
  return {
    role,
    path: `${path}#${index + 1}`,
    calibration: { scale, offset },
    special: { nodata, saturated },
    gsd,
  };
}

/** @returns null for the classification */
function findRecorded(scene: CubeScene, word: string, notes: Set<string>): RecordedBand | null {
  const band = scene.bands.find((one) => meansBand(word, one));
  if (band) return band;
  const narrow = word.toLowerCase() === 'nir' ? scene.bands.find(({ name }) => name === 'nir08') : undefined;
  if (narrow) {
    notes.add(`${scene.id} has no B08; nir is taken from B8A (nir08, ${narrow.gsd} m)`);
    return narrow;
  }
  if (word.toLowerCase() === 'scl' && scene.classes.length > 0) return null;
  const there = [...new Set(scene.bands.map(({ name, code }) => `${name} (${code})`))].join(', ');
  throw new PlatformError('band-missing', `${scene.id} has no band ${word}: it holds ${there || 'none'}`, {
    detail: { scene: scene.id, band: word },
  });
}

/** What `properties` of load_collection may ask about. */
const PROPERTIES: Readonly<Record<string, (scene: CubeScene) => Value>> = {
  'eo:cloud_cover': ({ cloudCover }) => cloudCover,
  platform: ({ platform }) => platform,
  'grid:code': ({ tile }) => (tile === null ? null : `MGRS-${tile}`),
  's2:mgrs_tile': ({ tile }) => tile,
  'processing:level': ({ level }) => level,
  'processing:baseline': ({ baseline }) => baseline,
  id: ({ id }) => id,
};

/** Scenes that meet every condition. @throws {PlatformError} `parameter-invalid` for a property that is not known */
export function filterByProperties<S extends CubeScene>(
  scenes: readonly S[],
  properties: Readonly<Record<string, unknown>>,
): readonly S[] {
  let left = scenes;
  for (const [name, condition] of Object.entries(properties)) {
    const property = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined;
    if (!property || !isRecord(condition) || !isCallback(condition))
      throw new PlatformError(
        'parameter-invalid',
        property
          ? `The condition on ${name} must be a process ({"process_graph": …})`
          : `Scenes have no property ${name} to filter by; there are ${Object.keys(PROPERTIES).join(', ')}`,
        { detail: { parameter: 'properties', value: name } },
      );
    const holds = compileCallback(condition.process_graph, { processes: VALUE_PROCESSES, parameters: ['value'] });
    left = left.filter((scene) => holds(property(scene)) === true);
  }
  return left;
}
