import { useEffect } from 'react';
import type { MapAreas } from '../state/session.ts';
import { session } from '../state/session.ts';

/** Lays areas on the map for as long as the component is there. */
export function useMapAreas(areas: MapAreas | null): void {
  useEffect(() => session.set({ areas }), [areas]);
  useEffect(() => () => session.set({ areas: null }), []);
}
