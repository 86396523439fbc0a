/** Assets by expected risk, as the conditions stand. */
import { findAssetType } from '../core/assets/asset-types.ts';
import { choose, DEFAULT_HORIZON, DEFAULT_WEIGHTS, rank, riskOf, USUAL_IMPORTANCE } from '../core/assets/risk.ts';
import type { Importance } from '../core/assets/risk.ts';
import { PlatformError } from '../core/errors.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Queries } from '../database/database.ts';
import { loadModels, modelOf } from './models.ts';

export interface RankedAsset {
  readonly asset: string;
  readonly name: string;
  readonly type: string;
  /** Condition now. */
  readonly score: number;
  /** Of being poor (5 or 6) within the horizon. */
  readonly probability: number;
  readonly consequence: number;
  readonly risk: number;
  /** Euros. */
  readonly cost: number;
  /** Of the risk, when the cost is spent. */
  readonly reduction: number;
  /** One sentence each, the weightiest first. */
  readonly reasons: readonly string[];
}

export interface RankingRequest {
  readonly types?: readonly string[] | undefined;
  readonly bbox?: LonLatBox | undefined;
  readonly weights?: Importance | undefined;
  /** Years ahead. */
  readonly horizon?: number | undefined;
  /** Euros: the set that lowers most risk for them, instead of all. */
  readonly budget?: number | undefined;
}

export interface Ranking {
  readonly assets: readonly RankedAsset[];
  /** The day of the assessment. */
  readonly at: string;
  readonly weights: Importance;
  readonly horizon: number;
  readonly budget: {
    readonly euros: number;
    readonly cost: number;
    readonly reduction: number;
    /** No set within the budget lowers the risk by more. */
    readonly bound: number;
    readonly isExact: boolean;
  } | null;
}

/**
 * Highest risk first; with a budget the chosen set, in the same order.
 * @throws {PlatformError} `not-found` where nothing was assessed yet; `parameter-invalid` for weights that are all 0
 */
export async function rankAssets(queries: Queries, request: RankingRequest): Promise<Ranking> {
  const { weights = DEFAULT_WEIGHTS, horizon = DEFAULT_HORIZON, budget } = request;
  if (!(weights.safety + weights.availability + weights.cost > 0))
    throw new PlatformError(
      'parameter-invalid',
      'The weights of safety, availability and cost are all 0; one must count',
    );
  const rows = await loadConditions(queries, request);
  if (rows.length === 0 && !(await isAssessed(queries)))
    throw new PlatformError('not-found', 'No asset has been assessed yet; run landmeter assets assess');
  const models = await loadModels(queries);
  const ranked = rank(
    rows.map(({ id, name, type, score, cost, importance, chances, model, reasons }): RankedAsset => {
      const euros = cost ?? findAssetType(type)?.cost ?? 0;
      const given = importance ?? USUAL_IMPORTANCE;
      const risk = riskOf(
        { chances, importance: given, model: modelOf(models, model), cost: euros },
        { weights, horizon },
      );
      return { asset: id, name, type, score, ...risk, cost: euros, reasons: [...reasons, aboutImportance(importance)] };
    }),
  );
  const chosen = budget === undefined ? null : choose(ranked, budget);
  return {
    assets: chosen?.assets ?? ranked,
    at: rows[0]?.at ?? '',
    weights,
    horizon,
    budget: chosen && {
      euros: budget!,
      cost: chosen.set.cost,
      reduction: chosen.set.value,
      bound: chosen.set.bound,
      isExact: chosen.set.isExact,
    },
  };
}

function aboutImportance(importance: Importance | null): string {
  if (importance === null) return 'Its importance is not in the register; 3 of 5 is reckoned with';
  const { safety, availability, cost } = importance;
  return `Importance for safety ${safety}, availability ${availability}, cost ${cost} of 5`;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly cost: number | null;
  readonly importance: Importance | null;
  readonly score: number;
  readonly chances: readonly number[];
  readonly model: string;
  readonly reasons: readonly string[];
  readonly at: string;
}

async function loadConditions(queries: Queries, { types, bbox }: RankingRequest): Promise<Row[]> {
  return (await queries.query(
    `SELECT a.id, a.name, a.type, a.cost, a.importance, c.score, to_jsonb(c.chances) AS chances, c.model, c.reasons, c.at::text AS at
     FROM asset_conditions AS c JOIN assets AS a ON a.id = c.asset
     WHERE ($1::text[] IS NULL OR a.type = ANY ($1::text[]))
       AND ($2::float8 IS NULL OR (a.west <= $4::float8 AND a.east >= $2::float8 AND a.south <= $5::float8 AND a.north >= $3::float8))
     ORDER BY a.id`,
    [types ?? null, ...(bbox ?? [null, null, null, null])],
  )) as unknown as Row[];
}

async function isAssessed(queries: Queries): Promise<boolean> {
  return (await queries.query('SELECT FROM asset_conditions LIMIT 1')).length > 0;
}
