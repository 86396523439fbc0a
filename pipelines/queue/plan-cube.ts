/** The data cubes of a graph as steps: files, layers of the map, tables of zones. */
import { hash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LAYER_ID } from '../catalog/layer.ts';
import { listScenes } from '../catalog/scenes-repository.ts';
import { findZoneSet, listZones } from '../catalog/zones-repository.ts';
import { PlatformError } from '../core/errors.ts';
import { canonicalJson, toJson } from '../core/passport/canonical.ts';
import type { Json } from '../core/passport/passport.ts';
import type { CubeContext } from '../cube/cube-process.ts';
import { lowerGraph } from '../cube/lower.ts';
import type { ArchiveProduct, CubeProduct, RasterProduct, ZonesProduct } from '../cube/products.ts';
import { SINK_IDS } from '../cube/processes/registry.ts';
import type { Queries } from '../database/database.ts';
import type { ProcessGraph } from '../graph/graph.ts';
import { isRecord } from '../graph/graph.ts';
import { writeOutputFile } from '../io/output-file.ts';
import { fileProcessOf } from './file-processes.ts';
import type { LayerWords, RunStep } from './run-record.ts';

export interface CubePlanning {
  readonly queries: Queries;
  readonly workspace: string;
  /** Where relative paths start. */
  readonly base: string;
  /** Of a node's file: what the graph asks for, else a name of our own. */
  readonly outputOf: (id: string, asked: unknown, ending: string) => string;
}

