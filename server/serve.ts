/** A running server: listening, and stopping without cutting off what is in flight. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { PlatformError } from '../pipelines/core/errors.ts';
import type { Database } from '../pipelines/database/database.ts';
import { createApp } from './app.ts';
import { ensureOperatorToken, readOperatorToken } from './http/auth.ts';
import type { Log } from './http/log.ts';
import type { Contact } from './openapi/contact.ts';
import { describeApi } from './openapi/document.ts';
import { SILENT } from './telemetry/settings.ts';
import type { TelemetrySettings } from './telemetry/settings.ts';
import { createTelemetry } from './telemetry/telemetry.ts';
import { createAuditLog } from './policy/audit.ts';
import { createIdentityVerifier } from './policy/oidc.ts';
import type { MqttSettings } from './mqtt/subscriptions.ts';
import { createPolicy } from './policy/policy.ts';
import type { Limits, OidcSettings } from './policy/settings.ts';
import { createArchives } from './services/archives.ts';
import { createServedDatabase } from './services/database.ts';
import { maintainSensors } from './services/sensor-maintenance.ts';
import { createServedMqtt } from './services/served-mqtt.ts';
import { createLive } from './services/live.ts';
import { createRasterService } from './services/raster/service.ts';
import { createServedAlerts } from './services/served-alerts.ts';
import { SENDS_NOTHING } from './services/sending.ts';
import type { Sending } from './services/sending.ts';
import { createServedRuns } from './services/served-runs.ts';
import { createVectorTiles } from './services/vector-tiles/service.ts';
import type { TaskRunner } from '../pipelines/runner.ts';

export interface ServeOptions {
  readonly workspace: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly web: string;
  /** `postgres://…`; default: embedded in the workspace. */
  readonly database?: string | null;
  readonly log: Log;
  /** Gives the pool of threads on which runs are worked on. */
  readonly runner: () => Promise<TaskRunner>;
  /** Gives the threads that draw pictures on demand, which this server ends; default: those of the runs. */
  readonly renderer?: () => TaskRunner;
  /** Servers whose rasters are drawn; default: none. */
  readonly remoteHosts?: readonly string[];
  readonly threads: number;
  /** Ceiling for runs, in bytes; default: none. */
  readonly memoryBytes?: number;
  /** Identity provider whose tokens are good here; default: none. */
  readonly oidc?: OidcSettings | null;
  /** Default: none. */
  readonly limits?: Limits;
  /** Default: no traces and no log of requests. */
  readonly telemetry?: TelemetrySettings;
  /** Whom to ask; default: nobody is named. */
  readonly contact?: Contact | null;
  /** Broker whose readings are taken; default: none. */
  readonly mqtt?: { readonly url: string; readonly settings: MqttSettings } | null;
  /** Where alerts may be sent, and how; default: nowhere. */
  readonly sending?: Sending;
  /** Whether what is served is complete; default: always. `/readyz` tells. */
  readonly ready?: () => boolean;
}

export interface RunningServer {
  readonly address: string;
  /** The workspace's database, which this server holds. */
  readonly database: () => Promise<Database>;
  /** Answers what is in flight (for at most `graceMs`), then ends. */
  stop(graceMs?: number): Promise<void>;
}

/** A request's head must be complete within this time, and the whole of it within the next: slow clients end there. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** A connection on which nothing moves, in either direction, is closed. */
const IDLE_TIMEOUT_MS = 90_000;
const KEEP_ALIVE_MS = 30_000;

