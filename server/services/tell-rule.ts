/** A rule as it leaves the house. */
import type { RuleScore } from '../../pipelines/alerts/alerts-repository.ts';
import type { RuleRecord } from '../../pipelines/alerts/rules-repository.ts';
import type { AlertRule, Target } from '../../pipelines/core/alerts/rule.ts';

export type ToldTarget =
  | { readonly kind: 'webhook'; readonly url: string; readonly hasSecret: boolean }
  | { readonly kind: 'email'; readonly to: string };

export interface ToldRule extends Omit<AlertRule, 'deliver'> {
  readonly version: number;
  /** Null: whoever asks may not know where its alerts go. */
  readonly deliver: readonly ToldTarget[] | null;
  /** What became of its alerts. */
  readonly score: RuleScore;
}

const NO_ALERTS: RuleScore = {
  confirmed: 0,
  rejected: 0,
  value: null,
  lower: 0,
  upper: 1,
  judged: 0,
  opened: 0,
  thisWeek: 0,
  overBudget: 0,
};

/** Addresses of people are told to those who may see details; a secret is never told. */
export function tellRule({ rule, version }: RuleRecord, score: RuleScore | undefined, seesDetails: boolean): ToldRule {
  return { ...rule, version, deliver: seesDetails ? rule.deliver.map(tellTarget) : null, score: score ?? NO_ALERTS };
}

function tellTarget(target: Target): ToldTarget {
  return target.kind === 'email'
    ? target
    : { kind: 'webhook', url: target.url, hasSecret: target.secret !== undefined };
}

/** A rule that comes back as it was told keeps the secrets that it was not told. */
export function keepSecrets(rule: AlertRule, before: AlertRule | null): AlertRule {
  const deliver = rule.deliver.map((target) => {
    if (target.kind !== 'webhook' || target.secret !== undefined) return target;
    const known = before?.deliver.find((one) => one.kind === 'webhook' && one.url === target.url);
    return known?.kind === 'webhook' && known.secret !== undefined ? { ...target, secret: known.secret } : target;
  });
  return { ...rule, deliver };
}
