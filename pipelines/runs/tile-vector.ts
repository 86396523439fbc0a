/** Features → vector tiles in one archive. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { MAX_TILE_ZOOM } from '../core/grid/tile-matrix-set.ts';
import { PlatformError } from '../core/errors.ts';
import { FeatureFault } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';
import { FeatureLayer } from '../core/vector/feature-layer.ts';
import { walkTiles } from '../core/vector/tile-walk.ts';
import { readFeatures } from '../io/features/read-features.ts';
import { ArchiveWriter } from '../io/pmtiles/writer.ts';
import type { ArchiveReport } from '../io/pmtiles/writer.ts';
import type { RunFacts } from '../passport/recorder.ts';
import { EMBEDDED_KEY } from '../passport/sidecar.ts';
import type { RunControls } from './progress.ts';
import { writeTiles } from './write-vector-tiles.ts';

interface VectorLayerRequest {
  /** What a style calls the layer; default: the file's name without its ending. */
  readonly name?: string;
  /** A file of features, or the features themselves, WGS 84. */
  readonly source: string | Iterable<RawFeature>;
  /** CRS of the file's coordinates; default: as the file says, else WGS 84. */
  readonly crs?: string;
  /** Zooms in which the layer is there; default: those of the archive. */
  readonly minZoom?: number;
  readonly maxZoom?: number;
  readonly description?: string;
}

export interface VectorTilesRequest {
  readonly layers: readonly VectorLayerRequest[];
  readonly output: string;
  /** Default 0. */
  readonly minZoom?: number;
  /** Default 14: there, a step of a coordinate is 0.6 m at the equator. */
  readonly maxZoom?: number;
  /** For the archive's metadata. */
  readonly name?: string;
  readonly description?: string;
  readonly attribution?: string;
}

export interface VectorTilesReport extends ArchiveReport {
  readonly output: string;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly bounds: LonLatBox;
  readonly features: number;
  /** For people: features that were passed over, tiles that were thinned. */
  readonly notes: readonly string[];
}

const DEFAULT_MAX_ZOOM = 14;

/**
 * Features that cannot be used are passed over and noted; that none can be used is a failure.
 *
 * @throws {PlatformError} `parameter-invalid` for zooms, layers of the same name; `outside` where there is nothing to
 *   write; `too-large` for the memory; what `readFeatures` and `ArchiveWriter` throw. Nothing is left then.
 */
