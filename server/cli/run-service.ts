/** The run service of a command that holds the database itself. */
import type { Database } from '../../pipelines/database/database.ts';
import type { DriveEvent } from '../../pipelines/queue/drive-run.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import type { CliContext } from './command.ts';

export function openService(
  { config, runner, note }: CliContext,
  database: Database,
  onEvent?: (event: DriveEvent) => void,
): Promise<RunService> {
  const { database: url, workspace, memoryBytes, threads } = config;
  return openRunService({
    database,
    url,
    workspace,
    memoryBytes,
    threads,
    startRunner: runner,
    onFault: (error) => note(error instanceof Error ? error.message : String(error)),
    ...(onEvent && { onEvent }),
  });
}

export async function* withRunService<T>(
  context: CliContext,
  database: Database,
  use: (service: RunService) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const service = await openService(context, database);
  try {
    yield* use(service);
  } finally {
    await service.close();
  }
}
