/** A product with its passport: what the command line and schedules call. */
import { toJson } from '../core/passport/canonical.ts';
import { createRecorder } from '../passport/recorder.ts';
import type { PassportRecorder } from '../passport/recorder.ts';
import type { ProcessName, ProcessReport, ProcessRequest, StartRunner } from './processes.ts';
import { processOf } from './processes.ts';
import type { RunControls } from './progress.ts';
import { spareInputs } from './spare-inputs.ts';

export interface ProduceOptions extends Omit<RunControls, 'passport'> {
  /** For the passport. */
  readonly askedBy?: string | undefined;
}

/**
 * Carries out a request and gives the product its passport: `<output>.passport.json`, or inside an archive.
 * @throws {PlatformError} as the run does; `usage` where the output is an input; `not-readable` where an input changed
 *   meanwhile; `disk-full` and `not-writable` also for the passport, and nothing is left then
 */
export async function produce<N extends ProcessName>(
  name: N,
  request: ProcessRequest<N>,
  startRunner: StartRunner,
  { askedBy, ...controls }: ProduceOptions = {},
): Promise<ProcessReport<N>> {
  const { run, mapPaths } = processOf(name);
  const passport = createRecorder({
    process: name,
    request: (place) => {
      const { output: _, ...words } = mapPaths(request, place);
      return toJson(words);
    },
    output: request.output,
    askedBy,
    signal: controls.signal,
  });
  try {
    const spared: PassportRecorder = {
      ...passport,
      begin(facts, runner) {
        spareInputs(
          facts.inputs.map(({ path }) => path),
          request.output,
        );
        passport.begin(facts, runner);
      },
    };
    const report = await run(request, startRunner, { ...controls, passport: spared });
    await passport.commit();
    return report;
  } catch (error) {
    await passport.discard();
    throw error;
  }
}
