/** What `tile` decides for itself where the user says nothing: bands, resampling, precision, range. */
import { isFlat } from '../core/color/colormaps.ts';
import type { ColormapId } from '../core/color/colormaps.ts';
import { findColormap } from '../core/color/ramp.ts';
import type { Rescale } from '../core/color/rescale.ts';
import { distinctSamples, quantile } from '../core/raster/distribution.ts';
import type { Distribution } from '../core/raster/distribution.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { codingOfRange, codingOfType, tileCoding } from '../core/raster/value-code.ts';
import type { SampleCoding, SampleRange } from '../core/raster/value-code.ts';
import type { TileStyle } from '../io/encode/tile-style.ts';
import type { BandInfo } from '../io/raster-source.ts';

export interface StyleWishes {
  /** Picture of one band in this colour map; without it a one-band raster becomes value tiles. */
  readonly colormap?: string | undefined;
  /** Of a picture: the values at the ends of the ramp. Of value tiles: the range that the codes span. */
  readonly rescale?: Rescale | undefined;
  readonly precision?: 8 | 16 | undefined;
  readonly resampling?: Resampling | undefined;
}

/** Three or four byte bands without calibration are a picture in its own colours. */
export function isColorPicture(bands: readonly BandInfo[], { colormap, precision, rescale }: StyleWishes): boolean {
  if (colormap !== undefined || precision !== undefined || rescale !== undefined) return false;
  return (
    (bands.length === 3 || bands.length === 4) && bands.slice(0, 3).every((b) => b.dtype === 'uint8' && b.scale === 1)
  );
}

/** Whether every pixel must be seen before the first tile can be made. */
export function needsDistribution({ dtype }: BandInfo, wishes: StyleWishes): boolean {
  if (wishes.colormap === undefined || wishes.rescale === undefined) return true;
  const eightBits = dtype === 'uint8' || dtype === 'int8';
  return codingOfType(dtype) === null || (eightBits && wishes.resampling === undefined);
}

/** Legends of land cover have up to 44 classes (CORINE); measured bytes have far more values. */
const MOST_CLASSES = 48;

/** Classes: bytes without calibration or unit, of which few are different. */
export function isClasses(band: BandInfo, distribution: Distribution | null): boolean {
  if (!distribution || (band.dtype !== 'uint8' && band.dtype !== 'int8')) return false;
  return band.scale === 1 && band.offset === 0 && band.unit === null && distinctSamples(distribution) <= MOST_CLASSES;
}

/** An index has no unit and stays near −1 to 1; EVI and the like pass it a little. */
const INDEX_LIMIT = 2;

/** Bytes and indices in 8 bits, all else in 16. */
export function choosePrecision(band: BandInfo, { min, max }: SampleRange): 8 | 16 {
  if (band.dtype === 'uint8' || band.dtype === 'int8') return 8;
  const ends = [min * band.scale + band.offset, max * band.scale + band.offset];
  return band.unit === null && ends.every((v) => Math.abs(v) <= INDEX_LIMIT) ? 8 : 16;
}

/** The codes to compute with. */
export function chooseCoding({ dtype }: BandInfo, distribution: Distribution | null): SampleCoding {
  if (distribution && distribution.count > 0) return codingOfRange(distribution, dtype);
  return codingOfType(dtype)!;
}

/** How the tiles of one band look. `distribution` is null only where `needsDistribution` says so. */
export function chooseStyle(band: BandInfo, wishes: StyleWishes, distribution: Distribution | null): TileStyle {
  const coding = chooseCoding(band, distribution);
  const calibration = { scale: band.scale, offset: band.offset };
  if (wishes.colormap !== undefined) {
    const { id } = findColormap(wishes.colormap);
    const rescale = wishes.rescale ?? usualRange(id, band, distribution!);
    return { kind: 'colormap', coding, calibration, colormap: id, rescale };
  }
  const range = wishes.rescale ? toSamples(wishes.rescale, band) : distribution!;
  const precision = wishes.precision ?? choosePrecision(band, range);
  return { kind: 'value', coding, calibration, tile: tileCoding(range, band.dtype, precision, calibration) };
}

/** From the 2nd to the 98th percentile; steps are classes numbered from 1. */
function usualRange(id: ColormapId, { scale, offset }: BandInfo, distribution: Distribution): Rescale {
  const { kind, stops } = findColormap(id);
  if (isFlat({ kind })) return { min: 0.5, max: stops.length + 0.5 };
  const ends = [0.02, 0.98].map((q) => quantile(distribution, q) * scale + offset);
  const [min, max] = [Math.min(...ends), Math.max(...ends)];
  return { min, max: max > min ? max : min + Math.abs(scale) };
}

function toSamples({ min, max }: Rescale, { scale, offset }: BandInfo): SampleRange {
  const ends = [(min - offset) / scale, (max - offset) / scale];
  return { min: Math.min(...ends), max: Math.max(...ends) };
}
