import { createLog } from '../../http/log.ts';
import { startServer } from '../../serve.ts';
import { createRenderPool } from '../../services/raster/render-pool.ts';
import { ensureSampleWorkspace } from '../../services/sample-workspace.ts';
import { buildWeb, isWebBuilt, WEB_FOLDER } from '../../web-build.ts';
import type { Action, CommandModule } from '../command.ts';
import { stopped } from './serve.ts';

/** Builds what is missing, then serves. The port is taken first: a second start must not work for nothing. */
const run: Action = async ({ config, print, json, printJson, signal, note, progress, runner }) => {
  const { oidc, limits, workspace, host, port, threads, memoryBytes, remoteHosts } = config;
  let ready = false;
  const server = await startServer({
    workspace,
    host,
    port,
    web: WEB_FOLDER,
    database: config.database,
    log: createLog('warn'),
    runner,
    renderer: () => createRenderPool(workspace, threads, remoteHosts),
    remoteHosts,
    threads,
    memoryBytes,
    oidc,
    limits,
    ready: () => ready,
  });
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
    await stopped(signal);
    note('Stopping; answering what is in flight');
  } finally {
    await server.stop();
  }
};

export const command: CommandModule = {
  define(command) {
    command
      .option('--host <address>', 'address to serve on (LANDMETER_HOST)')
      .option('--port <n>', 'port to serve on (LANDMETER_PORT)')
      .addHelpText('after', '\nExample:\n  landmeter start --port 9000');
  },
  run,
};
