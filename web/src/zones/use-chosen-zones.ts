import { useCallback, useMemo } from 'react';
import type { ZoneFeature } from '../../../pipelines/core/wire-catalogue.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useRemote } from '../state/use-remote.ts';
import { getZoneFeatures } from './zones-api.ts';

const NONE: readonly ZoneFeature[] = [];
/** About a metre: they are few, and drawn over the others. */
const TOLERANCE_DEGREES = 0.00001;

/** By set and id: zones that were fetched once. */
const known = new Map<string, ZoneFeature>();

/** The zones that are compared, in the order in which they were chosen; wherever the map looks. */
export function useChosenZones(set: string | null): readonly ZoneFeature[] {
  const ids = useStore(shown, (s) => s.zones.ids);
  const missing = set === null ? [] : ids.filter((id) => !known.has(`${set}/${id}`));
  const load = useCallback(
    async (key: string, signal: AbortSignal) => {
      const wanted = JSON.parse(key) as string[];
      const question = { ids: wanted, limit: wanted.length, tolerance: TOLERANCE_DEGREES };
      const { features } = await getZoneFeatures(set!, question, signal);
      for (const feature of features) known.set(`${set}/${feature.id}`, feature);
      return features.length;
    },
    [set],
  );
  useRemote(missing.length > 0 ? JSON.stringify(missing) : null, load);
  const lacking = missing.length;
  return useMemo(
    () => (set === null || lacking === ids.length ? NONE : ids.flatMap((id) => known.get(`${set}/${id}`) ?? [])),
    [ids, lacking, set],
  );
}
