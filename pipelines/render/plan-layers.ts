/** The numbers of a raster item on its own grid, for statistics, points and cut-outs: every pixel as it was measured. */
import { PlatformError } from '../core/errors.ts';
import { alignGrid } from '../core/raster/align.ts';
import type { Alignment } from '../core/raster/align.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import { openBand, shareGrid, toAligned } from '../runs/align.ts';
import type { OpenedBand, SharedGrid } from '../runs/align.ts';
import type { AlignedBand } from '../tasks/aligned-band.ts';
import type { ClassMask } from '../tasks/class-mask.ts';
import type { Layer } from '../tasks/layer.ts';
import type { RecordedBand } from '../catalog/scene-record.ts';

export interface LayerRequest {
  /** For messages. */
  readonly name: string;
  /** In the order of the expression's names; without one, each is a layer. */
  readonly bands: readonly RecordedBand[];
  readonly expression: string | null;
  /** What becomes invalid; null: nothing. */
  readonly classes: { readonly path: string; readonly excluded: readonly number[] } | null;
}

export interface LayerPlan {
  readonly grid: RasterGrid;
  /** Of the finest band. */
  readonly finest: OpenedBand;
  /** The layers on that grid, or on a part of it. */
  readonly layersOn: (grid: RasterGrid) => Layer[];
}

/** @throws {PlatformError} `grid-mismatch`, `crs-missing`, and what opening the files throws */
export async function planLayers(request: LayerRequest, signal?: AbortSignal): Promise<LayerPlan> {
  const { bands, classes, expression, name } = request;
  const opened = await Promise.all(bands.map((band) => openRecorded(band.path, band.index, signal)));
  const mask = classes && (await openRecorded(classes.path, 0, signal));
  const grid = placed(shareGrid(mask ? [...opened, mask] : opened), name);
  const area = ({ raster: { width, height } }: OpenedBand) => width * height;
  const finest = opened.reduce((best, band) => (area(band) > area(best) ? band : best));
  return {
    grid,
    finest,
    layersOn(target) {
      const aligned = opened.map((one, b) => align(one, target, bands[b]!));
      const masked: ClassMask | null = mask && { source: align(mask, target, null), excluded: classes!.excluded };
      const calibration = bands.map(({ scale, offset }) => ({ scale, offset }));
      if (expression === null)
        return aligned.map((band, b) => ({ bands: [band], classes: masked, formula: null, ...calibration[b]! }));
      return [{ bands: aligned, classes: masked, formula: { expression, calibration }, scale: 1, offset: 0 }];
    },
  };
}

function openRecorded(path: string, index: number, signal: AbortSignal | undefined): Promise<OpenedBand> {
  return openBand({ path: `${path}#${index + 1}`, name: null }, signal);
}

function align(band: OpenedBand, grid: RasterGrid, recorded: RecordedBand | null): AlignedBand {
  const alignment: Alignment | null = alignGrid(band.raster, grid);
  if (!alignment) throw new PlatformError('grid-mismatch', `${band.path} does not lie on the grid of the other bands`);
  return toAligned(band, alignment, recorded ?? { nodata: null, saturated: null });
}

function placed({ width, height, transform, epsg }: SharedGrid, name: string): RasterGrid {
  if (transform && epsg !== null) return { width, height, transform, epsg };
  throw new PlatformError('crs-missing', `${name} does not say where on Earth it lies`);
}
