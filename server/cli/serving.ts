/** What the commands that serve have in common: the server after the settings, and waiting for its end. */
import type { Command } from 'commander';
import { createLog } from '../http/log.ts';
import { loadMqttSettings } from '../mqtt/load-settings.ts';
import { startServer } from '../serve.ts';
import type { RunningServer } from '../serve.ts';
import { createRenderPool } from '../services/raster/render-pool.ts';
import { WEB_FOLDER } from '../web-build.ts';
import type { CliContext } from './command.ts';

export function defineAddress(command: Command): Command {
  return command
    .option('--host <address>', 'address to serve on (LANDMETER_HOST)')
    .option('--port <n>', 'port to serve on (LANDMETER_PORT)')
    .option('--mqtt <url>', 'broker whose readings are taken, such as mqtt://localhost:1883 (LANDMETER_MQTT_URL)');
}

/** @param ready  Whether what is served is complete; default: always. @throws {PlatformError} as `startServer` */
export async function startConfigured({ config, runner }: CliContext, ready?: () => boolean): Promise<RunningServer> {
  const {
    oidc,
    limits,
    telemetry,
    contact,
    sending,
    workspace,
    host,
    port,
    threads,
    memoryBytes,
    remoteHosts,
    database,
    mqtt,
  } = config;
  return startServer({
    workspace,
    host,
    port,
    web: WEB_FOLDER,
    database,
    log: createLog('warn'),
    runner,
    renderer: () => createRenderPool(workspace, threads, remoteHosts),
    remoteHosts,
    threads,
    memoryBytes,
    oidc,
    limits,
    telemetry,
    contact,
    sending,
    mqtt: mqtt && { url: mqtt.url, settings: await loadMqttSettings(mqtt.subscriptions, workspace) },
    ...(ready && { ready }),
  });
}

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
