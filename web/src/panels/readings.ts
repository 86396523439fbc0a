import { useMemo } from 'react';
import type { LayerSummary } from '../../../pipelines/core/wire.ts';
import { decimalsOf, formatValue } from '../i18n/format.ts';
import type { Language } from '../i18n/language.ts';
import type { ValueFrame } from '../map/value-tiles.ts';
import { useValues } from '../map/values.ts';
import { session } from '../state/session.ts';
import type { LonLat } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useActiveLayers } from './use-active-layers.ts';

export interface Reading {
  readonly layer: LayerSummary;
  readonly frame: ValueFrame | undefined;
  /** null: no value there; undefined: not known yet. */
  readonly value: number | null | undefined;
}

const NO_READINGS: readonly Reading[] = [];

/** The value of every visible layer of values at a place, out of the tiles that are drawn; topmost first. */
export function useReadings(place: LonLat | null): readonly Reading[] {
  const values = useValues();
  const active = useActiveLayers();
  const datetime = useStore(shown, (s) => s.datetime);
  const zoom = useStore(shown, (s) => s.view?.zoom ?? 0);
  const revision = useStore(session, (s) => s.tilesRevision);
  return useMemo(() => {
    if (!place || revision < 0) return NO_READINGS;
    return active
      .filter(({ summary }) => summary.kind === 'value')
      .map(({ summary }) => ({
        layer: summary,
        frame: values.frameOf(summary, datetime),
        value: values.peek(summary, datetime, place, zoom),
      }));
  }, [active, datetime, place, revision, values, zoom]);
}

export function formatReading({ layer, frame, value }: Reading, language: Language, noValue: string): string {
  if (value === undefined || !frame) return '…';
  return value === null ? noValue : formatValue(value, decimalsOf(frame.tileJson), layer.unit, language);
}
