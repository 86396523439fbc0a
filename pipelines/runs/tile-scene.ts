/**
 * A formula over a scene straight to a PMTiles archive, every zoom drawn from the scene's own overviews by the task that
 * draws tiles on demand: an archive holds what the server would have answered, byte for byte.
 */
import { basename, extname } from 'node:path';
import { openScene, selectBands, selectClasses } from '../catalog/scene.ts';
import type { SceneBand } from '../catalog/scene.ts';
import { findColormap } from '../core/color/ramp.ts';
import type { Rescale } from '../core/color/rescale.ts';
import { PlatformError } from '../core/errors.ts';
import { scale } from '../core/grid/affine.ts';
import { footprintOf } from '../core/grid/footprint.ts';
import { tileRange } from '../core/grid/tile-matrix-set.ts';
import type { Tile } from '../core/grid/tile-matrix-set.ts';
import { findTileMatrixSet, tileGrid } from '../core/grid/tile-matrix-sets.ts';
import type { Formula } from '../core/indices/resolve.ts';
import { resolveFormula } from '../core/indices/resolve.ts';
import type { Resampling } from '../core/raster/resample.ts';
import { planTiles } from '../core/raster/tile-plan.ts';
import { ArchiveWriter } from '../io/pmtiles/writer.ts';
import { EMBEDDED_KEY } from '../passport/sidecar.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { Look } from '../render/look.ts';
import { gridOf, MAX_ERROR_PIXELS } from '../render/read-scene.ts';
import { RENDERER_VERSION } from '../render/render-input.ts';
import type { RenderTileInput, RenderValues } from '../render/render-input.ts';
import type { TaskRunner } from '../runner.ts';
import { runInOrder } from '../runner.ts';
import { openBand } from './align.ts';
import type { OpenedBand } from './align.ts';
import type { RunControls } from './progress.ts';
import { bandUse, operationsBetween } from './run-facts.ts';

export interface TileSceneRequest {
  /** A SAFE folder, a zip of one, or a STAC item. */
  readonly scene: string;
  /** Id of an index, or an expression. */
  readonly formula: string;
  /** Classes of the scene classification that become transparent; null: none. */
  readonly excluded: readonly number[] | null;
  readonly output: string;
  readonly minZoom?: number | undefined;
  readonly maxZoom?: number | undefined;
  readonly tileSize?: 256 | 512 | undefined;
  readonly format?: 'png' | 'webp' | undefined;
  /** Pictures in these colours; without: value tiles. */
  readonly colormap?: string | undefined;
  /** Default: what nearly all values lie in; of value tiles what the index is known to span. */
  readonly rescale?: Rescale | undefined;
  readonly precision?: 8 | 16 | undefined;
  readonly resampling?: Resampling | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly attribution?: string | undefined;
}

export interface TileSceneReport {
  readonly output: string;
  readonly kind: 'value' | 'picture';
  readonly format: 'png' | 'webp';
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly tiles: number;
  readonly sizeBytes: number;
  readonly notes: readonly string[];
}

/**
 * Reads, draws and writes; the output appears complete or not at all.
 * @throws {PlatformError} as `openScene`, `selectBands` and `tileRaster`
 */
