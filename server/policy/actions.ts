/** What a request is about to do, by its method and path, before any route sees it. */
import type { Action } from './decide.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The first line that fits counts. */
const RULES: readonly (readonly [method: RegExp, path: RegExp, action: Action])[] = [
  // A POST that only asks: what is asked does not fit into an address.
  [/^POST$/, /^\/raster\/[^/]+\/statistics\/?$/i, 'read'],
  [/^POST$/, /^\/stac\/(search|aggregate)\/?$/i, 'read'],
  [/^POST$/, /^\/(ogc\/)?collections\/[^/]+\/(search|position|area|cube)\/?$/i, 'read'],
  [/./, /^\/workspace(\/|$)/i, 'operate'],
  [/^GET$|^HEAD$/, /^\/products\/[^/]+\/file\/?$/i, 'details'],
  [/^POST$/, /^\/runs(\/[^/]+\/cancel)?\/?$/i, 'start'],
  [/^PATCH$/, /^\/alerts\/[^/]+\/?$/i, 'start'],
  [/^POST$/, /^\/alert-trials\/?$/i, 'start'],
  [/^POST$/, /^\/ogc\/processes\/[^/]+\/execution\/?$/i, 'start'],
  [/^DELETE$/, /^\/ogc\/jobs\/[^/]+\/?$/i, 'start'],
];

/** What no line names reads where its method does, and else changes something. */
export function actionOf(method: string, path: string): Action {
  const rule = RULES.find(([methods, paths]) => methods.test(method) && paths.test(path));
  return rule?.[2] ?? (READS.has(method) ? 'read' : 'change');
}
