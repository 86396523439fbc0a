/** The condition of all assets of the register at a moment: models fitted on the history, and an indicator for each. */
import { findAssetType } from '../core/assets/asset-types.ts';
import { indicate } from '../core/assets/indicator.ts';
import type { Evidence, Indicator } from '../core/assets/indicator.ts';
import type { SeenScore } from '../core/assets/history.ts';
import { PlatformError } from '../core/errors.ts';
import type { Database, Queries } from '../database/database.ts';
import { loadEvidence } from './evidence-repository.ts';
import { fitModels, modelOf, putModels } from './models.ts';
import type { AssetModel } from './models.ts';

export interface Assessment {
  readonly at: string;
  readonly assets: number;
  readonly inspected: number;
  /** Types with a model of their own, by their passages; `*`: all of them. */
  readonly models: readonly AssetModel[];
  /** How many assets have each score, 1 to 6. */
  readonly scores: readonly number[];
}

const YEAR_MS = 365.2425 * 86_400_000;

interface Seen extends SeenScore {
  readonly day: string;
  readonly worstPart: string | null;
  readonly worstDefect: string | null;
}

interface Asset {
  readonly id: string;
  readonly type: string;
  readonly built: number | null;
}

/** What `asset_conditions` has of an asset. */
interface Condition extends Indicator {
  readonly asset: string;
  readonly model: string;
  readonly reasons: readonly string[];
}

/**
 * Fits the models on inspections up to a day and writes down the condition of each asset on that day.
 * @param at  `2024-05-01`.
 * @throws {PlatformError} `not-found` where the register is empty
 */
export async function assessRegister(database: Database, at: string): Promise<Assessment> {
  const now = Date.parse(`${at}T00:00:00Z`);
  const assets = (await database.query('SELECT id, type, built FROM assets ORDER BY id')) as unknown as Asset[];
  if (assets.length === 0)
    throw new PlatformError('not-found', 'The register has no assets; take some in with landmeter assets import');
  const seen = await loadSeen(database, at);
  const evidence = await loadEvidence(database);
  const models = fitModels(
    assets.map(({ id, type, built }) => ({
      type,
      built: built === null ? null : Date.UTC(built, 0),
      scores: seen.get(id) ?? [],
    })),
  );
  const conditions = assets.map((asset) => conditionOf(asset, seen.get(asset.id) ?? [], evidence.get(asset.id) ?? [], { now, models })); // prettier-ignore
  await database.transaction(async (tx) => {
    await putModels(tx, models);
    await putConditions(tx, conditions, at);
  });
  const scores = [0, 0, 0, 0, 0, 0];
  for (const { score } of conditions) scores[score - 1]!++;
  return { at, assets: assets.length, inspected: seen.size, models: [...models.values()], scores };
}

function conditionOf(
  { id, type, built }: Asset,
  seen: readonly Seen[],
  evidence: readonly Evidence[],
  { now, models }: { readonly now: number; readonly models: ReadonlyMap<string, AssetModel> },
): Condition {
  const last = seen.at(-1);
  const model = modelOf(models, type);
  const indicator = indicate({
    inspection: last
      ? {
          score: last.score,
          years: Math.max(0, (now - last.time) / YEAR_MS),
          text: `Inspected on ${last.day}: ${last.score}${worstOf(last)}`,
          href: `/assets/${encodeURIComponent(id)}`,
        }
      : null,
    age: built === null ? null : Math.max(0, (now - Date.UTC(built, 0)) / YEAR_MS),
    type: findAssetType(type)?.label.en ?? type,
    evidence: evidence.filter(({ time }) => Date.parse(time) <= now + 86_400_000),
    model,
  });
  return { asset: id, ...indicator, model: model.type, reasons: reasonsOf(indicator) };
}

function worstOf({ worstPart, worstDefect }: Seen): string {
  return worstDefect === null ? '' : `, worst ${worstPart}: ${worstDefect}`;
}

/** In the order of how much each counts. */
function reasonsOf({ contributions }: Indicator): string[] {
  return [...contributions].sort((a, b) => b.weight - a.weight).map(({ text }) => text);
}

async function loadSeen(queries: Queries, at: string): Promise<Map<string, Seen[]>> {
  const rows = await queries.query<{
    asset: string;
    day: string;
    score: number;
    worst_part: string;
    worst_defect: string;
  }>(
    `SELECT asset, day::text AS day, score, worst_part, worst_defect FROM asset_inspections WHERE day <= $1::date
     ORDER BY asset, asset_inspections.day, key`,
    [at],
  );
  const found = new Map<string, Seen[]>();
  for (const { asset, day, score, worst_part: worstPart, worst_defect: worstDefect } of rows) {
    const own = found.get(asset);
    const one = { day, time: Date.parse(day), score, worstPart, worstDefect };
    if (own) own.push(one);
    else found.set(asset, [one]);
  }
  return found;
}

const BATCH = 2000;

async function putConditions(tx: Queries, conditions: readonly Condition[], at: string): Promise<void> {
  await tx.query('DELETE FROM asset_conditions');
  for (let from = 0; from < conditions.length; from += BATCH)
    await tx.query(
      `INSERT INTO asset_conditions (asset, at, score, expected, confidence, chances, model, contributions, reasons)
       SELECT one.asset, $2::date, one.score, expected, confidence, chances, model, contributions, reasons
       FROM jsonb_to_recordset($1::jsonb) AS one (asset text, score integer, expected float8, confidence float8,
         chances float8[], model text, contributions jsonb, reasons jsonb) JOIN assets ON assets.id = one.asset`,
      [JSON.stringify(conditions.slice(from, from + BATCH)), at],
    );
}