export async function tileScene(
  request: TileSceneRequest,
  runner: TaskRunner,
  controls: RunControls = {},
): Promise<TileSceneReport> {
  const { output, tileSize = 256, resampling = 'bilinear' } = request;
  const formula = resolveFormula(request.formula);
  const source = await readSource(request, formula, resampling, controls.signal);
  const finest = source.opened.reduce((best, one) => (one.raster.width > best.raster.width ? one : best));
  const grid = gridOf(finest.raster);
  const zooms = { tileSize, minZoom: request.minZoom, maxZoom: request.maxZoom };
  const { levels, name } = finest.raster;
  const { minZoom, maxZoom, bounds } = planTiles({ name, grid, levels, resampling: 'bilinear', ...zooms });
  const look = await chooseLook(request, formula, source.values, grid, runner);
  const format = request.format ?? (look.kind === 'value' ? 'png' : 'webp');
  const writer = await ArchiveWriter.create(output, { tileType: format, tileCompression: 'none' });
  try {
    const method = {
      summary: `Map tiles of ${formula.title}`,
      formula: { id: formula.id, expression: formula.expression },
      resampling,
      coordinates: await operationsBetween(grid.epsg, 3857),
      maxErrorPixels: MAX_ERROR_PIXELS,
      zooms: { min: minZoom, max: maxZoom },
    };
    controls.passport?.begin({ inputs: source.uses, method }, runner);
    const { mercator } = footprintOf(grid)!;
    const tiles: Tile[] = [];
    for (let z = minZoom; z <= maxZoom; z++) tiles.push(...tilesOf(tileRange(mercator, z)));
    await drawAll(writer, tiles, { values: source.values, look, format, tileSize }, runner, controls);
    controls.passport?.found({}, source.notes);
    const description = describe(request, look, { format, tileSize, minZoom, maxZoom, resampling });
    const passport = await controls.passport?.embed();
    const metadata = passport ? { ...description, [EMBEDDED_KEY]: passport } : description;
    const report = await writer.finish({ minZoom, maxZoom, bounds, metadata });
    const kind = look.kind === 'value' ? 'value' : 'picture';
    const { notes } = source;
    return { output, kind, format, minZoom, maxZoom, tiles: report.tiles, sizeBytes: report.bytes, notes };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

interface Source {
  readonly values: RenderValues;
  readonly opened: readonly OpenedBand[];
  readonly uses: readonly InputUse[];
  readonly notes: readonly string[];
}

async function readSource(
  { scene: path, excluded }: TileSceneRequest,
  formula: Formula,
  resampling: Resampling,
  signal: AbortSignal | undefined,
): Promise<Source> {
  const scene = await openScene(path, signal ? { signal } : {});
  const { bands, gsd, notes } = selectBands(scene, formula.bandNames);
  const chosen = formula.bandNames.map((name) => bands.get(name)!);
  const opened = await Promise.all(chosen.map((band) => openBand({ path: band.path, name: null }, signal)));
  const classes = excluded && selectClasses(scene, gsd);
  if (excluded && !classes)
    throw new PlatformError('band-missing', `${path} has no scene classification (SCL) to mask by; leave out --mask`);
  const mask = classes && (await openBand({ path: classes.path, name: null }, signal));
  const uses = chosen.map((band, b) => bandUse(formula.bandNames[b]!, opened[b]!, readingOf(band, resampling)));
  if (mask) uses.push(bandUse('classes', mask, { maskedClasses: excluded!, placement: 'nearest' }));
  return {
    opened,
    notes,
    uses: [{ role: 'metadata', path: scene.metadataPath }, ...uses],
    values: {
      scenes: [
        {
          bands: chosen.map(({ scale: factor, offset, nodata, saturated }, b) => {
            const { path: file, version, band } = opened[b]!;
            return { path: file, version, band, scale: factor, offset, nodata, saturated };
          }),
          mask: mask && { path: mask.path, version: mask.version, excluded: excluded! },
        },
      ],
      rule: 'first',
      expression: formula.expression,
      resampling,
    },
  };
}

function readingOf({ scale: factor, offset, nodata, saturated }: SceneBand, placement: string) {
  return { calibration: { scale: factor, offset }, special: { nodata, saturated }, placement };
}

/** Side of the picture that a range is taken from. */
const SAMPLE_SIDE = 512;

async function chooseLook(
  { colormap, rescale, precision }: TileSceneRequest,
  formula: Formula,
  values: RenderValues,
  grid: ReturnType<typeof gridOf>,
  runner: TaskRunner,
): Promise<Look> {
  const percentiles = async (low: number, high: number): Promise<Rescale> => {
    const factor = Math.max(1, Math.max(grid.width, grid.height) / SAMPLE_SIDE);
    const [width, height] = [Math.ceil(grid.width / factor), Math.ceil(grid.height / factor)];
    const target = {
      ...grid,
      width,
      height,
      transform: scale(grid.transform, grid.width / width, grid.height / height),
    };
    const sampled = { ...values, resampling: 'nearest', version: RENDERER_VERSION, target } as const;
    const [plane] = await runner.run('render-sample', sampled);
    const [min, max] = [plane?.percentiles[low] ?? 0, plane?.percentiles[high] ?? 1];
    return max > min ? { min, max } : { min: min - 0.5, max: min + 0.5 };
  };
  if (colormap !== undefined)
    return { kind: 'ramp', colors: findColormap(colormap).id, rescale: rescale ?? (await percentiles(2, 98)) };
  const known = formula.range && { min: formula.range[0], max: formula.range[1] };
  const { min, max } = rescale ?? known ?? (await percentiles(0, 100));
  const bits = precision ?? 8;
  const step = (max - min) / (bits === 8 ? 254 : 65534);
  return { kind: 'value', coding: { precision: bits, scale: step, offset: min - step } };
}

function* tilesOf({ z, minX, minY, maxX, maxY }: ReturnType<typeof tileRange>): Generator<Tile> {
  for (let y = minY; y <= maxY; y++) for (let x = minX; x <= maxX; x++) yield { z, x, y };
}

interface Drawing {
  readonly values: RenderValues;
  readonly look: Look;
  readonly format: 'png' | 'webp';
  readonly tileSize: number;
}

async function drawAll(
  writer: ArchiveWriter,
  tiles: readonly Tile[],
  { values, look, format, tileSize }: Drawing,
  runner: TaskRunner,
  { signal, progress }: RunControls,
): Promise<void> {
  const set = findTileMatrixSet('WebMercatorQuad');
  const common = { ...values, version: RENDERER_VERSION, relief: null, look, format } as const;
  function* inputs(): Generator<RenderTileInput> {
    for (const tile of tiles) yield { ...common, target: tileGrid(set, tile, tileSize) };
  }
  progress?.stage('Drawing', tiles.length);
  let at = 0;
  for await (const { bytes } of runInOrder(runner, 'render-tile', inputs(), signal ? { signal } : {})) {
    const tile = tiles[at++]!;
    if (bytes) await writer.put(tile, bytes);
    progress?.advance();
  }
}

function describe(
  { scene, name, description = '', attribution = '', formula, colormap }: TileSceneRequest,
  look: Look,
  facts: { readonly format: string; readonly tileSize: number; readonly minZoom: number; readonly maxZoom: number } & {
    readonly resampling: Resampling;
  },
): Readonly<Record<string, unknown>> {
  const { format, tileSize, minZoom, maxZoom, resampling } = facts;
  const common = {
    name: name ?? `${formula} ${basename(scene, extname(scene))}`,
    description,
    attribution,
    version: '1.0.0',
    type: 'overlay',
    format,
    tileSize,
    minzoom: minZoom,
    maxzoom: maxZoom,
    resampling,
  };
  if (look.kind === 'value') return { ...common, kind: 'value', ...look.coding, unit: null, statistics: null };
  const rescale = look.kind === 'ramp' ? [look.rescale.min, look.rescale.max] : null;
  return { ...common, kind: 'picture', colormap, rescale, unit: null };
}
