/** A process on data cubes: what it is called with, and what it makes of a cube while a graph is planned. */
import type { SceneRecord } from '../catalog/scene-record.ts';
import type { ProcessDefinition } from '../graph/define-process.ts';
import type { Value } from '../graph/value.ts';
import type { Arguments } from './arguments.ts';
import type { ProgramBuilder } from './builder.ts';
import type { Cube } from './cube.ts';
import type { SceneQuery } from './load-scenes.ts';
import type { CubeProduct } from './products.ts';

/** Where a graph finds what it names. */
export interface CubeContext {
  /** Scenes of a collection that meet a box and an interval, oldest first. */
  readonly findScenes: (collection: string, query: SceneQuery) => Promise<readonly SceneRecord[]>;
  /** A file of zones by the name of a set in the catalogue, or a path; absent: names are paths. */
  readonly findZones?: (name: string) => Promise<string>;
  readonly signal?: AbortSignal;
}

/** What the processes of one graph share while it is planned. */
export interface Planning {
  readonly builder: ProgramBuilder;
  readonly context: CubeContext;
  /** What a user should know; each sentence once. */
  readonly notes: Set<string>;
  readonly products: CubeProduct[];
  /** Of the process that is being planned. */
  readonly nodeId: string;
}

/** Statistics of zones that are not computed yet. */
export interface ZoneValues {
  readonly kind: 'zone-values';
  readonly cube: Cube;
  /** A path, or GeoJSON. */
  readonly zones: unknown;
  readonly statistics: string;
}

export type Planned = Cube | ZoneValues | Value;

export interface CubeProcess {
  readonly definition: ProcessDefinition;
  readonly plan: (args: Arguments, planning: Planning) => Planned | Promise<Planned>;
}

export function defineCubeProcess(
  definition: Omit<ProcessDefinition, 'evaluate' | 'compile'>,
  plan: CubeProcess['plan'],
): CubeProcess {
  return { definition, plan };
}
