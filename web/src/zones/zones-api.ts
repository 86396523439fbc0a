import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { ZoneFeatures, ZoneSeriesValues, ZoneSetList } from '../../../pipelines/core/wire-catalogue.ts';
import { ApiError, getJson, isRecord } from '../api.ts';

export async function getZoneSets(_key: string, signal: AbortSignal): Promise<ZoneSetList> {
  const body = await getJson('zones', { signal });
  if (!isRecord(body) || !Array.isArray(body['sets'])) throw strange();
  return body as unknown as ZoneSetList;
}

export interface FeatureQuestion {
  readonly bbox?: LonLatBox;
  readonly words?: string;
  readonly ids?: readonly string[];
  readonly limit: number;
  /** Degrees. */
  readonly tolerance: number;
}

export async function getZoneFeatures(
  set: string,
  { bbox, words, ids = [], limit, tolerance }: FeatureQuestion,
  signal: AbortSignal,
): Promise<ZoneFeatures> {
  const query = new URLSearchParams({ limit: String(limit), tolerance: tolerance.toFixed(8) });
  if (bbox) query.set('bbox', bbox.map((degrees) => degrees.toFixed(5)).join());
  if (words) query.set('q', words);
  for (const id of ids) query.append('zone', id);
  const body = await getJson(`zones/${encodeURIComponent(set)}/features?${query.toString()}`, { signal });
  if (!isRecord(body) || !Array.isArray(body['features'])) throw strange();
  return body as unknown as ZoneFeatures;
}

export async function getZoneSeries(
  set: string,
  name: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ZoneSeriesValues> {
  const query = new URLSearchParams(ids.map((id) => ['zone', id]));
  const path = `zones/${encodeURIComponent(set)}/series/${encodeURIComponent(name)}?${query.toString()}`;
  const body = await getJson(path, { signal });
  if (!isRecord(body) || !Array.isArray(body['zones'])) throw strange();
  return body as unknown as ZoneSeriesValues;
}

function strange(): ApiError {
  return new ApiError('The answer has an unknown shape.', 200, null);
}
