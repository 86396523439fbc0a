/**
 * The workspace of the sample region: simulated scenes → an index COG and a tile archive for each layer and date → layer
 * records. What is there already is kept, so that a start that was stopped goes on where it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeatureCollection, Point } from 'geojson';
import { makeSample, readSample } from '../../data-samples/sample.ts';
import type { SampleRegion, SampleScene } from '../../data-samples/sample.ts';
import { SAMPLE_ATTRIBUTION } from '../../data-samples/scene/item.ts';
import { archivePath } from '../../pipelines/catalog/layer.ts';
import { findLayer, putLayer } from '../../pipelines/catalog/layers-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';
import type { LayerRecord } from '../../pipelines/catalog/layer.ts';
import { readRegion, writeRegion } from '../../pipelines/catalog/region.ts';
import { DEFAULT_SCL_MASKS, SCL_MASKS } from '../../pipelines/core/raster/scl.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { writeError } from '../../pipelines/io/output-file.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import type { StartRunner } from '../../pipelines/runs/processes.ts';
import type { RunControls, RunProgress } from '../../pipelines/runs/progress.ts';
import { INDEX_LAYERS, TRUE_COLOUR } from './sample-layers.ts';
import { ensureSampleScenes } from './sample-scenes.ts';
import { ensureSampleAssets } from './sample-assets.ts';
import { ensureSampleStations } from './sample-stations.ts';
import type { LayerWords } from './sample-layers.ts';

const BASEMAP = 'basemap';
/** Indices are stored as codes of this range at every date, so that dates compare step by step. */
const INDEX_RANGE = { min: -1, max: 1 };

/** SCL classes that are left out of an index. */
const CLOUDED = DEFAULT_SCL_MASKS.flatMap((name) => [...SCL_MASKS[name]]);

export interface SampleWorkspaceOptions {
  readonly workspace: string;
  readonly database: () => Promise<Database>;
  readonly runner: StartRunner;
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
}

/** @returns false where everything was there already. */
export async function ensureSampleWorkspace(options: SampleWorkspaceOptions): Promise<boolean> {
  const { workspace } = options;
  if ((await readRegion(workspace)) && (await findLayer(await options.database(), TRUE_COLOUR.id))) {
    await ensureSampleScenes({ ...options, database: await options.database() });
    await ensureSampleStations(await options.database(), options.signal);
    await ensureSampleAssets(await options.database(), new Date().toISOString().slice(0, 10));
    return false;
  }
  await makeFolders(workspace);
  const sample = await ensureSample(options);
  const bounds = await makeBasemap(sample, options);
  await makeLayers(sample, options);
  await ensureSampleScenes({ ...options, database: await options.database() });
  await ensureSampleStations(await options.database(), options.signal);
  await ensureSampleAssets(await options.database(), new Date().toISOString().slice(0, 10));
  // Last: where it stands, the workspace is complete.
  await writeRegion(workspace, { bounds: [...bounds], basemap: BASEMAP, places: await readPlaces(workspace, sample) });
  return true;
}

async function makeFolders(workspace: string): Promise<void> {
  for (const name of ['archives', 'products', 'sample']) {
    const folder = join(workspace, name);
    try {
      await mkdir(folder, { recursive: true });
    } catch (error) {
      throw writeError(folder, error);
    }
  }
}

async function ensureSample({ workspace, progress, signal }: SampleWorkspaceOptions): Promise<SampleRegion> {
  const folder = join(workspace, 'sample');
  const known = await readSample(folder);
  if (known) return known;
  return makeSample(folder, {
    size: 'region',
    signal,
    onScene: (_id, index, count) =>
      index === 0 ? progress.stage('Simulating the sample region', count) : progress.advance(),
  });
}

/** One step of the work that is still to be done. */
type Step = (runner: StartRunner, controls: RunControls) => Promise<void>;

