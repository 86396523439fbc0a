import { useEffect, useState } from 'react';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { ZoneFeature } from '../../../pipelines/core/wire-catalogue.ts';
import { lonLatBoxOfView } from '../map/view-box.ts';
import { session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { getZoneFeatures } from './zones-api.ts';

/** More polygons than this are a grey sheet at any zoom. */
const MOST = 2000;
const WAIT_MS = 250;
/** Room around the view that is asked for with it, as a share of its width and height. */
const AROUND = 0.5;
/** Asked for again, finer, once the map shows this much more detail. */
const FINER = 2;

export interface ZonesInView {
  readonly features: readonly ZoneFeature[];
  readonly matched: number;
}

const NONE: ZonesInView = { features: [], matched: 0 };

interface Asked {
  readonly set: string;
  readonly box: LonLatBox;
  readonly tolerance: number;
  readonly isWhole: boolean;
}

/** The zones of a set that the map shows, as fine as it can show them; asked for again when the map has moved on. */
export function useZonesInView(set: string | null): readonly [ZonesInView, error: unknown] {
  const [zones, setZones] = useState(NONE);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    setZones(NONE);
    setError(null);
    if (set === null) return;
    let asked: Asked | null = null;
    let timer = 0;
    let controller = new AbortController();
    const ask = async () => {
      const view = lonLatBoxOfView();
      if (!view || (asked && serves(asked, view))) return;
      controller.abort();
      controller = new AbortController();
      const { signal } = controller;
      const question = { set, box: around(view), tolerance: pixelOf(view), isWhole: false };
      try {
        const found = await getZoneFeatures(
          set,
          { bbox: question.box, tolerance: question.tolerance, limit: MOST },
          signal,
        );
        asked = { ...question, isWhole: found.features.length === found.numberMatched };
        setZones({ features: found.features, matched: found.numberMatched });
        setError(null);
      } catch (fault) {
        if (!signal.aborted) setError(fault);
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void ask(), WAIT_MS);
    };
    void ask();
    const stop = shown.subscribe(soon);
    return () => {
      stop();
      clearTimeout(timer);
      controller.abort();
    };
  }, [set]);
  return [zones, error];
}

/** What was asked for holds all that the view needs. */
function serves({ box, tolerance, isWhole }: Asked, view: LonLatBox): boolean {
  const isInside = box[0] <= view[0] && box[1] <= view[1] && box[2] >= view[2] && box[3] >= view[3];
  const wider = (box[2] - box[0]) / (view[2] - view[0]);
  return isInside && pixelOf(view) > tolerance / FINER && (isWhole || wider < 1 + 3 * AROUND);
}

function around([west, south, east, north]: LonLatBox): LonLatBox {
  const [x, y] = [AROUND * (east - west), AROUND * (north - south)];
  return [Math.max(-180, west - x), Math.max(-90, south - y), Math.min(180, east + x), Math.min(90, north + y)];
}

/** Degrees of latitude to a pixel of the map. */
function pixelOf([, south, , north]: LonLatBox): number {
  return (north - south) / Math.max(1, session.get().mapSize.height);
}
