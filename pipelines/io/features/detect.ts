import { RECORD_SEPARATOR } from './geojson.ts';
import { openByteSource } from '../byte-source/open.ts';

const FEATURE_NAMES = /\.(geojson|geojsonl|geojsons|ndgeojson|ndjson|jsonl|json|csv|tsv|shp|gpkg)$/i;
/** Text that begins with an object; no raster does. */
const FEATURE_TEXT = /^\s*\{/;

/**
 * Whether a file holds features rather than a raster: by its name, else by how it begins.
 * @throws {PlatformError} `not-found`, `not-readable`
 */
export async function isFeatureFile(path: string): Promise<boolean> {
  if (FEATURE_NAMES.test(path.replace(/[?#].*$/, ''))) return true;
  const source = await openByteSource(path);
  try {
    const text = new TextDecoder().decode(await source.read(0, 256));
    return FEATURE_TEXT.test(text.replaceAll(RECORD_SEPARATOR, ' '));
  } finally {
    await source.close();
  }
}
