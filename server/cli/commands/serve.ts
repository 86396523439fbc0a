import { WEB_FOLDER } from '../../web-build.ts';
import { createLog } from '../../http/log.ts';
import { startServer } from '../../serve.ts';
import { createRenderPool } from '../../services/raster/render-pool.ts';
import type { Action, CommandModule } from '../command.ts';

const run: Action = async ({ config, print, json, printJson, signal, note, runner }) => {
  const { oidc, limits, workspace, host, port, threads, memoryBytes, remoteHosts } = config;
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
  });
  if (json) printJson({ address: server.address });
  else print(`Landmeter serves ${workspace} on ${server.address}`);
  await stopped(signal);
  note('Stopping; answering what is in flight');
  await server.stop();
};

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

export const command: CommandModule = {
  define(command) {
    command
      .option('--host <address>', 'address to serve on (LANDMETER_HOST)')
      .option('--port <n>', 'port to serve on (LANDMETER_PORT)')
      .addHelpText('after', '\nExample:\n  landmeter serve --workspace ./workspace --port 8080');
  },
  run,
};
