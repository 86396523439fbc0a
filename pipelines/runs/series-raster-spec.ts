/** The file that an analysis of series makes. */
import { PlatformError } from '../core/errors.ts';
import type { PixelAnalysis } from '../core/series/pixel/create-analyst.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import { VALUE_UNIT } from '../core/series/pixel/pixel-analyst.ts';
import type { CogSpec } from '../io/tiff/cog-layout.ts';
import { DEFAULT_BLOCK_SIZE } from '../io/tiff/cog-layout.ts';
import { indexStorage } from './composite-storage.ts';
import type { DatedLayers } from './dated-layers.ts';
import { timeText } from './series-times.ts';

/** Bytes of a region's bands: with more bands blocks are smaller. */
const REGION_BYTES = 64 * 1024 * 1024;
const LEAST_BLOCK = 64;
/** So small only for bytes; that there are enough regions for every thread is worth as much as this. */
const LEAST_SHARED_BLOCK = 128;
const ENOUGH_REGIONS = 4;

/** @throws {PlatformError} `usage` for int16 where a band is no value of the series; as `createPixelAnalyst` */
export function seriesSpec(
  { grid: { width, height, transform, epsg }, formula, unit }: DatedLayers,
  analysis: PixelAnalysis,
  days: readonly number[],
  dtype: 'float32' | 'int16',
): CogSpec {
  const { bands } = createPixelAnalyst(analysis, Float64Array.from(days));
  const other = bands.find((band) => band.unit !== VALUE_UNIT);
  if (dtype === 'int16' && other)
    throw new PlatformError(
      'usage',
      `--dtype int16 stores values × 10000, as of smooth, fill and forecast; the band ${other.name} of ${analysis.kind} is none`,
    );
  const { nodata, scale } = indexStorage(dtype);
  const method = 'method' in analysis ? ` (${analysis.method})` : '';
  return {
    width,
    height,
    transform,
    epsg,
    dtype,
    bands: bands.length,
    nodata,
    scale,
    blockSize: blockSizeFor(bands.length, width * height),
    bandNames: bands.map(({ name }) => name),
    bandUnits: bands.map((band) => unitOf(band.unit, unit)),
    bandTitles: bands.map(({ title }) => title),
    metadata: {
      SERIES: `${analysis.kind}${method} of ${days.length} dates, ${timeText(days[0]!)} to ${timeText(days.at(-1)!)}`,
      ...(formula && { TITLE: formula.title, FORMULA: formula.expression }),
      ...(analysis.kind === 'anomaly' && { DATE: timeText(analysis.day) }),
      ...(analysis.kind === 'phenology' && { YEAR: String(analysis.year) }),
    },
  };
}

/** `value per year` of values in °C is °C per year; where nobody says in what values are, it is per year. */
function unitOf(unit: string, value: string | null): string | null {
  return unit.replace('value', value ?? '').replace(/^ (· )?/, '') || null;
}

function blockSizeFor(bands: number, pixels: number): number {
  let size = DEFAULT_BLOCK_SIZE;
  const region = () => (4 * size) ** 2;
  while (size > LEAST_BLOCK && region() * 4 * bands > REGION_BYTES) size /= 2;
  while (size > LEAST_SHARED_BLOCK && pixels / region() < ENOUGH_REGIONS) size /= 2;
  return size;
}
