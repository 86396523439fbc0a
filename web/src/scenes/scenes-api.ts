import type { SceneDetails, SceneList } from '../../../pipelines/core/wire-catalogue.ts';
import { ApiError, getJson, isRecord } from '../api.ts';
import { access } from '../state/token.ts';

/** More than this is a table that nobody reads. */
const MOST = 2000;

export async function getScenes(_key: string, signal: AbortSignal): Promise<SceneList> {
  const body = await getJson(`scenes?limit=${MOST}`, { signal });
  if (!isRecord(body) || !Array.isArray(body['scenes']))
    throw new ApiError('The list of scenes has an unknown shape.', 200, null);
  return body as unknown as SceneList;
}

export async function getScene(id: string, signal: AbortSignal): Promise<SceneDetails> {
  const body = await getJson(`scenes/${encodeURIComponent(id)}`, { signal, token: access.get().token });
  if (!isRecord(body) || !Array.isArray(body['findings']))
    throw new ApiError('The scene has an unknown shape.', 200, null);
  return body as unknown as SceneDetails;
}
