/** What comes in, and what that starts. */
import type { Database } from '../../pipelines/database/database.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import type { IngestControls, IngestRequest, IngestResult } from '../../pipelines/runs/ingest.ts';
import { isPlatformError } from '../../pipelines/core/errors.ts';

/** Results of `ingest`; a scene that was added starts the runs that wait for such a one, and a note says so. */
export async function* ingestAndStart(
  database: Database,
  service: RunService,
  request: IngestRequest,
  controls: IngestControls,
): AsyncGenerator<IngestResult> {
  for await (const result of ingest(database, request, controls)) {
    if (result.kind !== 'scene' || result.status !== 'added' || result.id === null) {
      yield result;
      continue;
    }
    yield { ...result, notes: [...result.notes, ...(await startRuns(service, result.id))] };
  }
}

async function startRuns(service: RunService, scene: string): Promise<string[]> {
  try {
    const runs = await service.sceneAdded(scene);
    return runs.map(({ id, pipeline }) => `it started the run ${id} of ${pipeline}`);
  } catch (error) {
    // The scene is in the catalogue all the same
    if (isPlatformError(error)) return [`a run that it should have started could not be planned: ${error.message}`];
    throw error;
  }
}
