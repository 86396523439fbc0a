/** The processes on data cubes, for the validator and for planning. */
import type { ProcessDefinition } from '../../graph/define-process.ts';
import type { CubeProcess } from '../cube-process.ts';
import { CHANGES } from './change.ts';
import { CLOUDS } from './clouds.ts';
import { COMBINING } from './combine.ts';
import { FILTERS } from './filter.ts';
import { INDICES } from './indices.ts';
import { LABELS } from './labels.ts';
import { FILES } from './load-files.ts';
import { LOADING } from './load.ts';
import { NORMALS } from './normals.ts';
import { ALONG } from './reduce.ts';
import { SERIES } from './series.ts';
import { SINKS } from './sinks.ts';
import { SPACE } from './space.ts';
import { ZONES } from './zones.ts';

const ALL: readonly CubeProcess[] = [
  ...LOADING,
  ...FILES,
  ...FILTERS,
  ...LABELS,
  ...ALONG,
  ...SPACE,
  ...COMBINING,
  ...CLOUDS,
  ...INDICES,
  ...NORMALS,
  ...SERIES,
  ...CHANGES,
  ...ZONES,
  ...SINKS,
];

export const CUBE_PROCESSES: ReadonlyMap<string, CubeProcess> = new Map(
  ALL.map((process) => [process.definition.id, process]),
);

/** What a graph may name beside processes on values. */
export const CUBE_DEFINITIONS: readonly ProcessDefinition[] = ALL.map(({ definition }) => definition);

/** Processes whose result is made, not passed on: a graph needs one. */
export const SINK_IDS: ReadonlySet<string> = new Set(['save_result', 'lm_zone_series', 'lm_archive']);