export interface CubeSteps {
  readonly steps: readonly RunStep[];
  /** The file of each node that makes one, and only one. */
  readonly outputs: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** @throws {PlatformError} what lowering throws; `not-found` for zones that are not there */
export async function planCubes(graph: ProcessGraph, planning: CubePlanning): Promise<CubeSteps> {
  const cubes = Object.fromEntries(Object.entries(graph).filter(([, node]) => fileProcessOf(node.process_id) === null));
  if (!Object.values(cubes).some(({ process_id: id }) => SINK_IDS.has(id)))
    return { steps: [], outputs: new Map(), notes: [] };
  const { products, notes } = await lowerGraph(cubes, contextOf(planning));
  const steps: RunStep[] = [];
  const outputs = new Map<string, string>();
  for (const product of products) {
    const made = await stepsOf(product, planning);
    steps.push(...withoutTwins(made, steps));
    const isOnly = products.filter(({ nodeId }) => nodeId === product.nodeId).length === 1;
    if (isOnly) outputs.set(product.nodeId, made.at(-1)!.output);
  }
  return { steps, outputs, notes };
}

/** A raster that is there already, for a file or another layer, is not made a second time. */
function withoutTwins(made: readonly RunStep[], known: readonly RunStep[]): RunStep[] {
  const [first, second] = made;
  const twin =
    second && known.find(({ process, request }) => process === 'cube' && isSameValues(request, first!.request));
  if (!twin) return [...made];
  return [{ ...second, request: { ...(second.request as object), input: twin.output } as Json }];
}

/** The title is not part of the numbers. */
function isSameValues(a: Json, b: Json): boolean {
  const numbers = (request: Json) => {
    const { program, options } = request as { program: Json; options: Record<string, Json> };
    return canonicalJson({ program, options: { ...options, title: null } });
  };
  return numbers(a) === numbers(b);
}

function contextOf({ queries, workspace, base }: CubePlanning): CubeContext {
  return {
    async findScenes(collection, { bbox, from, to }) {
      const filter = { collection, ...(bbox && { bbox }), ...(from && { from }), ...(to && { to }) };
      return listScenes(queries, filter);
    },
    findZones: (name) => zonesFile(name, { queries, workspace, base }),
  };
}

function stepsOf(product: CubeProduct, planning: CubePlanning): RunStep[] | Promise<RunStep[]> {
  switch (product.kind) {
    case 'raster':
      return [rasterStep(product, planning)];
    case 'archive':
      return archiveSteps(product, planning);
    case 'zones':
      return zonesSteps(product, planning);
  }
}

const stepId = (nodeId: string, part: string | null) => (part === null ? nodeId : `${nodeId}-${part}`);

function rasterStep({ nodeId, part, format, options, program }: RasterProduct, { outputOf }: CubePlanning): RunStep {
  if (format !== 'GTiff')
    throw new PlatformError(
      'parameter-invalid',
      `The node ${nodeId} saves a picture; save GTiff, or make a layer of tiles with lm_archive`,
    );
  const id = stepId(nodeId, part);
  const output = outputOf(id, undefined, '.tif');
  const title = [options.title ?? nodeId, part].filter(Boolean).join(' ');
  return { id, process: 'cube', request: toJson({ program, options }), output, title };
}

/** The raster, and its tiles. */
function archiveSteps(
  { nodeId, part, time, layer, options, program, raster }: ArchiveProduct,
  planning: CubePlanning,
): RunStep[] {
  if (!LAYER_ID.test(layer))
    throw new PlatformError(
      'parameter-invalid',
      `The layer "${layer}" of node ${nodeId} is no word of letters, digits, - and _`,
    );
  const id = stepId(nodeId, part);
  const text = (name: string, fallback: string) =>
    typeof options[name] === 'string' ? (options[name] as string) : fallback;
  const title = text('title', layer);
  const values = planning.outputOf(id, undefined, '.tif');
  // Of a single date too, so that the next one stands beside it
  const when = part ?? time?.slice(0, 10) ?? null;
  const frame = [layer, when?.replace(/[^A-Za-z0-9_-]+/g, '')].filter(Boolean).join('-');
  const range = rangeOf(nodeId, options['rescale']);
  const words: LayerWords = {
    id: layer,
    title,
    description: text('description', ''),
    theme: text('theme', 'vegetation'),
    colormap: text('palette', '') || null,
    range,
    datetime: time,
    attribution: text('attribution', ''),
  };
  const colormap = text('colormap', '');
  const request = {
    input: values,
    name: when === null ? title : `${title}, ${when}`,
    ...(words.description !== '' && { description: words.description }),
    ...(words.attribution !== '' && { attribution: words.attribution }),
    ...(colormap !== '' && { colormap }),
    ...(range && { rescale: { min: range[0], max: range[1] } }),
    ...Object.fromEntries(
      ['minZoom', 'maxZoom', 'tileSize', 'precision', 'format', 'resampling']
        .filter((name) => options[name] !== undefined)
        .map((name) => [name, options[name]]),
    ),
  };
  return [
    {
      id: `${id}-values`,
      process: 'cube',
      request: toJson({ program, options: raster }),
      output: values,
      title: request.name,
    },
    {
      id,
      process: 'tile',
      request: toJson(request),
      output: join(planning.workspace, 'archives', `${frame}.pmtiles`),
      title: request.name,
      layer: words,
    },
  ];
}

function rangeOf(nodeId: string, rescale: unknown): [number, number] | null {
  if (rescale === null || rescale === undefined) return null;
  const [min, max] = Array.isArray(rescale) ? (rescale as unknown[]) : [];
  if (typeof min === 'number' && typeof max === 'number' && min < max) return [min, max];
  throw new PlatformError(
    'parameter-invalid',
    `rescale of node ${nodeId} is ${JSON.stringify(rescale)}; two numbers are accepted, the smaller first`,
  );
}

async function zonesSteps(product: ZonesProduct, planning: CubePlanning): Promise<RunStep[]> {
  const { nodeId, format, zones, statistics, options, program, times } = product;
  const path = typeof zones === 'string' ? zones : await inlineZones(zones, planning);
  const text = (name: string) => (typeof options[name] === 'string' ? (options[name] as string) : null);
  const request = { program, times, zones: path, statistics, idField: text('id'), zonesCrs: text('crs') };
  const output = planning.outputOf(nodeId, options['output'], `.${format}`);
  const set = await setOf(path, planning);
  const series = text('series') ?? nodeId;
  const step: RunStep = {
    id: nodeId,
    process: 'cube-zones',
    request: toJson(request),
    output,
    title: text('title') ?? nodeId,
  };
  return [set === null || format === 'geojson' ? step : { ...step, zoneSeries: { set, series } }];
}

/** A set of the catalogue by its id, written out; else a file. */
async function zonesFile(name: string, { queries, workspace, base }: Omit<CubePlanning, 'outputOf'>): Promise<string> {
  const set = /[\\/.]/.test(name) ? null : await findZoneSet(queries, name);
  if (!set) {
    const path = resolve(base, name);
    if (await stat(path).catch(() => null)) return path;
    throw new PlatformError('not-found', `There are no zones ${name}: it is neither a set of the catalogue nor a file`);
  }
  const path = join(zonesFolder(workspace), `${set.id}-${set.digest.slice(0, 12)}.geojson`);
  if (await stat(path).catch(() => null)) return path;
  await mkdir(dirname(path), { recursive: true });
  const zones = await listZones(queries, set.id);
  await writeOutputFile(path, async ({ handle }) => {
    await handle.write(
      `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:${set.epsg}"}},"features":[\n`,
    );
    for (const [k, { id, properties, geometry }] of zones.entries()) {
      const feature = { type: 'Feature', id, properties: { ...properties, id }, geometry };
      await handle.write(`${k > 0 ? ',\n' : ''}${JSON.stringify(feature)}`);
    }
    await handle.write('\n]}\n');
  });
  return path;
}

function zonesFolder(workspace: string): string {
  return join(workspace, 'cache', 'zones');
}

/** The set that a file was written out of. */
async function setOf(path: string, { queries, workspace }: CubePlanning): Promise<string | null> {
  if (dirname(path) !== zonesFolder(workspace)) return null;
  const id = path.slice(dirname(path).length + 1).replace(/-[0-9a-f]{12}\.geojson$/, '');
  return (await findZoneSet(queries, id)) ? id : null;
}

async function inlineZones(zones: unknown, { workspace }: CubePlanning): Promise<string> {
  if (!isRecord(zones)) throw new PlatformError('parameter-invalid', 'zones are neither a name nor GeoJSON');
  const text = canonicalJson(zones as Json);
  const path = join(zonesFolder(workspace), `drawn-${hash('sha256', text).slice(0, 12)}.geojson`);
  if (await stat(path).catch(() => null)) return path;
  await mkdir(dirname(path), { recursive: true });
  await writeOutputFile(path, ({ handle }) => handle.writeFile(text));
  return path;
}
