/** What can be asked for: zone sets and layers of the map, scenes, and the catalogue of all of them. */
import type { Request } from 'express';
import { extentOfAssets } from '../../pipelines/assets/assets-repository.ts';
import { findZoneSet, listZoneSets } from '../../pipelines/catalog/zones-repository.ts';
import type { ZoneSetSummary } from '../../pipelines/catalog/zones-repository.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { RasterItem } from '../../pipelines/render/raster-item.ts';
import type { LayerSummary } from '../../pipelines/core/wire.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { originOf } from '../http/headers.ts';
import * as access from '../policy/access.ts';
import { listLayers } from '../services/layers.ts';
import { withoutFolders } from '../services/without-folders.ts';
import { catalogueSource } from './features/catalogue-source.ts';
import { assetsSource } from './features/assets-source.ts';
import { framesSource } from './features/frames-source.ts';
import { SENSORS, sensorsCollection } from './edr/collection.ts';
import { scenesSource } from './features/scenes-source.ts';
import type { FeatureSource } from './features/source.ts';
import { zonesSource } from './features/zones-source.ts';
import { hiddenFrom } from '../policy/access.ts';
import { mayRead } from './may-read.ts';
import type { OgcParts } from './routes.ts';
import { siteAt } from './site.ts';
import { findItemCollection, itemMapLinks } from './tiles/item-collection.ts';
import type { OgcLink, Site } from './site.ts';

export interface Licence {
  readonly title: string;
  readonly href: string;
}

export interface OgcCollection {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly itemType: 'feature' | 'record';
  /** Null: nobody knows, or nothing is in it. */
  readonly bbox: LonLatBox | null;
  readonly interval: readonly [start: string | null, end: string | null] | null;
  /** How to cite it; null where nobody says. */
  readonly citation: string | null;
  readonly licence: Licence | null;
  readonly features: FeatureSource;
  /** What the map shows of it, as tiles. */
  readonly layer: LayerSummary | null;
  /** The scene or product that it is. */
  readonly item?: RasterItem;
  /** What clients of EDR read; absent where its queries are not answered. */
  readonly edr?: (site: Site) => {
    readonly links: readonly OgcLink[];
    readonly members: Readonly<Record<string, unknown>>;
  };
}

export const CATALOGUE = 'catalogue';
export const SCENES = 'scenes';
export const ASSETS = 'assets';

const COPERNICUS: Licence = {
  title: 'Legal notice on the use of Copernicus Sentinel Data',
  href: 'https://sentinels.copernicus.eu/documents/247904/690755/Sentinel_Data_Legal_Notice',
};

/** Those that whoever asks may know of. */
export async function listCollections(parts: OgcParts, req: Request): Promise<OgcCollection[]> {
  const database = await parts.database.openExisting();
  const layers = await listLayerCollections(parts, req);
  const sets = database ? (await listZoneSets(database)).filter(({ id }) => mayRead(req, { kind: 'zones', id })) : [];
  const site = siteAt(originOf(req));
  const found = new Map<string, OgcCollection>();
  const add = (collection: OgcCollection) => found.set(collection.id, collection);
  for (const set of sets) add(ofZones(database!, set, layers.find(({ id }) => id === set.id)?.layer ?? null));
  const scenes = database && (await ofScenes(database, hiddenFrom(req, 'collection'), site.origin));
  if (scenes) add(scenes);
  const sensors = database && (await sensorsCollection(database, hiddenFrom(req, 'sensors')));
  if (sensors) add(sensors);
  const assets = database && (await assetsCollection(database, req));
  if (assets) add(assets);
  for (const layer of layers) if (!found.has(layer.id)) add(layer);
  add(ofCatalogue(database, [...found.values()], { req, origin: site.origin }));
  return [...found.values()];
}

/**
 * Looks for one without making the others: an answer for it must not cost the extent of all scenes.
 * @throws {PlatformError} `not-found`
 */
export async function findCollection(parts: OgcParts, req: Request, id: string): Promise<OgcCollection> {
  const found = await lookFor(parts, req, id);
  if (found) return found;
  const shown = id.slice(0, 100);
  throw new PlatformError('not-found', `There is no collection "${shown}"; /ogc/collections lists those there are`, {
    detail: { parameter: 'collectionId', value: shown },
  });
}

async function lookFor(parts: OgcParts, req: Request, id: string): Promise<OgcCollection | undefined> {
  if (id === CATALOGUE || id === SCENES) return (await listCollections(parts, req)).find((one) => one.id === id);
  const layers = await listLayerCollections(parts, req);
  const ofItsLayer = layers.find((one) => one.id === id);
  const database = id.includes('\0') ? null : await parts.database.openExisting();
  if (id === SENSORS && database) return (await sensorsCollection(database, hiddenFrom(req, 'sensors'))) ?? undefined;
  if (id === ASSETS && database) return (await assetsCollection(database, req)) ?? ofItsLayer;
  const set = database && mayRead(req, { kind: 'zones', id }) ? await findZoneSet(database, id) : null;
  if (set) return ofZones(database!, set, ofItsLayer?.layer ?? null);
  return ofItsLayer ?? findItemCollection(parts.raster, req, { id, origin: siteAt(originOf(req)).origin });
}

