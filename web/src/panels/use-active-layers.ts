import { useMemo } from 'react';
import type { LayerFrame, LayerSummary } from '../../../pipelines/core/wire.ts';
import type { ActiveLayer } from '../map/paint.ts';
import { activeLayers } from '../map/paint.ts';
import { layersOf, session } from '../state/session.ts';
import { datesOf, frameAt, shown } from '../state/shown.ts';
import type { TimelineDate } from '../state/shown.ts';
import { useStore } from '../state/store.ts';

export interface ShownActiveLayer extends ActiveLayer {
  readonly frame: LayerFrame | null;
}

/** What is on the map, topmost first, each with the frame that it shows. */
export function useActiveLayers(): readonly ShownActiveLayer[] {
  const layers = useStore(session, layersOf);
  const styles = useStore(shown, (s) => s.layers);
  const datetime = useStore(shown, (s) => s.datetime);
  return useMemo(
    () => activeLayers(layers, styles).map((active) => ({ ...active, frame: frameAt(active.summary, datetime) })),
    [layers, styles, datetime],
  );
}

export interface TimelineState {
  readonly dates: readonly TimelineDate[];
  /** Place of the date that is shown; -1 for a timeline without dates. */
  readonly index: number;
}

/** The dates of what is on the map, and the one that its topmost layer with time shows. */
export function timelineOf(active: readonly ShownActiveLayer[]): TimelineState {
  const timed: LayerSummary[] = active.map(({ summary }) => summary).filter(({ frames }) => frames[0]?.datetime);
  const dates = datesOf(timed);
  const now = active.find(({ frame }) => frame?.datetime)?.frame?.datetime;
  return { dates, index: dates.findIndex(({ datetime }) => now && Date.parse(datetime) === Date.parse(now)) };
}

/** Shows the scene `by` places later; stays where there is none. */
export function stepDate({ dates, index }: TimelineState, by: number): void {
  const date = dates[index + by];
  if (date) shown.set({ datetime: date.datetime });
}
