import type {
  PipelineSummary,
  RunDetails,
  RunList,
  RunPlanSummary,
  RunSummary,
  ScheduleSummary,
} from '../../../pipelines/core/wire-runs.ts';
import { getFile, getJson, isRecord, postJson, ApiError } from '../api.ts';
import { access, noteRefusal } from '../state/token.ts';

export interface RunQuestion {
  readonly pipeline: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly priority: number;
}

export async function getPipelines(_key: string, signal: AbortSignal): Promise<readonly PipelineSummary[]> {
  return list<PipelineSummary>(await getJson('pipelines', { signal }), 'pipelines');
}

export async function getRuns(limit: number, signal: AbortSignal): Promise<RunList> {
  const body = await getJson(`runs?limit=${limit}`, { signal });
  return { runs: list<RunSummary>(body, 'runs'), links: list<RunList['links'][number]>(body, 'links') };
}

export async function getRun(id: string, signal: AbortSignal): Promise<RunDetails> {
  const body = await getJson(`runs/${encodeURIComponent(id)}`, { signal });
  if (!isRecord(body) || typeof body['state'] !== 'string') throw strange();
  return body as unknown as RunDetails;
}

export async function getSchedules(_key: string, signal: AbortSignal): Promise<readonly ScheduleSummary[]> {
  return list<ScheduleSummary>(await getJson('schedules', { signal }), 'schedules');
}

export async function estimateRun(question: RunQuestion): Promise<RunPlanSummary> {
  return (await write('runs', { ...question, dryRun: true })) as RunPlanSummary;
}

export async function startRun(question: RunQuestion): Promise<RunSummary> {
  return (await write('runs', question)) as RunSummary;
}

export async function cancelRun(id: string): Promise<void> {
  await write(`runs/${encodeURIComponent(id)}/cancel`, {});
}

export async function getProductFile(path: string): Promise<Blob> {
  return asOperator((token) => getFile(path, { token }));
}

function write(path: string, body: unknown): Promise<unknown> {
  return asOperator((token) => postJson(path, body, { token }));
}

/** Asks for another token where the one that there is was refused. */
async function asOperator<T>(ask: (token: string | null) => Promise<T>): Promise<T> {
  try {
    return await ask(access.get().token);
  } catch (error) {
    noteRefusal(error);
    throw error;
  }
}

function list<T>(body: unknown, name: string): readonly T[] {
  const found = isRecord(body) ? body[name] : null;
  if (!Array.isArray(found)) throw strange();
  return found as readonly T[];
}

function strange(): ApiError {
  return new ApiError('The answer has an unknown shape.', 200, null);
}
