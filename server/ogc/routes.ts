/** `/ogc`: OGC API Features, Tiles, Maps, Processes, Records and EDR over the workspace. */
import { Router } from 'express';
import type { Request } from 'express';
import { REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import type { Archives } from '../services/archives.ts';
import type { ServedDatabase } from '../services/database.ts';
import type { RasterService } from '../services/raster/service.ts';
import type { ServedRuns } from '../services/served-runs.ts';
import type { VectorTiles } from '../services/vector-tiles/service.ts';
import { sendDocument } from './answer.ts';
import { describeCollection } from './collection-document.ts';
import { findCollection, listCollections } from './collections.ts';
import { CONFORMS_TO } from './conformance.ts';
import { ogcEdrRoutes } from './edr/routes.ts';
import { FEATURE_CRS } from './features/crs.ts';
import { sendItem, sendItems } from './features/items.ts';
import { describeQueryables } from './features/queryables-document.ts';
import { STYLE } from './html.ts';
import { ogcProcessRoutes, processLinks } from './processes/routes.ts';
import type { OgcLink } from './site.ts';
import { HTML, JSON_TYPE, OGC_REL, SCHEMA_JSON, siteAt } from './site.ts';
import { ogcTileRoutes, tileMatrixSetLinks } from './tiles/routes.ts';

export interface OgcParts {
  readonly workspace: string;
  readonly archives: Archives;
  readonly database: ServedDatabase;
  readonly runs: ServedRuns;
  readonly raster: RasterService;
  readonly vectorTiles: VectorTiles;
}

export function ogcRoutes(parts: OgcParts): Router {
  const router = Router();

  router.get('/ogc', (req, res) =>
    sendDocument(req, res, (self) => ({
      title: 'Landmeter',
      description: 'Zones, scenes, layers and what is made of them, by the OGC APIs.',
      links: [...self, ...landingLinks(req)],
    })),
  );

  router.get('/ogc/conformance', (req, res) =>
    sendDocument(req, res, (links) => ({ title: 'Conformance', conformsTo: CONFORMS_TO, links })),
  );

  router.get('/ogc/api', (req, res) => res.redirect(302, `${originOf(req)}/openapi.json`));

  router.get('/ogc/style.css', (_req, res) => void res.set('Cache-Control', REVALIDATE).type('css').send(STYLE));

  router.get('/ogc/collections', (req, res) =>
    sendDocument(req, res, async (links) => ({
      title: 'Collections',
      crs: FEATURE_CRS.map(({ uri }) => uri),
      collections: (await listCollections(parts, req)).map((one) => describeCollection(one, siteAt(originOf(req)))),
      links,
    })),
  );

  router.get('/ogc/collections/:id', (req, res) =>
    sendDocument(req, res, async (self) => {
      const { links, ...rest } = describeCollection(
        await findCollection(parts, req, req.params.id),
        siteAt(originOf(req)),
      );
      return { ...rest, links: [...self, ...links.filter(({ rel }) => rel !== 'self')] };
    }),
  );

  router.get('/ogc/collections/:id/queryables', async (req, res) => {
    const collection = await findCollection(parts, req, req.params.id);
    const document = describeQueryables(collection, await collection.features.queryables(), siteAt(originOf(req)));
    res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).type(SCHEMA_JSON).send(JSON.stringify(document));
  });

  router.get('/ogc/collections/:id/items', async (req, res) =>
    sendItems(req, res, await findCollection(parts, req, req.params.id)),
  );

  router.get('/ogc/collections/:id/items/:feature', async (req, res) =>
    sendItem(req, res, await findCollection(parts, req, req.params.id), req.params.feature),
  );

  router.use(ogcEdrRoutes(parts.database));
  router.use(ogcTileRoutes(parts));
  router.use(ogcProcessRoutes(parts));
  return router;
}

function landingLinks(req: Request): OgcLink[] {
  const { root, origin } = siteAt(originOf(req));
  const json = (rel: string, href: string, title: string): OgcLink => ({ rel, href, type: JSON_TYPE, title });
  return [
    { rel: 'service-desc', href: `${origin}/openapi.json`, type: JSON_TYPE, title: 'OpenAPI 3.1' },
    { rel: 'service-doc', href: `${origin}/docs`, type: HTML, title: 'A page to try it' },
    json('conformance', `${root}/conformance`, 'What these APIs declare to do'),
    json('data', `${root}/collections`, 'Collections'),
    json(`${OGC_REL}/conformance`, `${root}/conformance`, 'What these APIs declare to do'),
    json(`${OGC_REL}/data`, `${root}/collections`, 'Collections'),
    ...tileMatrixSetLinks(root),
    ...processLinks(root),
  ];
}
