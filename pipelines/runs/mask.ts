/** A class or flag band → a mask of named categories that can be looked at, with margins and projected shadows. */
import { readSunAngles } from '../catalog/sun-angles.ts';
import { openScene } from '../catalog/scene.ts';
import type { Scene } from '../catalog/scene.ts';
import { PlatformError } from '../core/errors.ts';
import { alignGrid, SAME_GRID } from '../core/raster/align.ts';
import type { MaskGuard } from '../core/raster/cloud-mask.ts';
import { MASK_CATEGORIES, MASK_NODATA } from '../core/raster/mask-category.ts';
import type { ClassRule, MaskCategory } from '../core/raster/mask-category.ts';
import type { CloudHeights, Sun } from '../core/raster/shadow.ts';
import { cogRegions } from '../io/tiff/cog-layout.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import type { DarkBand, MaskRegionInput } from '../tasks/mask-region.ts';
import { openBand, toAligned } from './align.ts';
import type { OpenedBand } from './align.ts';
import { pixelMetresOf } from './class-inputs.ts';
import type { RunControls } from './progress.ts';
import { runRegions } from './region-tasks.ts';
import { bandUse, placementOf, storageOf } from './run-facts.ts';
import { writeCogFromRegions } from './write-cog.ts';

export interface MaskRequest {
  /** The scene whose classification is taken, or a raster of classes or flags (`file#2`: its second band). */
  readonly input: { readonly scene: string } | { readonly raster: string };
  readonly rules: readonly ClassRule[];
  readonly guards: readonly MaskGuard[];
  /** Null: shadows are those that the classes name. */
  readonly shadows: ShadowWords | null;
  readonly output: string;
}

export interface ShadowWords {
  readonly heights: CloudHeights;
  /** Null: what the scene's metadata say. */
  readonly sun: Sun | null;
  /** Reflectance of the near infrared below which ground is dark. */
  readonly darkBelow: number;
}

export type MaskPlan = Omit<MaskRegionInput, 'region'> & {
  readonly output: string;
  readonly notes: readonly string[];
  readonly facts: RunFacts;
};

export interface MaskReport {
  readonly output: string;
  readonly sizeBytes: number;
  readonly width: number;
  readonly height: number;
  /** Share of all pixels, 0 to 1. */
  readonly shares: Readonly<Record<MaskCategory | 'nodata', number>>;
  readonly notes: readonly string[];
}

/**
 * @throws {PlatformError} `band-missing` for a scene without classification, `usage` where shadows are asked for and
 *   nobody says where the sun stood, `crs-missing` for distances on pixels without a size, and what opening throws
 */
export async function planMask(request: MaskRequest, signal?: AbortSignal): Promise<MaskPlan> {
  const { input, rules, guards, shadows, output } = request;
  const scene = 'scene' in input ? await openScene(input.scene, signal ? { signal } : {}) : null;
  const path = 'raster' in input ? input.raster : scene!.scl?.path;
  if (path === undefined)
    throw new PlatformError('band-missing', `${scene!.id} has no scene classification (SCL) to make a mask of`);
  const classes = await openBand({ path, name: scene ? 'scl' : null }, signal);
  const { raster } = classes;
  const uses: InputUse[] = [bandUse('classes', classes, { placement: 'the same grid' })];
  if (scene) uses.push({ role: 'metadata', path: scene.metadataPath });
  const notes: string[] = classes.note === null ? [] : [classes.note];
  const angles = shadows && (await sunOf(input, shadows, uses, signal));
  const dark = shadows && (await openDark(scene, classes, shadows.darkBelow, uses, notes, signal));
  const reaching = guards.filter(({ metres }) => metres > 0);
  const refinement =
    reaching.length > 0 || shadows
      ? {
          pixel: pixelMetresOf(classes),
          guards: reaching,
          projection: shadows && { sun: angles!, heights: shadows.heights },
        }
      : null;
  const { width, height, transform, epsg } = raster;
  const spec: CogSpec = {
    width,
    height,
    transform,
    epsg,
    dtype: 'uint8',
    bands: 1,
    nodata: MASK_NODATA,
    bandNames: ['mask'],
    palette: PALETTE,
    overviewResampling: 'mode',
    metadata: { CATEGORIES: CATEGORY_TEXT },
  };
  const facts: RunFacts = { inputs: uses, method: { summary: summaryOf(request, angles), ...storageOf(spec) } };
  return { spec, classes: toAligned(classes, SAME_GRID), rules, refinement, dark, output, notes, facts };
}

