/** The headers of a scene's files in its record; those of records that were made before they were kept there. */
import { isPlatformError } from '../core/errors.ts';
import type { Queries } from '../database/database.ts';
import { openRaster } from '../io/open-raster.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { FileHeader, SceneRecord } from './scene-record.ts';

/** @returns undefined for a raster that lies nowhere, which no scene of the catalogue has. */
export function headerOf({ width, height, transform, bands }: RasterInfo, band = 0): FileHeader | undefined {
  return transform ? { width, height, transform: [...transform], dtype: bands[band]!.dtype } : undefined;
}

/**
 * Scenes with the headers of those files that lie on this machine. What had to be read is kept in the database, so that it
 * is read once. A file that is gone stays without, until the server is started anew.
 */
export async function completeHeaders(queries: Queries, scenes: readonly SceneRecord[]): Promise<SceneRecord[]> {
  const complete: SceneRecord[] = [];
  for (const scene of scenes) complete.push(await completeScene(queries, scene));
  return complete;
}

/** Files that could not be read, by path: they are not looked for again at each request. */
const unreadable = new Set<string>();
const MOST_UNREADABLE = 100_000;

async function completeScene(queries: Queries, scene: SceneRecord): Promise<SceneRecord> {
  const isLacking = ({ path, header }: SceneRecord['classes'][number]) =>
    !header && !/^https?:/i.test(path) && !unreadable.has(path);
  const paths = new Set([...scene.bands, ...scene.classes].filter(isLacking).map(({ path }) => path));
  if (paths.size === 0) return scene;
  const infos = new Map<string, RasterInfo>();
  for (const path of paths) {
    const info = await readInfo(path);
    if (info) infos.set(path, info);
    else if (unreadable.size < MOST_UNREADABLE) unreadable.add(path);
  }
  if (infos.size === 0) return scene;
  const withHeader = <T extends SceneRecord['classes'][number] & { index?: number }>(band: T): T => {
    const info = infos.get(band.path);
    return info ? { ...band, header: headerOf(info, band.index) } : band;
  };
  const [bands, classes] = [scene.bands.map(withHeader), scene.classes.map(withHeader)];
  // not where the scene was replaced meanwhile
  await queries.query('UPDATE scenes SET bands = $2::jsonb, classes = $3::jsonb WHERE id = $1 AND digest = $4', [
    scene.id,
    JSON.stringify(bands),
    JSON.stringify(classes),
    scene.digest,
  ]);
  return { ...scene, bands, classes };
}

async function readInfo(path: string): Promise<RasterInfo | null> {
  try {
    const source = await openRaster(path);
    await source.close();
    return source.info;
  } catch (error) {
    if (isPlatformError(error)) return null;
    throw error;
  }
}
