/** What `landmeter alerts` does, here or on the server that holds the workspace. */
import type { ToldAlert } from '../../pipelines/alerts/alert-message.ts';
import { tellAlert, tellBriefly } from '../../pipelines/alerts/alert-message.ts';
import type { AlertState } from '../../pipelines/alerts/alert-record.ts';
import type { HistoryEntry } from '../../pipelines/alerts/alerts-repository.ts';
import {
  demandAlert,
  historyOf,
  judgeAlert,
  listAlerts,
  scoreRules,
} from '../../pipelines/alerts/alerts-repository.ts';
import type { DeliveryNote } from '../../pipelines/alerts/deliveries.ts';
import { deliveriesOf } from '../../pipelines/alerts/deliveries.ts';
import { parseRule } from '../../pipelines/alerts/rule-schema.ts';
import { findRule, listRules, putRule, removeRule } from '../../pipelines/alerts/rules-repository.ts';
import type { Trial } from '../../pipelines/alerts/try-rule.ts';
import { tryRule } from '../../pipelines/alerts/try-rule.ts';
import type { Database } from '../../pipelines/database/database.ts';
import type { ToldRule } from './tell-rule.ts';
import { keepSecrets, tellRule } from './tell-rule.ts';

export type AlertRequest =
  | {
      readonly action: 'list';
      readonly states: readonly AlertState[] | null;
      readonly rule: string | null;
      readonly limit: number;
    }
  | { readonly action: 'show'; readonly id: number }
  | {
      readonly action: 'judge';
      readonly id: number;
      readonly state: Exclude<AlertState, 'new'>;
      readonly reason: string | null;
    }
  | { readonly action: 'rules' }
  | { readonly action: 'set'; readonly id: string; readonly rule: unknown }
  | { readonly action: 'remove'; readonly id: string }
  /** Milliseconds since 1970. */
  | { readonly action: 'try'; readonly rule: unknown; readonly from: number; readonly to: number };

interface History extends Omit<HistoryEntry, 'time'> {
  readonly time: string;
}

type Details = ToldAlert & { readonly history: readonly History[]; readonly deliveries: readonly DeliveryNote[] };

export type ToldLine =
  | { readonly kind: 'alert'; readonly told: ReturnType<typeof tellBriefly> }
  | { readonly kind: 'details'; readonly told: Details }
  | { readonly kind: 'rule'; readonly told: ToldRule }
  | { readonly kind: 'trial'; readonly told: Trial };

/** @param who  Id of the token, where somebody asks a server */
export async function* tellAlerts(
  database: Database,
  request: AlertRequest,
  who: string | null = null,
): AsyncGenerator<ToldLine> {
  switch (request.action) {
    case 'list': {
      const { states, rule, limit } = request;
      const filter = { ...(states && { states }), ...(rule !== null && { rule }), limit };
      for (const alert of await listAlerts(database, filter)) yield { kind: 'alert', told: tellBriefly(alert) };
      return;
    }
    case 'show':
      return yield { kind: 'details', told: await detailsOf(database, request.id) };
    case 'judge':
      await judgeAlert(database, request.id, { state: request.state, reason: request.reason, who });
      return yield { kind: 'details', told: await detailsOf(database, request.id) };
    case 'rules':
      return yield* rulesOf(database, null);
    case 'set': {
      const before = await findRule(database, request.id);
      await putRule(database, keepSecrets(parseRule(request.id, request.rule), before?.rule ?? null));
      return yield* rulesOf(database, request.id);
    }
    case 'remove':
      return removeRule(database, request.id);
    case 'try': {
      const { from, to } = request;
      return yield { kind: 'trial', told: await tryRule(database, parseRule('trial', request.rule), { from, to }) };
    }
  }
}

async function* rulesOf(database: Database, only: string | null): AsyncGenerator<ToldLine> {
  const scores = await scoreRules(database, Date.now());
  for (const record of await listRules(database))
    if (only === null || record.rule.id === only)
      yield { kind: 'rule', told: tellRule(record, scores.get(record.rule.id), true) };
}

async function detailsOf(database: Database, id: number): Promise<Details> {
  const history = await historyOf(database, id);
  return {
    ...tellAlert(await demandAlert(database, id)),
    history: history.map(({ time, ...entry }) => ({ ...entry, time: time.toISOString() })),
    deliveries: await deliveriesOf(database, id),
  };
}
