/** Where a raster lies: pixel → CRS, half pixels settled, and the CRS itself. */
import type { Affine } from '../../../core/grid/affine.ts';
import { compose } from '../../../core/grid/affine.ts';
import { epsgOfKeys } from './geo-keys.ts';
import { parseGeoKeys } from './geo-keys.ts';
import type { GeoKeys } from './geo-keys.ts';
import type { Directory, TiffFile } from './directories.ts';
import { readList, readText } from './field-values.ts';
import { TAG } from './tags.ts';

export interface Georeference {
  /** Pixel corner → CRS; null where the file has none (or only ground control points). */
  readonly transform: Affine | null;
  readonly epsg: number | null;
  readonly crsText: string | null;
}

export async function readGeoreference(file: TiffFile, directory: Directory): Promise<Georeference> {
  const keys = await readGeoKeys(file, directory);
  const placed = await readTransform(file, directory);
  const transform = placed && keys.isPixelPoint ? compose(placed, [1, 0, -0.5, 0, 1, -0.5]) : placed;
  return { transform, epsg: epsgOfKeys(keys), crsText: keys.citation };
}

async function readGeoKeys(file: TiffFile, directory: Directory): Promise<GeoKeys> {
  const list = (await readList(file, directory, TAG.geoKeyDirectory)) ?? [];
  const doubles = (await readList(file, directory, TAG.geoDoubleParams)) ?? [];
  const text = (await readText(file, directory, TAG.geoAsciiParams)) ?? '';
  return parseGeoKeys(list, doubles, text);
}

/**
 * A scale with a tie point gives a north-up raster, a matrix any other. GDAL takes the scale first and its y always
 * downwards; a south-up raster therefore comes as a matrix.
 * @see OGC 19-008r4, requirements class 7.2 (raster to model transformation)
 */
async function readTransform(file: TiffFile, directory: Directory): Promise<Affine | null> {
  const scale = await readList(file, directory, TAG.modelPixelScale);
  const tie = await readList(file, directory, TAG.modelTiepoint);
  if (scale && scale.length >= 2 && scale[0] !== 0 && scale[1] !== 0 && tie && tie.length >= 6) {
    const [sx, sy] = [scale[0]!, Math.abs(scale[1]!)];
    return finite([sx, 0, tie[3]! - tie[0]! * sx, 0, -sy, tie[4]! + tie[1]! * sy]);
  }
  const matrix = await readList(file, directory, TAG.modelTransformation);
  if (matrix && matrix.length >= 16)
    return finite([matrix[0]!, matrix[1]!, matrix[3]!, matrix[4]!, matrix[5]!, matrix[7]!]);
  return null;
}

/** A transform with a NaN or without area places nothing. */
function finite(t: Affine): Affine | null {
  return t.every(Number.isFinite) && t[0] * t[4] - t[1] * t[3] !== 0 ? t : null;
}
