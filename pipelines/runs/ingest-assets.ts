/** A file of assets into the register: each by its key, whatever does not fit with the reason. */
import { parseAsset, keyOf } from '../assets/asset.ts';
import type { AssetReading, NewAsset } from '../assets/asset.ts';
import { putAssets } from '../assets/assets-repository.ts';
import { readAssetMapping } from '../assets/mapping.ts';
import { findAssetType } from '../core/assets/asset-types.ts';
import { PlatformError } from '../core/errors.ts';
import { FeatureFault } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';
import type { Database } from '../database/database.ts';
import { readFeatures } from '../io/features/read-features.ts';
import type { IngestOptions, IngestResult } from './ingest.ts';
import type { RunProgress } from './progress.ts';

export interface ImportAssetsRequest {
  /** GeoJSON (also lines), GeoPackage, Shapefile, FlatGeobuf, CSV with coordinates. */
  readonly path: string;
  /** Of what has no type of its own. */
  readonly type?: string | undefined;
  /** Path of a mapping. */
  readonly mapping?: string | undefined;
  /** CRS of what states none. */
  readonly crs?: string | undefined;
}

export interface ImportAssetsResult {
  readonly added: number;
  readonly updated: number;
  readonly known: number;
  /** With the key where it has one, else with its place in the file. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

export interface ImportControls {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: RunProgress | undefined;
}

/** @throws {PlatformError} as `readFeatures`; `parameter-invalid` for a type that is not known; `usage` for the mapping */
export async function importAssets(
  database: Database,
  request: ImportAssetsRequest,
  { signal, progress }: ImportControls = {},
): Promise<ImportAssetsResult> {
  const mapping = request.mapping === undefined ? null : await readAssetMapping(request.mapping);
  const reading = {
    type: request.type === undefined ? null : knownType(request.type),
    mapping,
    year: new Date().getFullYear(),
  };
  progress?.stage(`Assets of ${request.path}`);
  const crs = request.crs ?? mapping?.crs ?? undefined;
  const { take, assets, refused } = createTaker(reading);
  const { epsg } = await readFeatures(request.path, take, {
    ...(crs === undefined ? {} : { crs }),
    ...(signal ? { signal } : {}),
    onRefused: (place, ordinal, reason) => refused.push({ id: `${place} ${ordinal}`, reason }),
  });
  if (epsg === RD_NEW) refuseOutsideRd(assets, refused);
  if (assets.size === 0 && refused.length === 0)
    throw new PlatformError('parameter-invalid', `${request.path} holds no feature`);
  progress?.stage(`Writing ${assets.size} assets`);
  const counts = await putAssets(database, [...assets.values()], request.path);
  return { ...counts, refused };
}

const RD_NEW = 28992;
/** Where RD New is meant to be used, with room around it, degrees. */
const RD_AREA = [2.5, 50, 8, 54.5] as const;

/** Degrees that are said to be metres of RD New would lie in France. */
function refuseOutsideRd(assets: Map<string, NewAsset>, refused: { id: string; reason: string }[]): void {
  const [west, south, east, north] = RD_AREA;
  for (const [id, { bbox }] of assets) {
    if (bbox[0] >= west && bbox[1] >= south && bbox[2] <= east && bbox[3] <= north) continue;
    assets.delete(id);
    refused.push({
      id,
      reason: 'its position lies outside of the Netherlands, where RD New is used; is the CRS right?',
    });
  }
}

function createTaker(reading: AssetReading) {
  const assets = new Map<string, NewAsset>();
  const refused: { id: string; reason: string }[] = [];
  let count = 0;
  const take = (feature: RawFeature) => {
    count++;
    const id = keyOf(feature, reading) ?? `feature ${count}`;
    try {
      const asset = parseAsset(feature, reading);
      if (assets.has(asset.id)) throw new FeatureFault('another feature in front of it has the same id');
      assets.set(asset.id, asset);
    } catch (error) {
      if (!(error instanceof FeatureFault)) throw error;
      refused.push({ id, reason: error.message });
    }
  };
  return { take, assets, refused };
}

function knownType(word: string): string {
  const found = findAssetType(word);
  if (found) return found.id;
  throw new PlatformError(
    'parameter-invalid',
    `The type "${word}" is not known; landmeter assets import --help lists them`,
  );
}

/** `landmeter ingest --as assets`. */
export async function ingestAssets(database: Database, path: string, options: IngestOptions): Promise<IngestResult> {
  const { mapping, crs, signal, progress } = options;
  const { added, updated, known, refused } = await importAssets(database, { path, mapping, crs }, { signal, progress });
  const counts = [`${added} added`, `${updated} updated`, `${known} known`, `${refused.length} refused`];
  const [first] = refused;
  const status = added + updated > 0 ? 'added' : refused.length > 0 && known === 0 ? 'refused' : 'known';
  return {
    input: path,
    kind: 'assets',
    id: 'assets',
    status,
    reason: first ? `${counts.join(', ')}; ${first.id}: ${first.reason}` : counts.join(', '),
    notes: [],
    rows: { added: added + updated, known, refused: refused.length },
    refusals: refused.slice(0, 100).map(({ id, reason }) => ({ row: id, reason })),
  };
}
