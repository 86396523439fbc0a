import { RECORD_SEPARATOR } from './geojson.ts';
import { listZipEntries } from '../byte-source/zip-source.ts';
import { openByteSource } from '../byte-source/open.ts';

const FEATURE_NAMES = /\.(geojson|geojsonl|geojsons|ndgeojson|ndjson|jsonl|json|csv|tsv|shp|gpkg|fgb)$/i;
/** Text that begins with an object; no raster does. */
const FEATURE_TEXT = /^\s*\{/;

/**
 * Whether a file holds features rather than a raster: by its name, by a shapefile in a zip, else by how it begins.
 * @throws {PlatformError} `not-found`, `not-readable`
 */
export async function isFeatureFile(path: string): Promise<boolean> {
  const name = path.replace(/[?#].*$/, '');
  if (FEATURE_NAMES.test(name)) return true;
  if (/\.zip$/i.test(name)) return (await listZipEntries(path)).some((entry) => /\.shp$/i.test(entry));
  const source = await openByteSource(path);
  try {
    const text = new TextDecoder().decode(await source.read(0, 256));
    return FEATURE_TEXT.test(text.replaceAll(RECORD_SEPARATOR, ' '));
  } finally {
    await source.close();
  }
}