/** Layers of the map alone. */
export async function listLayerCollections(parts: OgcParts, req: Request): Promise<OgcCollection[]> {
  const { layers } = await listLayers(parts.workspace, parts.archives, parts.database, (kind, id) =>
    access.mayRead(req, kind, id),
  );
  return layers.map((layer) => ofLayer(layer, siteAt(originOf(req)).origin));
}

function ofZones(database: Database, set: ZoneSetSummary, layer: LayerSummary | null): OgcCollection {
  const source = withoutFolders(set.source);
  return {
    id: set.id,
    title: set.name,
    description: `${set.count} zones, from ${source}`,
    itemType: 'feature',
    bbox: set.bbox,
    interval: null,
    citation: source,
    licence: null,
    features: zonesSource(database, set),
    layer,
  };
}

/** Null where there are none, or whoever asks may not see them. */
async function assetsCollection(database: Database, req: Request): Promise<OgcCollection | null> {
  const extent = mayRead(req, { kind: 'assets', id: ASSETS }) ? await extentOfAssets(database) : null;
  return (
    extent && {
      id: ASSETS,
      title: 'Assets',
      description: `${extent.count} bridges, quays, dikes, roads and other assets of the register, with their condition`,
      itemType: 'feature',
      bbox: extent.bbox,
      interval: null,
      citation: null,
      licence: null,
      features: assetsSource(database),
      layer: null,
    }
  );
}

/** Null where there are none: clients take the properties of features from the first. */
async function ofScenes(database: Database, hidden: readonly string[], origin: string): Promise<OgcCollection | null> {
  const [row] = await database.query<
    Record<'west' | 'south' | 'east' | 'north', number> & { began: Date | null; ended: Date }
  >(
    `SELECT min(datetime) AS began, max(datetime) AS ended, min(south) AS south, max(north) AS north,
       CASE WHEN bool_or(east < west) THEN -180 ELSE min(west) END AS west,
       CASE WHEN bool_or(east < west) THEN 180 ELSE max(east) END AS east
     FROM scenes WHERE NOT (collection = ANY ($1::text[]))`,
    [hidden],
  );
  const { began, ended, west, south, east, north } = row!;
  if (began === null) return null;
  return {
    id: SCENES,
    title: 'Scenes',
    description: 'Acquisitions of the catalogue: where and when they were, and where their tiles are.',
    itemType: 'feature',
    bbox: [west, south, east, north],
    interval: [began.toISOString(), ended.toISOString()],
    citation: 'Contains modified Copernicus Sentinel data',
    licence: COPERNICUS,
    features: scenesSource(database, hidden, (id) => [
      {
        href: `${origin}/raster/${encodeURIComponent(id)}/tilejson.json`,
        rel: 'tilejson',
        type: 'application/json',
        title: 'Tiles of the scene',
      },
      ...itemMapLinks(siteAt(origin), id),
    ]),
    layer: null,
  };
}

function ofLayer(layer: LayerSummary, origin: string): OgcCollection {
  const times = layer.frames.flatMap(({ datetime }) => datetime ?? []);
  return {
    id: layer.id,
    title: layer.title.en,
    description: layer.description.en || `Layer ${layer.title.en} of the map`,
    itemType: 'feature',
    bbox: layer.bounds,
    interval: times.length > 0 ? [times[0]!, times.at(-1)!] : null,
    citation: layer.attribution,
    licence: null,
    features: framesSource(layer, origin),
    layer,
  };
}

function ofCatalogue(
  database: Database | null,
  collections: readonly OgcCollection[],
  asked: { readonly req: Request; readonly origin: string },
): OgcCollection {
  return {
    id: CATALOGUE,
    title: 'Catalogue',
    description:
      'A record for each zone set, layer and product: what it is, where and when, how to get and to cite it.',
    itemType: 'record',
    bbox: unionOf(collections.flatMap(({ bbox }) => (bbox ? [bbox] : []))),
    interval: null,
    citation: null,
    licence: null,
    features: catalogueSource(database, collections, asked),
    layer: null,
  };
}

function unionOf(boxes: readonly LonLatBox[]): LonLatBox | null {
  if (boxes.length === 0) return null;
  const side = (k: 0 | 1 | 2 | 3, pick: (...numbers: number[]) => number) => pick(...boxes.map((box) => box[k]));
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}
