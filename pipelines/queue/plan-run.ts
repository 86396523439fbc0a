/**
 * From a graph whose parameters are bound to a plan: files found, products named, cost estimated. Whoever asks (command
 * line, schedule, API), the plan is the same.
 */
import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { LAYER_ID } from '../catalog/layer.ts';
import { PlatformError } from '../core/errors.ts';
import { canonicalJson } from '../core/passport/canonical.ts';
import type { Json } from '../core/passport/passport.ts';
import type { Database } from '../database/database.ts';
import { isNodeReference, isRecord } from '../graph/graph.ts';
import type { ProcessGraph, ProcessNode } from '../graph/graph.ts';
import { stampOf } from '../passport/identify.ts';
import { isAddress } from '../passport/place.ts';
import type { ProcessName } from '../runs/processes.ts';
import { processOf } from '../runs/processes.ts';
import { parseRequest } from '../runs/requests.ts';
import type { Planned, PlanRun } from './drive-run.ts';
import { estimateSteps } from './estimate.ts';
import { endingOf, fileProcessOf } from './file-processes.ts';
import { inOrder } from './graph-order.ts';
import { planCubes } from './plan-cube.ts';
import type { LayerWords, PlannedInput, RunStep } from './run-record.ts';

export interface PlannerOptions {
  readonly database: Database;
  readonly workspace: string;
  readonly threads: number;
  readonly memoryBytes?: number;
}

/** Beside a graph's parameters: where relative paths start, for the process that plans may stand in another folder. */
export interface RunParameters {
  readonly base?: string;
  readonly values?: Json;
}

/** A graph in hand, while its nodes become steps. */
interface Planning {
  readonly graph: ProcessGraph;
  readonly base: string;
  readonly folder: string;
  readonly prefix: string;
  readonly steps: RunStep[];
  /** The file that a node makes. */
  readonly outputs: Map<string, string>;
}

export function createPlanner(options: PlannerOptions): PlanRun {
  const { workspace } = options;
  return async ({ pipeline, graph, parameters }): Promise<Planned> => {
    const bound = graph as unknown as ProcessGraph;
    const { base = process.cwd() } = (isRecord(parameters) ? parameters : {}) as RunParameters;
    const digest = hash('sha256', canonicalJson(graph)).slice(0, 8);
    const planning: Planning = {
      graph: bound,
      base,
      folder: join(workspace, 'products'),
      prefix: `${slug(pipeline)}-${digest}`,
      steps: [],
      outputs: new Map(),
    };
    const outputFor = (id: string, asked: unknown, ending: string) => outputOf(planning, id, asked, ending);
    const cubes = await planCubes(bound, { queries: options.database, workspace, base, outputOf: outputFor });
    planning.steps.push(...cubes.steps);
    for (const [id, output] of cubes.outputs) planning.outputs.set(id, output);
    for (const [id, node] of inOrder(bound)) {
      const name = fileProcessOf(node.process_id);
      if (name) planFile(planning, id, node, name);
    }
    if (planning.steps.length === 0)
      throw new PlatformError(
        'parameter-invalid',
        `${pipeline} makes nothing: none of its nodes saves a result (save_result, lm_archive, lm_zone_series, lm_file_…)`,
      );
    const made = new Set(planning.steps.map(({ output }) => output));
    const inputs = await findInputs(planning.steps, made);
    const estimate = await estimateSteps(planning.steps, options);
    return { plan: { inputs, steps: planning.steps, notes: cubes.notes }, estimate };
  };
}

/** Arguments that are of the step, not of the request. */
const STEP_WORDS = new Set(['output', 'title', 'layer']);

function planFile(planning: Planning, id: string, node: ProcessNode, name: ProcessName): void {
  const { base, outputs, steps } = planning;
  const title = typeof node.arguments['title'] === 'string' ? node.arguments['title'] : (node.description ?? id);
  const output = outputOf(planning, id, node.arguments['output'], endingOf(name));
  const words = Object.entries(node.arguments).filter(([argument]) => !STEP_WORDS.has(argument));
  const resolved = Object.fromEntries(words.map(([argument, value]) => [argument, resolveReferences(planning, value)]));
  const request = parseRequest(name, resolved, output, `The node ${id}`);
  const placed = processOf(name).mapPaths(request, (path) => (isAddress(path) ? path : resolve(base, path)));
  const { output: _, ...rest } = placed as object as { output: string };
  const layer = layerOf(id, node.arguments['layer'], title);
  steps.push({ id, process: name, request: toPlain(rest), output, title, ...(layer && { layer }) });
  outputs.set(id, output);
}

function resolveReferences({ outputs }: Planning, value: unknown): unknown {
  if (isNodeReference(value)) {
    const output = outputs.get(value.from_node);
    if (output !== undefined) return output;
    throw new PlatformError(
      'parameter-invalid',
      `The node ${value.from_node} makes no file that another one could read; save it first`,
    );
  }
  if (Array.isArray(value)) return value.map((member) => resolveReferences({ outputs } as Planning, member));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, resolveReferences({ outputs } as Planning, member)]),
  );
}

/** Undefined members have no place in a plan. */
function toPlain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** In the workspace's folder of products, unless the graph names another place. */
export function outputOf(
  { base, folder, prefix }: Pick<Planning, 'base' | 'folder' | 'prefix'>,
  id: string,
  asked: unknown,
  ending: string,
): string {
  if (typeof asked !== 'string') return join(folder, `${prefix}-${slug(id)}${ending}`);
  if (isAbsolute(asked)) return asked;
  return /[\\/]/.test(asked) ? resolve(base, asked) : join(folder, asked);
}

export function slug(text: string): string {
  return (
    text
      .replace(/^.*[\\/]/, '')
      .replace(/\.(json|ya?ml)$/i, '')
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'pipeline'
  );
}

function layerOf(id: string, asked: unknown, title: string): LayerWords | null {
  if (!isRecord(asked)) return null;
  const text = (name: string, fallback: string) =>
    typeof asked[name] === 'string' ? (asked[name] as string) : fallback;
  const layer = text('id', slug(id));
  if (!LAYER_ID.test(layer))
    throw new PlatformError(
      'parameter-invalid',
      `The layer's id "${layer}" of node ${id} is no word of letters, digits, - and _`,
    );
  const range = asked['range'];
  return {
    id: layer,
    title: text('title', title),
    description: text('description', ''),
    theme: text('theme', 'vegetation'),
    colormap: typeof asked['colormap'] === 'string' ? asked['colormap'] : null,
    range: Array.isArray(range) && range.length === 2 ? [Number(range[0]), Number(range[1])] : null,
    datetime: typeof asked['datetime'] === 'string' ? asked['datetime'] : null,
    attribution: text('attribution', ''),
  };
}

/** Files that the run reads and does not make itself. */
async function findInputs(steps: readonly RunStep[], made: ReadonlySet<string>): Promise<PlannedInput[]> {
  const paths = new Set<string>();
  for (const { process: name, request, output } of steps)
    processOf(name).mapPaths(parseRequest(name, request, output, 'The plan'), (path) => {
      if (!made.has(path)) paths.add(path);
      return path;
    });
  const inputs: PlannedInput[] = [];
  for (const path of [...paths].toSorted()) {
    const file = path.replace(/#[^#/]*$/, '').replace(/!\/.*$/s, '');
    const stats = isAddress(path) ? null : await stat(file).catch(() => null);
    if (!isAddress(path) && !stats) throw new PlatformError('not-found', `There is no ${file}; check the name`);
    inputs.push({ path, bytes: stats?.size ?? null, sha256: null, stamp: await stampOf(file) });
  }
  return inputs;
}
