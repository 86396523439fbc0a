/** Rasters of backscatter on one grid, with the unit of each and, where nobody gives it, their number of looks. */
import { PlatformError } from '../core/errors.ts';
import type { Window } from '../core/grid/window.ts';
import { emptyLooks, estimateLooks, LOOKS_SIDE, mergeLooks } from '../core/radar/looks.ts';
import type { LooksHistogram } from '../core/radar/looks.ts';
import { checkUnit, isCalibrated, UNIT_WORDS, unitFromWords } from '../core/radar/units.ts';
import type { RadarUnit } from '../core/radar/units.ts';
import { SAME_GRID } from '../core/raster/align.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import type { RadarBand } from '../tasks/radar-layer.ts';
import type { RadarSampleOutput } from '../tasks/radar-sample.ts';
import { openBands, shareGrid, toAligned } from './align.ts';
import type { OpenedBand, SharedGrid } from './align.ts';
import { bandUse, placementOf } from './run-facts.ts';
import type { RunControls } from './progress.ts';

export interface RadarInputs {
  readonly grid: SharedGrid;
  /** For each polarisation, its band of each raster. */
  readonly polarisations: readonly (readonly RadarBand[])[];
  /** Of the bands of the first raster. */
  readonly bandNames: readonly (string | null)[];
  readonly units: readonly { readonly path: string; readonly unit: RadarUnit; readonly guessed: boolean }[];
  /** Squares of all rasters by their looks. */
  readonly looks: LooksHistogram;
  readonly isCalibrated: boolean;
  readonly uses: readonly InputUse[];
  readonly notes: readonly string[];
}

export interface Looks {
  readonly value: number;
  readonly estimated: boolean;
}

/**
 * Opens the rasters and looks at some windows of each.
 * @param unit  Of all of them; null: from the metadata, else guessed and said so.
 * @throws {PlatformError} `calibration-invalid` where the numbers contradict the unit; `grid-mismatch`; what opening throws
 */