/** For viewers that know palettes: what is clear looks like paper, what is not stands out. */
const PALETTE = Object.values(MASK_CATEGORIES).map(({ color }) => color);

const CATEGORY_TEXT = [
  ...Object.entries(MASK_CATEGORIES).map(([name, { code }]) => `${code} ${name}`),
  `${MASK_NODATA} nodata`,
].join(', ');

/** Carries out a plan. @throws {PlatformError} as the tasks and `writeCogFromRegions` do */
export async function runMask(plan: MaskPlan, runner: TaskRunner, controls: RunControls = {}): Promise<MaskReport> {
  const { output, facts, notes, ...settings } = plan;
  const { spec } = settings;
  const { width, height } = spec;
  controls.passport?.begin(facts, runner);
  const inputs = cogRegions(spec).map((region) => ({ ...settings, region }));
  const counts = new Float64Array(256);
  async function* regions() {
    const bytesPerPixel = 24; // codes, distances and margins, halo included
    for await (const region of runRegions(runner, 'mask-region', inputs, spec, bytesPerPixel, controls)) {
      for (let code = 0; code < 256; code++) counts[code]! += region.counts[code]!;
      yield region;
    }
    const pixels = width * height;
    const validPixels = pixels - counts[MASK_NODATA]!;
    controls.passport?.found({ pixels, validPixels, validShare: validPixels / pixels }, notes);
  }
  const sizeBytes = await writeCogFromRegions(output, spec, regions(), controls);
  const shareOf = (code: number) => counts[code]! / (width * height);
  const shares = Object.fromEntries([
    ...Object.entries(MASK_CATEGORIES).map(([name, { code }]) => [name, shareOf(code)] as const),
    ['nodata', shareOf(MASK_NODATA)],
  ]) as MaskReport['shares'];
  return { output, sizeBytes, width, height, shares, notes };
}

async function sunOf(
  input: MaskRequest['input'],
  { sun }: ShadowWords,
  uses: InputUse[],
  signal?: AbortSignal,
): Promise<Sun> {
  if (sun) return sun;
  const found = 'scene' in input ? await readSunAngles(input.scene, signal) : null;
  if (found) {
    if (!uses.some(({ path }) => path === found.path)) uses.push({ role: 'sun angles', path: found.path });
    return found.sun;
  }
  const name = 'scene' in input ? input.scene : input.raster;
  throw new PlatformError(
    'usage',
    `Nothing says where the sun stood over ${name}, so that shadows cannot be projected; give --sun AZIMUTH,ELEVATION or leave out --project`,
    { detail: { parameter: 'sun' } },
  );
}

/** The near infrared of the scene, where shadows are darkest, brought onto the grid of the classes. */
async function openDark(
  scene: Scene | null,
  classes: OpenedBand,
  darkBelow: number,
  uses: InputUse[],
  notes: string[],
  signal?: AbortSignal,
): Promise<DarkBand | null> {
  const gsd = scene?.scl?.gsd ?? 0;
  const bands = (scene?.files ?? []).filter(({ name }) => name === 'nir08' || name === 'nir');
  const chosen = bands.findLast((band) => band.gsd <= gsd) ?? bands[0];
  if (!chosen) {
    notes.push(
      'There is no near infrared to tell dark ground by: only what is classed as dark becomes shadow below a cloud',
    );
    return null;
  }
  const band = await openBand({ path: chosen.path, name: chosen.name }, signal);
  const alignment = alignGrid(band.raster, classes.raster);
  if (!alignment || band.raster.epsg !== classes.raster.epsg)
    throw new PlatformError('grid-mismatch', `${band.path} does not lie under ${classes.path}`, {
      detail: { paths: [band.path, classes.path] },
    });
  const { scale, offset, nodata, saturated } = chosen;
  uses.push(
    bandUse(chosen.name, band, {
      calibration: { scale, offset },
      special: { nodata, saturated },
      placement: placementOf(alignment),
    }),
  );
  return { band: toAligned(band, alignment, { nodata, saturated }), below: (darkBelow - offset) / scale };
}

function summaryOf({ guards, shadows }: MaskRequest, sun: Sun | null): string {
  const grown = guards
    .filter(({ metres }) => metres > 0)
    .map(({ category, metres }) => `${category} grown by ${metres} m`);
  const cast =
    shadows && sun
      ? [
          `shadows of clouds at ${shadows.heights.low} to ${shadows.heights.high} m on ground darker than ${shadows.darkBelow}, sun at azimuth ${sun.azimuth.toFixed(2)}, elevation ${sun.elevation.toFixed(2)}`,
        ]
      : [];
  return ['mask of classes', ...cast, ...grown].join('; ');
}
