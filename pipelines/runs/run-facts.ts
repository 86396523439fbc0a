/** What a run tells its passport: the bands it reads and how their numbers become values. */
import type { Calibration } from '../core/expression/codegen.ts';
import { coordinateOperations } from '../core/passport/coordinates.ts';
import { nodataWord } from '../core/passport/passport.ts';
import type { CoordinateOperation, GridRecord, MethodRecord, ReadingRecord } from '../core/passport/passport.ts';
import type { Alignment } from '../core/raster/align.ts';
import { isShifted, SAME_GRID } from '../core/raster/align.ts';
import { usedRdGrid } from '../io/rd-grid.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { digestOf } from '../passport/digest.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { Layer, SpecialValues } from '../tasks/layer.ts';
import type { OpenedBand } from './align.ts';
import type { DateInput } from './band-inputs.ts';

export interface BandReading {
  /** Default: what the file says. */
  readonly calibration?: Calibration;
  readonly special?: SpecialValues | undefined;
  readonly maskedClasses?: readonly number[];
  /** Default 0. */
  readonly level?: number;
  readonly placement: string;
}

export function bandUse(
  role: string,
  { path, band, raster, info }: Pick<OpenedBand, 'path' | 'band' | 'raster' | 'info'>,
  how: BandReading,
): InputUse {
  const { calibration = info, special, maskedClasses, level = 0, placement } = how;
  const invalid = [special?.nodata, special?.saturated].filter((n) => typeof n === 'number');
  const reading: ReadingRecord = {
    band: band + 1,
    dtype: info.dtype,
    nodata: nodataWord(info.nodata),
    ...(invalid.length > 0 && { invalid }),
    ...(maskedClasses && { maskedClasses }),
    scale: calibration.scale,
    offset: calibration.offset,
    grid: gridRecord(raster),
    level,
    placement,
  };
  return { role, path, reading };
}

/**
 * The files of a layer.
 * @param prefix  Goes before each role: `date 2: `.
 * @param names  Of the bands, in the order of `layer.bands`.
 */
export function layerUses(
  prefix: string,
  layer: Layer,
  names: readonly string[],
  opened: readonly OpenedBand[],
  classes: OpenedBand | null,
): InputUse[] {
  const uses = layer.bands.map(({ alignment, special }, b) =>
    bandUse(prefix + names[b]!, opened[b]!, {
      calibration: layer.formula?.calibration[b] ?? layer,
      special,
      placement: placementOf(alignment),
    }),
  );
  if (!classes || !layer.classes) return uses;
  const { source, excluded, margin } = layer.classes;
  const grown = margin?.guards.map(({ codes, metres }) => `, classes ${codes.join(', ')} grown by ${metres} m`) ?? [];
  const placement = `${placementOf(source.alignment)}${grown.join('')}`;
  return [...uses, bandUse(`${prefix}scl`, classes, { maskedClasses: excluded, placement })];
}

/** The product's metadata that say how its numbers become reflectance. */
export function metadataUses(prefix: string, { metadata }: DateInput): InputUse[] {
  return metadata === undefined ? [] : [{ role: `${prefix}metadata`, path: metadata }];
}

export function gridRecord({
  width,
  height,
  epsg,
  transform,
}: Pick<RasterInfo, 'width' | 'height' | 'epsg' | 'transform'>): GridRecord {
  return { width, height, epsg, transform };
}

/** How a product of our own stores its values, and on which grid. */
export function storageOf(spec: CogSpec): Required<Pick<MethodRecord, 'grid' | 'storage'>> {
  const { dtype, nodata, scale = 1, offset = 0 } = spec;
  return { grid: gridRecord(spec), storage: { dtype, nodata: nodataWord(nodata), scale, offset } };
}

/** How the pixels of a raster come onto a grid of the same CRS. */
export function placementOf(alignment: Alignment): string {
  if (isIdentity(alignment)) return 'the same grid';
  if (isShifted(alignment)) return 'nearest pixel, the grids do not coincide';
  const factor = 1 / Math.abs(alignment.scaleX);
  if (factor === 1) return 'whole pixels of the same size';
  return factor > 1 ? `each pixel repeated ${factor} × ${factor} times` : 'nearest pixel of a finer grid';
}

function isIdentity({ scaleX, offsetX, scaleY, offsetY }: Alignment): boolean {
  const same = SAME_GRID;
  return scaleX === same.scaleX && offsetX === same.offsetX && scaleY === same.scaleY && offsetY === same.offsetY;
}

/** The steps between two systems with the correction grid that this process uses. */
export async function operationsBetween(from: number, to: number): Promise<CoordinateOperation[]> {
  const grid = usedRdGrid();
  const isRd = [from, to].some((epsg) => epsg === 28992 || epsg === 7415);
  return coordinateOperations(
    from,
    to,
    grid !== null && isRd ? { name: grid.replace(/^.*[\\/]/, ''), sha256: (await digestOf(grid)).sha256 } : null,
  );
}