async function makeLayers(sample: SampleRegion, options: SampleWorkspaceOptions): Promise<void> {
  const { workspace, progress, signal } = options;
  const layers = [...INDEX_LAYERS, TRUE_COLOUR];
  const steps = layers.flatMap((layer) => sample.scenes.flatMap((scene) => planFrame(workspace, layer, scene)));
  if (steps.length > 0) {
    progress.stage('Indices and map tiles', steps.length);
    for (const step of steps) {
      await step(options.runner, { signal });
      progress.advance();
    }
  }
  const database = await options.database();
  for (const layer of layers) await putLayer(database, await toRecord(workspace, layer, sample.scenes));
}

/** The step that makes a layer's archive for a scene; none where it is there. */
function planFrame(workspace: string, layer: (typeof INDEX_LAYERS)[number] | LayerWords, scene: SampleScene): Step[] {
  const archive = archivePath(workspace, frameId(layer, scene));
  if (existsSync(archive)) return [];
  const item = join(workspace, 'sample', scene.item);
  const words = {
    name: `${layer.title.en}, ${scene.datetime.slice(0, 10)}`,
    description: layer.description.en,
    attribution: SAMPLE_ATTRIBUTION,
  };
  if (!('index' in layer))
    return [
      async (runner, controls) =>
        void (await produce(
          'tile',
          { input: join(item, '..', 'TCI.tif'), output: archive, ...words },
          runner,
          controls,
        )),
    ];
  return [
    async (runner, controls) => {
      const product = join(workspace, 'products', `${frameId(layer, scene)}.tif`);
      const date = { scene: item, excluded: CLOUDED, scl: null };
      const index = { formula: layer.index, date, calibration: {}, dtype: 'int16', output: product } as const;
      await produce('index', index, runner, controls);
      await produce('tile', { input: product, output: archive, rescale: INDEX_RANGE, ...words }, runner, controls);
    },
  ];
}

function frameId(layer: LayerWords, scene: SampleScene): string {
  return `${layer.id}-${scene.datetime.slice(0, 10).replaceAll('-', '')}`;
}

async function toRecord(workspace: string, layer: LayerWords, scenes: readonly SampleScene[]): Promise<LayerRecord> {
  const { id, title, description, theme, range, colormap, order } = layer;
  const frames = scenes.map((scene) => ({
    id: frameId(layer, scene),
    datetime: scene.datetime,
    clearShare: scene.clearShare,
  }));
  const bounds = await boundsOf(archivePath(workspace, frames[0]!.id));
  return {
    id,
    title,
    description,
    theme,
    range,
    colormap,
    order,
    frames,
    kind: 'index' in layer ? 'value' : 'picture',
    unit: null,
    bounds: [...bounds],
    attribution: SAMPLE_ATTRIBUTION,
    simulated: true,
  };
}

async function makeBasemap(
  sample: SampleRegion,
  { workspace, progress, signal, runner }: SampleWorkspaceOptions,
): Promise<LonLatBox> {
  const output = archivePath(workspace, BASEMAP);
  if (!existsSync(output)) {
    progress.stage('Basemap');
    const layers = Object.entries(sample.vectors).map(([name, path]) => ({
      name,
      source: join(workspace, 'sample', path),
    }));
    await produce(
      'tile-features',
      {
        layers,
        output,
        minZoom: 5,
        maxZoom: 13,
        name: 'Basemap of the sample region',
        attribution: SAMPLE_ATTRIBUTION,
      },
      runner,
      { signal },
    );
  }
  const [first] = sample.scenes;
  const item = JSON.parse(await readFile(join(workspace, 'sample', first!.item), 'utf8')) as {
    bbox: [number, number, number, number];
  };
  return item.bbox;
}

async function boundsOf(path: string): Promise<LonLatBox> {
  const archive = await openArchive(path);
  try {
    return archive.header.bounds;
  } finally {
    await archive.close();
  }
}

async function readPlaces(
  workspace: string,
  sample: SampleRegion,
): Promise<{ name: string; kind: string; lon: number; lat: number }[]> {
  const path = join(workspace, 'sample', sample.vectors['places']!);
  const { features } = JSON.parse(await readFile(path, 'utf8')) as FeatureCollection<
    Point,
    { name: string; kind: string }
  >;
  return features.map(({ geometry, properties }) => ({
    name: properties.name,
    kind: properties.kind,
    lon: geometry.coordinates[0]!,
    lat: geometry.coordinates[1]!,
  }));
}
