/** A raster to a PMTiles archive of value tiles or pictures. */
import { basename, extname } from 'node:path';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { scale } from '../core/grid/affine.ts';
import type { Tile } from '../core/grid/tile-matrix-set.ts';
import { PlatformError } from '../core/errors.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { planTiles } from '../core/raster/tile-plan.ts';
import type { TilePlan } from '../core/raster/tile-plan.ts';
import type { RasterGrid } from '../core/raster/warp-plan.ts';
import type { ImageFormatId } from '../io/encode/registry.ts';
import { createTileEncoder } from '../io/encode/tile-style.ts';
import type { TileStyle } from '../io/encode/tile-style.ts';
import { ArchiveWriter } from '../io/pmtiles/writer.ts';
import type { RasterInfo } from '../io/raster-source.ts';
import { EMBEDDED_KEY } from '../passport/sidecar.ts';
import type { InputUse, RunFacts } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import { MAX_ERROR_PIXELS } from '../tasks/tile-subtree.ts';
import type { SubtreeInput, TileSource } from '../tasks/tile-subtree.ts';
import type { RunControls } from './progress.ts';
import { chooseStyle, isClasses, isColorPicture, needsDistribution } from './tile-choices.ts';
import type { StyleWishes } from './tile-choices.ts';
import { measureBand } from './measure-band.ts';
import { tileMetadata } from './tile-metadata.ts';
import type { TileDescription } from './tile-metadata.ts';
import { openBands } from './align.ts';
import type { OpenedBand } from './align.ts';
import { bandUse, operationsBetween } from './run-facts.ts';
import { UpperZooms } from './upper-zooms.ts';