export async function tileVector(request: VectorTilesRequest, controls: RunControls = {}): Promise<VectorTilesReport> {
  const { output, layers: wanted, minZoom = 0, maxZoom = DEFAULT_MAX_ZOOM } = request;
  const layers = wanted.map((layer) => createLayer(layer, minZoom, maxZoom));
  checkNames(layers);
  controls.passport?.begin(factsOf(wanted, minZoom, maxZoom));
  const notes: string[] = [];
  const checkMemory = () => checkSize(layers, controls.memoryBytes ?? Infinity);
  for (const [i, layer] of layers.entries()) notes.push(...(await fill(layer, wanted[i]!, checkMemory, controls)));
  for (const layer of layers) layer.points.arrange(layer.minZoom, layer.maxZoom);
  const bounds = boundsOf(layers);
  const writer = await ArchiveWriter.create(output, { tileType: 'mvt', tileCompression: 'gzip' });
  try {
    controls.progress?.stage('Writing tiles');
    notes.push(...(await writeTiles(writer, layers, walkTiles(layers, minZoom, maxZoom), maxZoom, controls)));
    const features = layers.reduce((sum, layer) => sum + layer.featureCount, 0);
    controls.passport?.found({ features }, notes);
    const passport = await controls.passport?.embed();
    const metadata = { ...metadataOf(request, layers), ...(passport && { [EMBEDDED_KEY]: passport }) };
    const report = await writer.finish({ minZoom, maxZoom, bounds, metadata });
    return { ...report, output, minZoom, maxZoom, bounds, features, notes };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Features that are made in memory have no file to name. */
function factsOf(layers: readonly VectorLayerRequest[], min: number, max: number): RunFacts {
  const inputs = layers.flatMap(({ name, source }) =>
    typeof source === 'string' ? [{ role: name ?? nameOfFile(source), path: source }] : [],
  );
  return { inputs, method: { summary: 'Map tiles of features', zooms: { min, max } } };
}

function createLayer(layer: VectorLayerRequest, minZoom: number, maxZoom: number): FeatureLayer {
  const name = layer.name ?? (typeof layer.source === 'string' ? nameOfFile(layer.source) : 'features');
  const [from, to] = [layer.minZoom ?? minZoom, layer.maxZoom ?? maxZoom];
  checkZooms(minZoom, maxZoom);
  checkZooms(from, to);
  return new FeatureLayer(name, Math.max(from, minZoom), Math.min(to, maxZoom));
}

function nameOfFile(path: string): string {
  return basename(path).replace(/\.[^.]*$/, '') || 'features';
}

function checkZooms(minZoom: number, maxZoom: number): void {
  const isZoom = (z: number) => Number.isInteger(z) && z >= 0 && z <= MAX_TILE_ZOOM;
  if (isZoom(minZoom) && isZoom(maxZoom) && minZoom <= maxZoom) return;
  throw new PlatformError(
    'parameter-invalid',
    `Zooms ${minZoom} to ${maxZoom} cannot be made: whole numbers from 0 to ${MAX_TILE_ZOOM} are accepted, ` +
      `the lowest first`,
    { detail: { minZoom, maxZoom } },
  );
}

function checkNames(layers: readonly FeatureLayer[]): void {
  if (layers.length === 0) throw new PlatformError('parameter-invalid', 'Name at least one layer to make tiles of');
  const twice = layers.find(({ name }, i) => layers.findIndex((other) => other.name === name) < i);
  if (twice)
    throw new PlatformError('parameter-invalid', `Two layers are named ${twice.name}; give each its own name`, {
      detail: { layer: twice.name },
    });
}

/** @returns notes. */
async function fill(
  layer: FeatureLayer,
  request: VectorLayerRequest,
  checkMemory: () => void,
  controls: RunControls,
): Promise<string[]> {
  const { source, crs } = request;
  const { signal, progress } = controls;
  if (typeof source !== 'string') return fillFromMemory(layer, source);
  const size = await stat(source).then(
    (stats) => stats.size,
    () => undefined, // a URL, or a fault that the reader will name
  );
  progress?.stage(`Reading ${layer.name}`, size);
  const report = await readFeatures(source, (feature) => layer.add(feature), {
    advance: (bytes) => {
      progress?.advance(bytes);
      checkMemory();
    },
    ...(crs === undefined ? {} : { crs }),
    ...(signal ? { signal } : {}),
  });
  if (report.taken === 0)
    throw new PlatformError(
      'format-unknown',
      report.firstRefusal === null
        ? `${source} holds no features`
        : `None of the ${report.refused} features of ${source} can be used; ${report.firstRefusal}`,
      { detail: { path: source, refused: report.refused } },
    );
  return report.refused === 0 ? [] : [`${source}: ${passedOver(report.refused)}; ${report.firstRefusal}`];
}

function fillFromMemory(layer: FeatureLayer, features: Iterable<RawFeature>): string[] {
  const faults: string[] = [];
  let ordinal = 0;
  for (const feature of features) {
    ordinal++;
    try {
      layer.add(feature);
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error;
      faults.push(`feature ${ordinal}: ${error.message}`);
    }
  }
  return faults.length === 0 ? [] : [`${layer.name}: ${passedOver(faults.length)}; ${faults[0]}`];
}

/** Arrays are copied when they grow and when points are sorted: twice their size is needed at times. */
function checkSize(layers: readonly FeatureLayer[], memoryBytes: number): void {
  const needed = 2 * layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  if (needed <= memoryBytes) return;
  const count = layers.reduce((sum, layer) => sum + layer.featureCount, 0);
  throw new PlatformError(
    'too-large',
    `The features need more memory than the ceiling of ${Math.round(memoryBytes / 2 ** 20)} MB, after ${count} of them; ` +
      `raise it (--memory) or make archives of parts`,
    { detail: { memoryBytes, features: count } },
  );
}

function passedOver(count: number): string {
  return count === 1 ? '1 feature was passed over' : `${count} features were passed over`;
}

function boundsOf(layers: readonly FeatureLayer[]): LonLatBox {
  const west = Math.min(...layers.map((layer) => layer.west));
  const south = Math.min(...layers.map((layer) => layer.south));
  const east = Math.max(...layers.map((layer) => layer.east));
  const north = Math.max(...layers.map((layer) => layer.north));
  return west < -180 || east > 180 ? [-180, south, 180, north] : [west, south, east, north];
}

/** @see https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md, section 5.1, and TileJSON 3.0 `vector_layers` */
function metadataOf(
  { name, output, description, attribution, layers: wanted }: VectorTilesRequest,
  layers: readonly FeatureLayer[],
) {
  return {
    name: name ?? nameOfFile(output),
    ...(description === undefined ? {} : { description }),
    ...(attribution === undefined ? {} : { attribution }),
    type: 'overlay',
    generator: 'Landmeter',
    vector_layers: layers.map((layer, i) => ({
      id: layer.name,
      description: wanted[i]!.description ?? '',
      minzoom: layer.minZoom,
      maxzoom: layer.maxZoom,
      fields: layer.attributes.fields(),
    })),
  };
}
