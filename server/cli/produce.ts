/** How every command makes its product: with a passport, with progress, and with what the user should know on stderr. */
import { join } from 'node:path';
import { produce as produceProduct } from '../../pipelines/runs/produce.ts';
import type { ProcessName, ProcessReport, ProcessRequest } from '../../pipelines/runs/processes.ts';
import type { CliContext } from './command.ts';

export async function produce<N extends ProcessName>(
  { signal, progress, config, runner, note }: CliContext,
  name: N,
  request: ProcessRequest<N>,
): Promise<ProcessReport<N>> {
  const { memoryBytes, askedBy, cache } = config;
  const coverageCache = cache === null ? {} : { coverageCache: join(cache, 'coverage') };
  const controls = { signal, progress, memoryBytes, askedBy, ...coverageCache };
  const report = await produceProduct(name, request, runner, controls);
  progress.done();
  for (const sentence of report.notes) note(sentence);
  return report;
}
