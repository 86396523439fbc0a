import type { Database } from '../../../pipelines/database/database.ts';
import { ensureSampleRules } from '../../services/sample-rules.ts';
import { fillSampleStations } from '../../services/sample-stations.ts';
import { ensureSampleWorkspace } from '../../services/sample-workspace.ts';
import { buildWeb, isWebBuilt } from '../../web-build.ts';
import type { Action, CommandModule } from '../command.ts';
import { defineAddress, startConfigured, stopped } from '../serving.ts';

/** Builds what is missing, then serves. The port is taken first: a second start must not work for nothing. */
const run: Action = async (context) => {
  const { config, print, json, printJson, signal, note, progress, runner } = context;
  const { workspace } = config;
  let ready = false;
  const stopping = new AbortController();
  let filling: Promise<void> = Promise.resolve();
  const server = await startConfigured(context, () => ready);
  try {
    if (!isWebBuilt()) {
      progress.stage('Building the web application');
      await buildWeb();
    }
    await ensureSampleWorkspace({ workspace, database: server.database, runner, progress, signal });
    progress.done();
    ready = true;
    if (json) printJson({ address: server.address });
    else print(`The map is ready on ${server.address}  (Ctrl-C stops it; everything is kept in ${workspace})`);
    filling = fillSample(await server.database(), stopping.signal).catch((error: unknown) =>
      note(`The history of the simulated stations is not complete: ${String(error)}`),
    );
    await stopped(signal);
    note('Stopping; answering what is in flight');
  } finally {
    stopping.abort();
    await filling;
    await server.stop();
  }
};

/** Rules look at values in the order of time: they come when the history is there. */
async function fillSample(database: Database, signal: AbortSignal): Promise<void> {
  await fillSampleStations(database, signal);
  if (!signal.aborted) await ensureSampleRules(database);
}

export const command: CommandModule = {
  define(command) {
    defineAddress(command).addHelpText('after', '\nExample:\n  landmeter start --port 9000');
  },
  run,
};
