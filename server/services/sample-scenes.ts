/** The simulated scenes of the sample region in the catalogue, through the same door as any scene. */
import { join } from 'node:path';
import { readSample } from '../../data-samples/sample.ts';
import { findScenes } from '../../pipelines/catalog/scenes-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import type { RunProgress } from '../../pipelines/runs/progress.ts';

export interface SampleScenesOptions {
  readonly workspace: string;
  readonly database: Database;
  readonly progress: RunProgress;
  readonly signal: AbortSignal;
}

/** Scenes that are there already are not read again: every start asks. */
export async function ensureSampleScenes({
  workspace,
  database,
  progress,
  signal,
}: SampleScenesOptions): Promise<void> {
  const folder = join(workspace, 'sample');
  const scenes = (await readSample(folder))?.scenes ?? [];
  const found = await findScenes(
    database,
    scenes.map(({ id }) => id),
  );
  const known = new Set(found.map(({ id }) => id));
  const missing = scenes.filter(({ id }) => !known.has(id));
  if (missing.length === 0) return;
  progress.stage('Scenes into the catalogue', missing.length);
  const inputs = missing.map(({ item }) => join(folder, item));
  // One that is refused says so when it is ingested by hand; the map does without it.
  const results = ingest(database, { inputs, as: 'scenes' }, { signal });
  while (!(await results.next()).done) progress.advance();
}
