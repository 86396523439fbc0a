/** What `landmeter assets` does with the register, here or on the server that holds the workspace. */
import type { AssetDetails } from '../../pipelines/assets/asset-details.ts';
import { detailsOfAsset } from '../../pipelines/assets/asset-details.ts';
import type { Assessment } from '../../pipelines/assets/assess-register.ts';
import { assessRegister } from '../../pipelines/assets/assess-register.ts';
import type { Ranking, RankingRequest } from '../../pipelines/assets/ranking.ts';
import { rankAssets } from '../../pipelines/assets/ranking.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { importAssets } from '../../pipelines/runs/ingest-assets.ts';
import type { ImportAssetsRequest, ImportAssetsResult, ImportControls } from '../../pipelines/runs/ingest-assets.ts';
import { importInspections } from '../../pipelines/runs/import-inspections.ts';

export type AssetRequest =
  | ({ readonly action: 'import' } & ImportAssetsRequest)
  | { readonly action: 'inspect'; readonly path: string }
  /** A day, such as 2024-05-01. */
  | { readonly action: 'assess'; readonly at: string }
  | ({ readonly action: 'rank' } & RankingRequest)
  | { readonly action: 'show'; readonly id: string };

export type AssetLine =
  | { readonly kind: 'imported'; readonly told: ImportAssetsResult }
  | { readonly kind: 'assessed'; readonly told: Assessment }
  | { readonly kind: 'ranking'; readonly told: Ranking }
  | { readonly kind: 'asset'; readonly told: AssetDetails };

/** One line; a workspace that a server holds is asked in the same words. */
export async function* tellAssets(
  database: Database,
  request: AssetRequest,
  controls: ImportControls = {},
): AsyncGenerator<AssetLine> {
  switch (request.action) {
    case 'import': {
      const { action: _, ...words } = request;
      return yield { kind: 'imported', told: await importAssets(database, words, controls) };
    }
    case 'inspect':
      return yield { kind: 'imported', told: await importInspections(database, request.path, controls) };
    case 'assess':
      return yield { kind: 'assessed', told: await assessRegister(database, request.at) };
    case 'rank': {
      const { action: _, ...words } = request;
      return yield { kind: 'ranking', told: await rankAssets(database, words) };
    }
    case 'show':
      return yield { kind: 'asset', told: await detailsOfAsset(database, request.id) };
  }
}
