/** The run service of a command that holds the database itself. */
import type { Database } from '../../pipelines/database/database.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import type { CliContext } from './command.ts';

export async function* withRunService<T>(
  { config, runner, note }: CliContext,
  database: Database,
  use: (service: RunService) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const { database: url, workspace, memoryBytes, threads } = config;
  const onFault = (error: unknown) => note(error instanceof Error ? error.message : String(error));
  const service = await openRunService({
    database,
    url,
    workspace,
    memoryBytes,
    threads,
    startRunner: runner,
    onFault,
  });
  try {
    yield* use(service);
  } finally {
    await service.close();
  }
}
