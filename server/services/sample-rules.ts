/** The rules of the sample, where no rule was ever made: whoever removed them does not want them back. */
import { SAMPLE_RULES } from '../../data-samples/stations/alert-rules.ts';
import { parseRule } from '../../pipelines/alerts/rule-schema.ts';
import { putRule } from '../../pipelines/alerts/rules-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';

export async function ensureSampleRules(database: Database): Promise<void> {
  const known = await database.query('SELECT 1 FROM alert_rules UNION ALL SELECT 1 FROM alerts LIMIT 1');
  if (known.length > 0) return;
  for (const [id, rule] of Object.entries(SAMPLE_RULES)) await putRule(database, parseRule(id, rule));
}
