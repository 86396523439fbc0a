/** `$resultFormat=dataArray`: observations without names in every row (OGC 18-088, 11). */
import type { Row } from '../../../pipelines/database/database.ts';
import { ENTITY_TYPES } from './entities.ts';
import type { Shown } from './entity-json.ts';
import { valueOf } from './entity-json.ts';
import { entityAddress } from './site.ts';

export interface DataArray {
  readonly 'Datastream@iot.navigationLink': string;
  readonly components: readonly string[];
  readonly 'dataArray@iot.count': number;
  readonly dataArray: readonly (readonly unknown[])[];
}

/** A group for each Datastream, in the order in which they come; the rows of each in theirs. */
export function toDataArrays(rows: readonly Row[], { hasId, properties }: Shown, root: string): DataArray[] {
  const components = [...(hasId ? ['id'] : []), ...properties.map(([name]) => name)];
  const groups = new Map<number, unknown[][]>();
  for (const row of rows) {
    const datastream = row['datastream'] as number;
    const values = properties.map(([, property]) => valueOf(row, property));
    const group = groups.get(datastream) ?? [];
    if (group.length === 0) groups.set(datastream, group);
    group.push(hasId ? [row['id'], ...values] : values);
  }
  return [...groups].map(([datastream, dataArray]) => ({
    'Datastream@iot.navigationLink': entityAddress(root, ENTITY_TYPES.Datastream, datastream),
    components,
    'dataArray@iot.count': dataArray.length,
    dataArray,
  }));
}