export interface TileRasterOptions extends StyleWishes {
  /** Path or URL of the raster; `#3` or `#name` behind it picks a band of several. */
  readonly input: string;
  /** Path of the archive. */
  readonly output: string;
  /** Default: PNG for value tiles (as small as lossless WebP at a sixth of its time), WebP for pictures. */
  readonly format?: ImageFormatId | undefined;
  readonly minZoom?: number | undefined;
  readonly maxZoom?: number | undefined;
  /** Default 256: a zoom then means what it means in WebMercatorQuad. */
  readonly tileSize?: 256 | 512 | undefined;
  /** Default: the file's name without its ending. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly attribution?: string | undefined;
}

export interface TileRasterReport {
  readonly output: string;
  readonly kind: 'value' | 'picture';
  readonly format: ImageFormatId;
  readonly tileSize: 256 | 512;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly tiles: number;
  readonly sizeBytes: number;
  readonly bounds: LonLatBox;
  /** What the user should know about choices made. */
  readonly notes: readonly string[];
  /** All that clients learn, as it stands in the archive beside its passport. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Reads, warps, encodes and writes; the output appears complete or not at all.
 * @throws {PlatformError} from reading (`not-found`, `format-…`), `crs-missing`, `crs-unsupported`, `parameter-invalid`
 *   for zooms, ranges and colour maps, `too-large`, `outside`, `not-writable`, `disk-full`, `aborted`
 */
export async function tileRaster(
  options: TileRasterOptions,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<TileRasterReport> {
  const opened = await openBands(options.input, controls.signal);
  const { raster: info, path, version, band, info: bandInfo } = opened[0]!;
  const ref = { path, version };
  const grid = gridOf(info);
  const request = { name: info.name, grid, levels: info.levels, ...pickZooms(options) };
  planTiles({ ...request, resampling: options.resampling ?? 'bilinear' }); // refuses before anything is written
  const color = isColorPicture(
    opened.map((one) => one.info),
    options,
  );
  const isPicture = color || options.colormap !== undefined;
  const format = options.format ?? (isPicture ? 'webp' : 'png');
  const writer = await ArchiveWriter.create(options.output, { tileType: format, tileCompression: 'none' });
  try {
    const measure = !color && needsDistribution(bandInfo, options);
    const distribution = measure ? await measureBand(ref, info, band, runner, controls) : null;
    const classes = isClasses(bandInfo, distribution);
    const resampling = options.resampling ?? (classes ? 'nearest' : 'bilinear');
    const plan = planTiles({ ...request, resampling });
    const style: TileStyle = color ? { kind: 'color' } : chooseStyle(bandInfo, options, distribution);
    const source: TileSource = {
      ref,
      bands: color ? [0, 1, 2] : [band],
      level: plan.level,
      grid: levelGrid(grid, info.levels[plan.level]!),
      coding: style.kind === 'color' ? { low: 0, step: 1 } : style.coding,
      resampling,
      // These two never invent a sample, at no zoom.
      reduce: resampling === 'nearest' || resampling === 'mode' ? 'mode' : 'mean',
    };
    controls.passport?.begin(await factsOf(opened, source, plan, style), runner);
    await writeTiles(writer, plan, source, style, format, runner, controls);
    const notes = notesOf(opened, color);
    controls.passport?.found({}, notes);
    const description = tileMetadata(describe(options, path, format, resampling), plan, style, bandInfo, distribution);
    const passport = await controls.passport?.embed();
    const metadata = passport ? { ...description, [EMBEDDED_KEY]: passport } : description;
    const { minZoom, maxZoom, bounds, tileSize } = plan;
    const report = await writer.finish({ minZoom, maxZoom, bounds, metadata });
    return {
      output: options.output,
      kind: isPicture ? 'picture' : 'value',
      format,
      tileSize,
      minZoom,
      maxZoom,
      tiles: report.tiles,
      sizeBytes: report.bytes,
      bounds,
      notes,
      metadata: description,
    };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function gridOf({ name, epsg, crsText, transform, width, height }: RasterInfo): RasterGrid {
  if (!transform)
    throw new PlatformError('crs-missing', `${name} has no georeference, so it has no place on the map; add one first`);
  if (epsg === null)
    throw new PlatformError(
      crsText === null ? 'crs-missing' : 'crs-unsupported',
      crsText === null
        ? `${name} has no coordinate reference system, so it has no place on the map; set one first (gdal_edit.py -a_srs EPSG:n)`
        : `${name} is in a coordinate reference system that is not known here: ${crsText.slice(0, 80)}`,
      { detail: { path: name } },
    );
  return { transform, epsg, width, height };
}

async function factsOf(
  opened: readonly OpenedBand[],
  { bands, level, resampling, grid }: TileSource,
  { minZoom, maxZoom }: TilePlan,
  style: TileStyle,
): Promise<RunFacts> {
  const inputs = bands.map((band): InputUse => {
    const one = opened.find((other) => other.band === band)!;
    return bandUse(bands.length === 1 ? 'raster' : `band ${band + 1}`, one, { level, placement: resampling });
  });
  const coordinates = await operationsBetween(grid.epsg, MERCATOR);
  const method = { summary: SUMMARIES[style.kind], resampling, coordinates, maxErrorPixels: MAX_ERROR_PIXELS };
  const zooms = { min: minZoom, max: maxZoom };
  if (style.kind !== 'value') return { inputs, method: { ...method, zooms } };
  const { precision, scale, offset } = style.tile;
  return { inputs, method: { ...method, zooms, storage: { dtype: `uint${precision}`, nodata: 0, scale, offset } } };
}

const MERCATOR = 3857;

const SUMMARIES: Readonly<Record<TileStyle['kind'], string>> = {
  value: 'Map tiles whose pixels are codes of values',
  colormap: 'Map tiles of values in colours',
  color: 'Map tiles of a picture',
};

function pickZooms({ tileSize = 256, minZoom, maxZoom }: TileRasterOptions) {
  return { tileSize, minZoom, maxZoom };
}

function levelGrid(
  full: RasterGrid,
  { width, height }: { readonly width: number; readonly height: number },
): RasterGrid {
  return { epsg: full.epsg, width, height, transform: scale(full.transform, full.width / width, full.height / height) };
}

function describe(
  { name, description, attribution }: TileRasterOptions,
  path: string,
  format: ImageFormatId,
  resampling: Resampling,
): TileDescription {
  return { name: name ?? basename(path, extname(path)), description, attribution, format, resampling };
}

/** What the user should know about choices made. */
function notesOf(opened: readonly OpenedBand[], color: boolean): readonly string[] {
  if (color || opened.length === 1) return [];
  return [`${opened[0]!.path} has ${opened.length} bands; the first is tiled (another: ${opened[0]!.path}#2)`];
}

async function writeTiles(
  writer: ArchiveWriter,
  plan: TilePlan,
  source: TileSource,
  style: TileStyle,
  format: ImageFormatId,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<void> {
  const { tileSize, minZoom, maxZoom, renderZoom, roots } = plan;
  const encode = await createTileEncoder(style, format);
  const put = (tile: Tile, bytes: Uint8Array) => writer.put(tile, bytes);
  const upper = new UpperZooms({ tileSize, minZoom, maxZoom, reduce: source.reduce, encode, put });
  const inputs = roots.map((root): SubtreeInput => ({
    source,
    root,
    tileSize,
    renderZoom,
    minZoom,
    maxZoom,
    style,
    format,
  }));
  progress?.stage('Tiling', roots.length);
  for await (const { root, tiles, bytes, planes } of runInOrder(
    runner,
    'tile-subtree',
    inputs,
    signal ? { signal } : {},
  )) {
    if (signal?.aborted) throw signal.reason;
    let at = 0;
    for (const { tile, sizeBytes } of tiles) {
      await put(tile, bytes.subarray(at, at + sizeBytes));
      at += sizeBytes;
    }
    if (planes) await upper.add(root, planes);
    progress?.advance();
  }
  await upper.finish();
}
