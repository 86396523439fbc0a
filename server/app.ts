/** The server's table of contents: middleware and routes in order. */
import type { RequestListener } from 'node:http';
import compression from 'compression';
import express from 'express';
import { PlatformError } from '../pipelines/core/errors.ts';
import { openToOtherOrigins, securityHeaders, setCommonHeaders } from './http/headers.ts';
import type { Log } from './http/log.ts';
import { notFound, problemHandler, sendProblem } from './http/problem.ts';
import { observationRoutes } from './routes/observations.ts';
import { ogcRoutes } from './ogc/routes.ts';
import { describeApi } from './openapi/document.ts';
import type { Contact } from './openapi/contact.ts';
import { passArchive } from './policy/access.ts';
import type { AuditLog } from './policy/audit.ts';
import { gate } from './policy/gate.ts';
import { guardRaster } from './policy/guard-raster.ts';
import { limitRequests } from './policy/limits.ts';
import type { Policy } from './policy/policy.ts';
import type { Limits } from './policy/settings.ts';
import { alertRoutes } from './routes/alerts.ts';
import { archiveRoutes } from './routes/archives.ts';
import { assetRoutes } from './routes/assets.ts';
import { backupRoutes } from './routes/backup.ts';
import { docsRoutes } from './routes/docs.ts';
import { feedRoutes } from './routes/feeds.ts';
import { healthRoutes } from './routes/health.ts';
import type { Health } from './routes/health.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { layerRoutes } from './routes/layers.ts';
import { liveRoutes } from './routes/live.ts';
import { rasterRoutes } from './routes/raster.ts';
import { runRoutes } from './routes/runs.ts';
import { sceneRoutes } from './routes/scenes.ts';
import { stationRoutes } from './routes/stations.ts';
import { createTileHandler } from './routes/tiles.ts';
import { vectorBaseRoutes } from './routes/vector-bases.ts';
import { vectorTileRoutes } from './routes/vector-tiles.ts';
import { webRoutes } from './routes/web.ts';
import { workspaceAlertRoutes } from './routes/workspace-alerts.ts';
import { workspaceAssetRoutes } from './routes/workspace-assets.ts';
import { workspaceRunRoutes } from './routes/workspace-runs.ts';
import { workspaceLevelRoutes } from './routes/workspace-levels.ts';
import { workspaceSimulateRoutes } from './routes/workspace-simulate.ts';
import { workspaceTokenRoutes } from './routes/workspace-tokens.ts';
import { zoneRoutes } from './routes/zones.ts';
import { staRoutes } from './sta/routes.ts';
import { stacRoutes } from './stac/routes.ts';
import { wmtsRoutes } from './wmts/routes.ts';
import type { Archives } from './services/archives.ts';
import type { Live } from './services/live.ts';
import { createMetrics } from './services/metrics.ts';
import type { Metrics } from './services/metrics.ts';
import type { ServedDatabase } from './services/database.ts';
import type { RasterService } from './services/raster/service.ts';
import type { ServedAlerts } from './services/served-alerts.ts';
import type { ServedMqtt } from './services/served-mqtt.ts';
import type { ServedRuns } from './services/served-runs.ts';
import type { VectorTiles } from './services/vector-tiles/service.ts';

export interface AppParts {
  readonly workspace: string;
  readonly archives: Archives;
  readonly database: ServedDatabase;
  readonly runs: ServedRuns;
  readonly alerts: ServedAlerts;
  readonly live: Live;
  readonly mqtt: ServedMqtt;
  readonly raster: RasterService;
  readonly vectorTiles: VectorTiles;
  /** Servers whose rasters are drawn. */
  readonly remoteHosts: readonly string[];
  readonly health: Health;
  readonly policy: Policy;
  readonly audit: AuditLog;
  readonly limits: Limits;
  /** Folder of the built web application. */
  readonly web: string;
  readonly log: Log;
  /** Default: of its own. */
  readonly metrics?: Metrics;
  /** Whom to ask; default: nobody is named. */
  readonly contact?: Contact | null;
}