/** @throws {PlatformError} `not-writable` where the port is taken, `forbidden` where the address is open to others without a token. */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { workspace, host, port, web, log, database: url = null, ready = () => true } = options;
  const operatorToken = isLoopback(host) ? await ensureOperatorToken(workspace) : await readOperatorToken(workspace);
  const { oidc = null, limits = { perMinute: 0, perDay: 0 } } = options;
  if (!operatorToken && !oidc)
    throw new PlatformError(
      'forbidden',
      `Serving on ${host} would let others in without a token; start once on 127.0.0.1, which makes ${workspace}/operator.token, or set LANDMETER_OIDC_ISSUER`,
    );
  const archives = createArchives(workspace);
  let address = '';
  const database = createServedDatabase({ workspace, url, address: () => address, log });
  const { threads, memoryBytes } = options;
  const telemetry = createTelemetry({
    settings: options.telemetry ?? SILENT,
    routes: () => Object.keys(describeApi().paths),
    log,
  });
  let working: Promise<TaskRunner> | null = null;
  const runner = () => (working ??= options.runner().then((one) => telemetry.observeRunner('runs', one)));
  const runs = createServedRuns({ workspace, url, database, runner, threads, memoryBytes, log });
  let ownRenderer: Promise<TaskRunner> | null = null;
  const sending = { ...(options.sending ?? SENDS_NOTHING), base: () => address || null };
  const alerts = createServedAlerts({ ...sending, database, runs, log });
  const { renderer } = options;
  const drawing = () =>
    renderer ? (ownRenderer ??= Promise.resolve(telemetry.observeRunner('pictures', renderer()))) : runner();
  const raster = createRasterService(database, drawing);
  const vectorTiles = createVectorTiles({ workspace, database, runner: drawing });
  const verifyIdentity = oidc && createIdentityVerifier(oidc);
  const policy = createPolicy({ database, operatorToken, verifyIdentity, log });
  const audit = createAuditLog(workspace, log);
  // What a run reads is looked up before anybody is told of it.
  const judged: typeof runs = {
    ...runs,
    listen: (listener) =>
      runs.listen(
        (event) =>
          void policy.settle(event.run).then(
            () => listener(event),
            () => {},
          ),
      ),
  };
  const mqtt = createServedMqtt({
    ...(options.mqtt ?? null),
    workspace,
    database,
    log,
    isOpen: (network) => policy.guardOf('sensors', network).level === 'open',
  });
  const live = createLive({ database, runs: judged, alerts, levels: policy, log });
  let stopping = false;
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
      noDelay: true,
    },
    telemetry.observeRequests(
      createApp({
        workspace,
        archives,
        database,
        runs,
        alerts,
        live,
        mqtt,
        raster,
        vectorTiles,
        remoteHosts: options.remoteHosts ?? [],
        health: { ready: () => !stopping && ready() },
        policy,
        audit,
        limits,
        web,
        log,
        metrics: telemetry.metrics,
        contact: options.contact ?? null,
      }),
    ),
  );
  server.setTimeout(IDLE_TIMEOUT_MS, (socket) => socket.destroy());
  server.on('clientError', (_error, socket) =>
    socket.writable ? socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n') : socket.destroy(),
  );
  await listen(server, host, port);
  const bound = server.address();
  const actual = typeof bound === 'object' && bound ? bound.port : port;
  address = `http://${host.includes(':') ? `[${host}]` : host}:${actual}/`;
  database.watch();
  runs.watch();
  const stopMaintaining = maintainSensors(database, log);
  alerts.watch();
  live.watch();
  mqtt.watch();
  return {
    address,
    database: () => database.open(),
    async stop(graceMs = 10_000) {
      stopping = true;
      live.close();
      await mqtt.close();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(late);
      policy.close();
      await audit.close();
      await archives.close();
      await vectorTiles.close();
      await alerts.close();
      await stopMaintaining();
      await runs.close();
      await (await ownRenderer)?.close();
      await telemetry.close();
      await database.close();
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(listenError(error, host, port)));
    server.listen(port, host, () => done());
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): PlatformError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program; choose another with --port`,
    EACCES: `Port ${port} needs rights that you do not have; choose one above 1023 with --port`,
    EADDRNOTAVAIL: `This machine has no address ${host}; choose another with --host`,
    ENOTFOUND: `There is no host named ${host}`,
  };
  return new PlatformError(
    'unavailable',
    reasons[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}`,
    { cause: error },
  );
}
