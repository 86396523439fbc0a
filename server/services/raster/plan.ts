/** From an item and a wish to the values under a picture: which bands of which files, and how they are resampled. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Resampling } from '../../../pipelines/core/raster/resample.ts';
import type { RecordedBand } from '../../../pipelines/catalog/scene-record.ts';
import { bandOf } from '../../../pipelines/render/raster-item.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import type { RenderScene, RenderValues } from '../../../pipelines/render/render-input.ts';
import type { Files } from './files.ts';
import { refusal } from './wish.ts';
import type { Subject, Wish } from './wish.ts';

const COLOURS = ['red', 'green', 'blue'];

/** The bands that a subject reads: those of its formula, those it names, else those that show the item as it looks. */
export function bandsOf(item: RasterItem, { formula, bands }: Subject): RecordedBand[] {
  const names = formula?.bandNames ?? bands ?? usualBands(item);
  return names.map((name) => bandOf(item, name));
}

function usualBands({ bands }: RasterItem): string[] {
  const has = (name: string) => bands.some((band) => band.name === name);
  if (COLOURS.every(has)) return COLOURS;
  return [bands[0]!.code];
}

/** @throws {PlatformError} `band-missing` where there is no classification to mask by */
export function maskOf(item: RasterItem, excluded: readonly number[] | null, gsd: number) {
  if (excluded === null) return null;
  const file = item.classes.findLast((one) => one.gsd <= gsd) ?? item.classes[0];
  if (file) return { path: file.path, excluded };
  throw new PlatformError('band-missing', `${item.id} has no scene classification (SCL) to mask by; leave out mask`, {
    detail: { parameter: 'mask', item: item.id },
  });
}

export function finestGsd(bands: readonly RecordedBand[]): number {
  return Math.min(...bands.map(({ gsd }) => gsd));
}

/** @param items  The first one goes before the others. */
export async function planValues(items: readonly RasterItem[], wish: Wish, files: Files): Promise<RenderValues> {
  const bands = bandsOf(items[0]!, wish);
  checkPlanes(bands.length, wish);
  // the choice of the first holds for all, so that each brings the same planes
  const subject = wish.formula || wish.bands ? wish : { ...wish, bands: bands.map(({ code }) => code) };
  return {
    scenes: await Promise.all(items.map((item) => planScene(item, subject, files))),
    rule: wish.rule,
    expression: wish.formula?.expression ?? null,
    resampling: wish.resampling ?? usualResampling(bands, wish),
  };
}

async function planScene(item: RasterItem, wish: Subject, files: Files): Promise<RenderScene> {
  const bands = bandsOf(item, wish);
  const mask = maskOf(item, wish.excluded, finestGsd(bands));
  return {
    bands: await Promise.all(
      bands.map(async ({ path, index, scale, offset, nodata, saturated }) => ({
        path,
        version: await files.stampOf(path),
        band: index,
        scale,
        offset,
        nodata,
        saturated,
      })),
    ),
    mask: mask && { ...mask, version: await files.stampOf(mask.path) },
  };
}

function checkPlanes(count: number, { formula, colors, precision, relief }: Wish): void {
  if (formula || count === 1) return;
  if (relief) throw refusal('relief', relief.kind, 'relief is of one band of heights; name it with bands');
  if (colors)
    throw refusal(
      'colormap',
      colors.kind,
      'colormap colours one band or formula; add index, expression or one band to bands',
    );
  if (precision !== null)
    throw refusal(
      'format',
      'value',
      'format=value is for one band or formula; add index, expression or one band to bands',
    );
}

function usualResampling(bands: readonly RecordedBand[], { colors }: Wish): Resampling {
  return colors?.kind === 'classes' || bands.some(({ name }) => name === 'scl') ? 'nearest' : 'bilinear';
}
