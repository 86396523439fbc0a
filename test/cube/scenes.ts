/** Small scenes of one tile, as the catalogue would know them. */
import type { SceneRecord } from '../../pipelines/catalog/scene-record.ts';
import { northUp, putRaster } from '../support/rasters.ts';

export interface SmallScene {
  readonly id: string;
  readonly datetime: string;
  readonly side: number;
  readonly red: Uint16Array;
  readonly nir: Uint16Array;
  /** Of half the side. */
  readonly scl: Uint8Array;
}

/** Digital numbers are ten-thousandths, 0 is nodata. */
export async function putSmallScene(folder: string, scene: SmallScene): Promise<SceneRecord> {
  const { id, datetime, side, scl } = scene;
  const put = (band: 'red' | 'nir', code: string) =>
    putRaster(folder, `${id}_${code}`, scene[band], { width: side, height: side, dtype: 'uint16', nodata: 0 });
  const classes = await putRaster(folder, `${id}_SCL`, scl, {
    width: side / 2,
    height: side / 2,
    dtype: 'uint8',
    transform: northUp(20),
  });
  const bandOf = async (name: 'red' | 'nir', code: string) => ({
    name,
    code,
    path: await put(name, code),
    index: 0,
    gsd: 10,
    scale: 1e-4,
    offset: 0,
    nodata: 0,
    saturated: null,
  });
  return {
    id,
    collection: 'sentinel-2-l2a',
    platform: 'sentinel-2a',
    level: 'L2A',
    baseline: null,
    tile: '31UFT',
    datetime,
    epsg: 32631,
    bbox: [4.4, 52.2, 4.7, 52.4],
    footprint: { type: 'Polygon', coordinates: [] },
    cloudCover: 10,
    bands: [await bandOf('red', 'B04'), await bandOf('nir', 'B08')],
    classes: [{ path: classes, gsd: 20 }],
    calibration: { quantification: 10000, addOffset: 0, origin: 'none', explanation: '' },
    source: folder,
    digest: '',
    files: [],
    findings: [],
  };
}