export async function openRadar(
  rasters: readonly string[],
  unit: RadarUnit | null,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<RadarInputs> {
  const opened: OpenedBand[][] = [];
  for (const path of rasters) opened.push(await openBands(path, signal));
  const count = checkBandCount(opened);
  for (const [first] of opened) checkDeclared(first!, unit);
  const grid = shareGrid(opened.map(([first]) => first!));
  progress?.stage('Looking at the values', rasters.length);
  const samples = await sample(opened, unit, runner, signal, () => progress?.advance());
  const notes = [...grid.notes, ...(grid.transform ? [] : [notOnTheGround(rasters[0]!)])];
  const looks = emptyLooks();
  for (const [k, { looks: found }] of samples.entries()) {
    const [first] = opened[k]!;
    checkUnit(first!.path, samples[k]!.unit, samples[k]!.summary);
    mergeLooks(looks, found);
  }
  const known = opened.map(([first]) => unit ?? unitFromWords(wordsOf(first!)));
  const units = samples.map(({ unit: found }, k) => ({ path: rasters[k]!, unit: found, guessed: known[k] === null }));
  notes.push(...guessNotes(units), ...zeroNotes(rasters, samples));
  const calibrated = samples.every(({ summary, unit: found }) => isCalibrated(summary, found));
  if (!calibrated)
    notes.push(
      `${rasters[0]!} is not calibrated: its values are relative, not backscatter; calibrate it for absolute ones`,
    );
  const polarisations = Array.from({ length: count }, (_, b) =>
    opened.map((bands, k) => toRadarBand(bands[b]!, grid, k, samples[k]!.unit)),
  );
  const uses = opened.flatMap((bands, k) =>
    bands.map((band, b) =>
      bandUse(`raster ${k + 1}${count > 1 ? `: band ${b + 1}` : ''}`, band, {
        placement: placementOf(grid.alignments[k]!),
      }),
    ),
  );
  const bandNames = opened[0]!.map(({ info }) => info.name);
  return { grid, polarisations, bandNames, units, looks, isCalibrated: calibrated, uses, notes };
}

/** One sentence for all rasters that were taken for the same. */
function guessNotes(units: RadarInputs['units']): string[] {
  const guessed = Map.groupBy(
    units.filter((one) => one.guessed),
    ({ unit }) => unit,
  );
  return [...guessed].map(([unit, [first, ...others]]) => {
    const what = others.length === 0 ? `${first!.path} does` : `${first!.path} and ${others.length} more do`;
    return `${what} not say what the numbers are; taken for ${UNIT_WORDS[unit]} (--input says otherwise)`;
  });
}

/** Zero is no power and no amplitude, but it is decibels. */
function zeroNotes(rasters: readonly string[], samples: readonly RadarSampleOutput[]): string[] {
  return samples.flatMap(({ unit, summary: { zeros } }, k) =>
    unit === 'db' && zeros > MANY_ZEROS
      ? [`${(100 * zeros).toFixed(0)} % of ${rasters[k]!} is exactly 0 dB; if that is no value, declare it as nodata`]
      : [],
  );
}

const MANY_ZEROS = 0.02;

/** As given, else the mode of the sample. @throws {PlatformError} `parameter-invalid` where it cannot be estimated */
export function settleLooks(given: number | null, { looks }: RadarInputs, notes: string[]): Looks {
  if (given !== null) return { value: given, estimated: false };
  // Digits that nobody can rely on would only make two runs look different
  const value = Number(estimateLooks(looks).toPrecision(3));
  notes.push(`The equivalent number of looks is estimated at ${value} (--looks says otherwise)`);
  return { value, estimated: true };
}

/** What a scene in radar geometry lacks. */
export function notOnTheGround(path: string): string {
  return (
    `${path} lies on no grid on the ground (a GRD product has tie points only): ` +
    'terrain-correct it before it is laid over anything else'
  );
}

function toRadarBand(band: OpenedBand, grid: SharedGrid, raster: number, unit: RadarUnit): RadarBand {
  const { scale, offset } = band.info;
  const bands = [toAligned(band, grid.alignments[raster]!)];
  return { layer: { bands, classes: null, formula: null, scale, offset }, unit };
}

function checkBandCount(opened: readonly (readonly OpenedBand[])[]): number {
  const count = opened[0]!.length;
  const other = opened.find((bands) => bands.length !== count);
  if (!other) return count;
  throw new PlatformError(
    'grid-mismatch',
    `${other[0]!.path} has ${other.length} bands, ${opened[0]![0]!.path} has ${count}; pick one of each, as in ${other[0]!.path}#1`,
  );
}

/** @throws {PlatformError} `calibration-invalid` where a file's own unit is another */
function checkDeclared({ path, info }: OpenedBand, unit: RadarUnit | null): void {
  const declared = unitFromWords([info.unit]);
  if (unit === null || declared === null || declared === unit) return;
  throw new PlatformError(
    'calibration-invalid',
    `${path} declares its unit as ${info.unit}, which contradicts --input ${unit}; leave --input out`,
    { detail: { path, declared, unit } },
  );
}

function wordsOf({ path, info, raster }: OpenedBand): (string | null)[] {
  const product = /[^/\\]*$/.exec(path.replace(/#\w+$/, ''))![0];
  // `vv_db.tif` tells; the digital numbers of a product are what its own naming calls nothing
  return [info.unit, info.name, raster.driver === 'GTiff' ? product.replace(/\.[^.]*$/, '') : null];
}

async function sample(
  opened: readonly (readonly OpenedBand[])[],
  unit: RadarUnit | null,
  runner: TaskRunner,
  signal: AbortSignal | undefined,
  advance: () => void,
): Promise<RadarSampleOutput[]> {
  const inputs = opened.map(([first]) => {
    const { info, raster } = first!;
    const { scale, offset } = info;
    const bands = [toAligned(first!, SAME_GRID)];
    return {
      layer: { bands, classes: null, formula: null, scale, offset },
      windows: sampleWindows(raster.width, raster.height),
      unit: unit ?? unitFromWords(wordsOf(first!)),
      isInteger: !info.dtype.startsWith('float') && scale === 1,
    };
  });
  const samples: RadarSampleOutput[] = [];
  for await (const found of runInOrder(runner, 'radar-sample', inputs, signal ? { signal } : {})) {
    samples.push(found);
    advance();
  }
  return samples;
}

/** Sides of the windows, a multiple of the squares that looks are counted in. */
const SAMPLE_SIDE = 32 * LOOKS_SIDE;
const SAMPLES_ACROSS = 5;

/** All of a small raster; of a large one 5 × 5 windows that are spread evenly. */
function sampleWindows(width: number, height: number): Window[] {
  const across = places(width);
  return places(height).flatMap((row) =>
    across.map((col) => ({ col: col.start, row: row.start, width: col.size, height: row.size })),
  );
}

function places(length: number): { readonly start: number; readonly size: number }[] {
  const n = Math.min(SAMPLES_ACROSS, Math.ceil(length / SAMPLE_SIDE));
  const size = Math.min(SAMPLE_SIDE, length);
  const gaps = Math.max(1, n - 1);
  return Array.from({ length: n }, (_, k) => ({ start: Math.floor((k * (length - size)) / gaps), size }));
}