export function createApp(parts: AppParts): RequestListener {
  const {
    workspace,
    archives,
    database,
    runs,
    alerts,
    live,
    mqtt,
    raster,
    remoteHosts,
    health,
    policy,
    audit,
    limits,
    web,
    log,
  } = parts;
  const metrics = parts.metrics ?? createMetrics();
  const tiles = createTileHandler(archives, metrics, {
    fail: (req, res, error) => sendProblem(log, req, res, error),
    pass: (req, layer) => passArchive(req, policy, layer),
  });
  const limiters = limitRequests(limits);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', false);
  app.set('etag', 'strong');

  // Every answer
  app.use((req, res, next) => {
    setCommonHeaders(res);
    const began = performance.now();
    res.on('finish', () => metrics.answer(roomOf(req.path), res.statusCode, (performance.now() - began) / 1000));
    next();
  });
  app.use(securityHeaders);
  app.use((req, _res, next) => {
    if (!req.url.includes('%00')) return next();
    throw new PlatformError('parameter-invalid', 'The address holds the character NUL (%00), which no name here has');
  });
  app.use(openToOtherOrigins, gate(policy, audit), ...limiters);
  app.use(compression());

  // Resources
  app.use((req, res, next) => {
    if (!tiles(req, res, next)) next();
  });
  app.use(healthRoutes(health, metrics));
  app.use(vectorTileRoutes(parts.vectorTiles, archives, metrics));
  app.use(layerRoutes(workspace, archives, database));
  app.use(archiveRoutes(workspace, archives));
  app.use('/raster/:item/:what', guardRaster(raster));
  app.use(rasterRoutes(raster, remoteHosts));
  app.use(runRoutes(runs));
  app.use(liveRoutes(live));
  app.use(feedRoutes(runs, mqtt));
  app.use(observationRoutes(database));
  app.use(sceneRoutes(database));
  app.use(zoneRoutes(database));
  app.use(stationRoutes(database));
  app.use(alertRoutes(database, alerts));
  app.use(assetRoutes(database));
  app.use(workspaceAssetRoutes(database));
  app.use(workspaceRunRoutes(runs));
  app.use(workspaceAlertRoutes(database, alerts));
  app.use(workspaceSimulateRoutes(database));
  app.use(workspaceTokenRoutes(database, policy));
  app.use(workspaceLevelRoutes(database, policy));
  app.use(staRoutes(database));
  app.use(stacRoutes(database));
  app.use(ingestRoutes(workspace, database, runs));
  app.use(backupRoutes(database));
  app.use(vectorBaseRoutes(workspace, database));
  app.use(ogcRoutes(parts));
  app.use(wmtsRoutes(parts));
  app.use(docsRoutes(describeApi(parts.contact)));
  app.use(webRoutes(web));

  // The rest
  app.use((req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    throw new PlatformError('method-not-allowed', `${req.method} is not accepted at ${req.path}`);
  });
  app.use(notFound);
  app.use(problemHandler(log));

  return (req, res) => {
    if (req.url!.startsWith(MAJOR)) req.url = req.url!.slice(MAJOR.length - 1);
    // Whoever shows a token, or is counted, comes by the gate.
    const isDirect = req.headers.authorization === undefined && policy.isReady && limiters.length === 0;
    if (!isDirect || !tiles(req, res, () => app(req, res))) app(req, res);
  };
}

/** The API's major version, which addresses may name (API design rules, /core/uri-version). */
const MAJOR = '/v1/';

/** The first part of a path, of those that exist: anything else must not make a new series. */
function roomOf(path: string): string {
  const first = path.split('/')[1] ?? '';
  return ROOMS.has(first) ? first : 'other';
}

const ROOMS = new Set([
  '',
  'tiles',
  'archives',
  'app',
  'assets',
  'asset-types',
  'docs',
  'openapi.json',
  'healthz',
  'readyz',
  'metrics',
  'workspace',
  'pipelines',
  'runs',
  'schedules',
  'products',
  'scenes',
  'raster',
  'zones',
  'stations',
  'datastreams',
  'alerts',
  'alert-rules',
  'alert-trials',
  'live',
  'feeds',
  'observations',
  'sta',
  'stac',
]);
