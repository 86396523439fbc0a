/** One date as a layer of values: a formula over the bands of a scene, or a raster under a mask; nothing is written. */
import { compileKernel } from '../core/expression/compile.ts';
import type { Formula } from '../core/indices/resolve.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { Layer } from '../tasks/layer.ts';
import { openBand, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { calibrationOf, chooseBands, resolveDate } from './band-inputs.ts';
import type { CalibrationWords, ClassInput, DateInput, SceneInput } from './band-inputs.ts';
import { toClassMask } from './class-inputs.ts';
import { layerUses, metadataUses } from './run-facts.ts';

export interface DateLayer {
  readonly layer: Layer;
  readonly grid: SharedGrid;
  /** The raster whose grid it is. */
  readonly target: RasterInfo;
  /** When the scene was taken, RFC 3339; null where nothing but a file's name may tell. */
  readonly time: string | null;
  /** @param prefix  Goes before each role. */
  readonly uses: (prefix: string) => InputUse[];
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `band-missing`, `grid-mismatch`, `calibration-invalid`, and what opening the files throws
 */
export async function openFormulaLayer(
  input: DateInput | SceneInput,
  { id, expression }: Formula,
  calibration: CalibrationWords,
  signal?: AbortSignal,
): Promise<DateLayer> {
  const wanted = compileKernel(expression).bandNames;
  const date = await resolveDate(input, wanted, signal);
  const inputs = chooseBands(wanted, date.bands, id ?? 'The expression');
  const bands: OpenedBand[] = [];
  for (const band of inputs) bands.push(await openBand(band, signal));
  const { classes, grid, target, mask } = await shareWithClasses(bands, date.classes, signal);
  const layer: Layer = {
    bands: bands.map((band, b) => toAligned(band, grid.alignments[b]!, inputs[b]!.special)),
    classes: mask,
    formula: { expression, calibration: inputs.map((band, b) => calibrationOf(band, bands[b]!.info, calibration)) },
    scale: 1,
    offset: 0,
  };
  return {
    layer,
    grid,
    target,
    time: date.time ?? null,
    uses: (prefix) => [...metadataUses(prefix, date), ...layerUses(prefix, layer, wanted, bands, classes)],
    notes: [...date.notes, ...grid.notes],
  };
}

/** @throws {PlatformError} `grid-mismatch`, and what opening the files throws */
export async function openMaskedLayer(path: string, classInput: ClassInput, signal?: AbortSignal): Promise<DateLayer> {
  const band = await openBand({ path, name: null }, signal);
  const { classes, grid, target, mask } = await shareWithClasses([band], classInput, signal);
  const { scale, offset } = band.info;
  const layer: Layer = { bands: [toAligned(band, grid.alignments[0]!)], classes: mask, formula: null, scale, offset };
  const uses = (prefix: string) => layerUses(prefix, layer, ['raster'], [band], classes);
  return { layer, grid, target, time: null, uses, notes: grid.notes };
}

async function shareWithClasses(bands: readonly OpenedBand[], input: ClassInput | null, signal?: AbortSignal) {
  const classes = input && (await openBand({ path: input.path, name: 'scl' }, signal));
  const all = classes ? [...bands, classes] : bands;
  const grid = shareGrid(all);
  const target = all.find(({ raster }) => raster.width === grid.width && raster.height === grid.height)!.raster;
  const mask = classes && input && toClassMask(classes, grid.alignments.at(-1)!, input);
  return { classes, grid, target, mask };
}
