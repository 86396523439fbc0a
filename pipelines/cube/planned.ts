/** What flows between the nodes of a graph while it is planned. */
import { isRecord } from '../graph/graph.ts';
import type { ZoneValues } from './cube-process.ts';
import type { Cube } from './cube.ts';

export function isCube(value: unknown): value is Cube {
  return isRecord(value) && 'axes' in value && 'planes' in value;
}

export function isZoneValues(value: unknown): value is ZoneValues {
  return isRecord(value) && value['kind'] === 'zone-values';
}
