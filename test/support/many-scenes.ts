/** Simulated scenes all over the globe, the same in every run: squares of a degree, some across 180°. */
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { createRandom } from './random.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2020, 0, 1);

export interface ScenesOptions {
  readonly seed?: number;
  /** For local files; default: a folder that is not there. */
  readonly folder?: string;
}

export function* manyScenes(
  count: number,
  { seed = 1, folder = '/secret/scenes' }: ScenesOptions = {},
): Generator<SceneRecord> {
  const random = createRandom(seed);
  for (let k = 0; k < count; k++) {
    const west = k % 60 === 25 ? 179.3 : Math.round((random() * 360 - 180) * 1000) / 1000;
    const south = Math.round((random() * 160 - 80) * 1000) / 1000;
    const [east, north] = [west + 1, south + 1];
    const id = `S2_${String(k).padStart(6, '0')}`;
    const path = `${folder}/${id}/B04.tif`;
    const band = { index: 0, gsd: 10, scale: 0.0001, offset: -0.1, nodata: 0, saturated: null };
    yield {
      id,
      collection: random() < 0.5 ? 'sentinel-2-l2a' : 'sentinel-2-l1c',
      platform: random() < 0.5 ? 'sentinel-2a' : 'sentinel-2b',
      level: 'L2A',
      baseline: random() < 0.2 ? null : '05.10',
      tile: '31UFT',
      datetime: new Date(FIRST + Math.floor(random() * 1500) * DAY_MS + Math.floor(random() * 10) * 1000).toISOString(),
      epsg: 32631,
      bbox: [west, south, east > 180 ? east - 360 : east, north],
      // A triangle: half of the box, so that the box alone does not tell.
      footprint: {
        type: 'Polygon',
        coordinates: [
          [
            [west, south],
            [east, south],
            [west, north],
            [west, south],
          ],
        ],
      },
      cloudCover: random() < 0.1 ? null : Math.round(random() * 1000) / 10,
      bands: [
        { ...band, name: 'red', code: 'B04', path },
        { ...band, name: 'nir', code: 'B08', path: 'https://example.org/B08.tif' },
      ],
      classes: [{ path: `${folder}/${id}/SCL.tif`, gsd: 20 }],
      calibration: {
        quantification: 10000,
        addOffset: -1000,
        origin: 'metadata',
        explanation: 'The metadata state it',
      },
      source: `${folder}/${id}`,
      digest: id,
      files: [{ path, sizeBytes: 10, modifiedMs: 1, sha256: 'ab'.repeat(32) }],
      findings: [],
    };
  }
}
