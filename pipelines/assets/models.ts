/** Models of deterioration, one a type, fitted on the register's own history of inspections. */
import { ASSET_TYPES } from '../core/assets/asset-types.ts';
import { fitDeterioration, priorOf } from '../core/assets/deterioration.ts';
import type { Deterioration } from '../core/assets/deterioration.ts';
import { backTest, passagesOf } from '../core/assets/history.ts';
import type { BackTest, DatedPassage, SeenScore } from '../core/assets/history.ts';
import { fitWeibull } from '../core/assets/weibull.ts';
import type { Lifetime, Weibull } from '../core/assets/weibull.ts';
import { POOR } from '../core/assets/deterioration.ts';
import type { Queries } from '../database/database.ts';

export interface AssetModel extends Deterioration {
  /** Of assets; `*`: all of them, for types with little history. */
  readonly type: string;
  /** Pairs of inspections that were better afterwards, which the model leaves out. */
  readonly improved: number;
  readonly backTest: BackTest | null;
  /** Of the age of becoming poor; null where too few became so. */
  readonly weibull: Weibull | null;
}

export const ALL_TYPES = '*';
/** Fewer passages than this are not a history: the model of all types stands in. */
const LEAST = 30;
/** Years after which something of no known kind is worn out. */
const USUAL_LIFE = 60;

export interface AssetHistory {
  readonly type: string;
  /** Milliseconds since 1970, 1 January of the year; null: not known. */
  readonly built: number | null;
  /** In the order of time. */
  readonly scores: readonly SeenScore[];
}

/** A model of each type with enough history, and one of all. */
export function fitModels(histories: readonly AssetHistory[]): Map<string, AssetModel> {
  const byType = new Map<string, AssetHistory[]>([[ALL_TYPES, [...histories]]]);
  for (const history of histories) {
    const own = byType.get(history.type);
    if (own) own.push(history);
    else byType.set(history.type, [history]);
  }
  const models = new Map<string, AssetModel>();
  for (const [type, own] of byType) {
    const model = fitModel(type, own);
    if (type === ALL_TYPES || model.passages >= LEAST) models.set(type, model);
  }
  return models;
}

function fitModel(type: string, histories: readonly AssetHistory[]): AssetModel {
  const passages: DatedPassage[] = [];
  const lifetimes: Lifetime[] = [];
  let improved = 0;
  for (const history of histories) {
    const found = passagesOf(history.scores);
    passages.push(...found.passages);
    improved += found.improved;
    const lifetime = lifetimeOf(history);
    if (lifetime) lifetimes.push(lifetime);
  }
  const prior = priorOf(ASSET_TYPES.find(({ id }) => id === type)?.life ?? USUAL_LIFE);
  return {
    type,
    ...fitDeterioration(passages, prior),
    improved,
    backTest: backTest(passages, prior),
    weibull: fitWeibull(lifetimes),
  };
}

const YEAR_MS = 365.2425 * 86_400_000;

/** Until it was first found poor; work that made it better before that is not looked for. */
function lifetimeOf({ built, scores }: AssetHistory): Lifetime | null {
  if (built === null || scores.length === 0) return null;
  const first = scores.findIndex(({ score }) => score >= POOR);
  const ageAt = (k: number) => Math.max(0, (scores[k]!.time - built) / YEAR_MS);
  if (first < 0) return { from: ageAt(scores.length - 1), to: Infinity };
  const [from, to] = [first === 0 ? 0 : ageAt(first - 1), ageAt(first)];
  return to > from ? { from, to } : null;
}

/** That of the type, else that of all. */
export function modelOf(models: ReadonlyMap<string, AssetModel>, type: string): AssetModel {
  return models.get(type) ?? models.get(ALL_TYPES)!;
}

export async function loadModels(queries: Queries): Promise<Map<string, AssetModel>> {
  const rows = await queries.query<{ type: string; record: AssetModel }>(
    'SELECT type, record FROM asset_models ORDER BY type',
  );
  return new Map(rows.map(({ type, record }) => [type, record]));
}

export async function putModels(tx: Queries, models: ReadonlyMap<string, AssetModel>): Promise<void> {
  await tx.query('DELETE FROM asset_models');
  await tx.query(
    `INSERT INTO asset_models (type, record) SELECT record ->> 'type', record FROM jsonb_array_elements($1::jsonb) AS record`,
    [JSON.stringify([...models.values()])],
  );
}
