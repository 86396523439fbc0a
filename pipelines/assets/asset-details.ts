/** All that is known of one asset: what a page, a report and the API show. */
import { forecast } from '../core/assets/deterioration.ts';
import type { ForecastStep } from '../core/assets/deterioration.ts';
import { findAssetType } from '../core/assets/asset-types.ts';
import { riskOf, USUAL_IMPORTANCE } from '../core/assets/risk.ts';
import type { Risk } from '../core/assets/risk.ts';
import type { Contribution, Evidence } from '../core/assets/indicator.ts';
import type { Queries } from '../database/database.ts';
import { demandAsset, historyOfAsset } from './assets-repository.ts';
import type { AssetVersion, KnownAsset } from './assets-repository.ts';
import { inspectionsOf } from './inspections-repository.ts';
import type { Inspection } from './inspections-repository.ts';
import { loadModels, modelOf } from './models.ts';
import type { AssetModel } from './models.ts';

export interface AssetDetails extends Omit<KnownAsset, 'condition'> {
  readonly condition: AssetCondition | null;
  readonly inspections: readonly Inspection[];
  readonly evidence: readonly Evidence[];
  readonly history: readonly AssetVersion[];
}

export interface AssetCondition {
  /** The day of the assessment. */
  readonly at: string;
  readonly score: number;
  readonly expected: number;
  readonly confidence: number;
  readonly chances: readonly number[];
  /** Each part with its number, its source and where to look. */
  readonly contributions: readonly Contribution[];
  readonly reasons: readonly string[];
  /** In 1, 2, 5, 10 and 20 years, with an interval of 80 %. */
  readonly forecast: readonly ForecastStep[];
  /** What the forecast was made with, and how it did on what it had not seen. */
  readonly model: AssetModel;
  readonly risk: Risk & { readonly cost: number };
}

const YEARS = [1, 2, 5, 10, 20];

/** @throws {PlatformError} `not-found` */
export async function detailsOfAsset(queries: Queries, id: string): Promise<AssetDetails> {
  const { condition: _, ...asset } = await demandAsset(queries, id);
  const evidence = await queries.query<{ record: Evidence }>(
    'SELECT record FROM asset_evidence WHERE asset = $1 ORDER BY source, key',
    [id],
  );
  return {
    ...asset,
    condition: await conditionOf(queries, asset),
    inspections: await inspectionsOf(queries, id),
    evidence: evidence.map(({ record }) => record),
    history: await historyOfAsset(queries, id),
  };
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly at: string;
  readonly score: number;
  readonly expected: number;
  readonly confidence: number;
  readonly chances: readonly number[];
  readonly model: string;
  readonly contributions: readonly Contribution[];
  readonly reasons: readonly string[];
}

async function conditionOf(queries: Queries, asset: Omit<KnownAsset, 'condition'>): Promise<AssetCondition | null> {
  const [row] = await queries.query<Row>(
    `SELECT at::text AS at, score, expected, confidence, to_jsonb(chances) AS chances, model, contributions, reasons
     FROM asset_conditions WHERE asset = $1`,
    [asset.id],
  );
  if (!row) return null;
  const model = modelOf(await loadModels(queries), row.model);
  const cost = asset.cost ?? findAssetType(asset.type)?.cost ?? 0;
  const risk = riskOf({ chances: row.chances, importance: asset.importance ?? USUAL_IMPORTANCE, model, cost });
  return { ...row, model, forecast: forecast(row.chances, model, YEARS), risk: { ...risk, cost } };
}
