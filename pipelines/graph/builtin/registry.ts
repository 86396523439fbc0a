/** Pipelines that come with the platform: each a YAML file beside this list, written as a user would write it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const BUILTINS = [
  'ndvi-composite',
  'monthly-composites',
  'filled-months',
  'zone-series',
  'index-archive',
  'share-above',
  'anomaly-map',
  'trend-map',
  'phenology-map',
  'change',
] as const;

export type BuiltinName = (typeof BUILTINS)[number];

export function listBuiltins(): readonly BuiltinName[] {
  return BUILTINS;
}

export function isBuiltinName(name: string): name is BuiltinName {
  return (BUILTINS as readonly string[]).includes(name);
}

/** The text of one, for `parsePipeline`. */
export function readBuiltin(name: BuiltinName): Promise<string> {
  return readFile(join(import.meta.dirname, `${name}.yaml`), 'utf8');
}
