import type { Severity } from '../core/alerts/rule.ts';
import type { Row } from '../database/database.ts';

export const ALERT_STATES = ['new', 'acknowledged', 'confirmed', 'rejected', 'closed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Why somebody should believe it, as it was when it opened. */
export interface Evidence {
  /** In words: `above 200 for 60 minutes`. */
  readonly condition: string;
  readonly unit: string | null;
  /** Values up to the alert, oldest first: RFC 3339, value, flags. */
  readonly values: readonly (readonly [time: string, value: number, flags: number])[];
  /** Of an anomaly: what was usual at that hour. */
  readonly usual?: { readonly median: number; readonly spread: number };
  /** Of a polygon: its shape, in degrees, and what was measured of it. */
  readonly geometry?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Where more is told: the series, the passport, the map. */
  readonly links: readonly { readonly rel: string; readonly href: string }[];
  /** Independent alerts that agree. */
  readonly support: readonly Supporting[];
}

export interface Supporting {
  readonly alert: number;
  readonly title: string;
  readonly source: string;
  /** What that source was worth then, 0 to 1. */
  readonly worth: number;
}

export interface AlertRecord {
  readonly id: number;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly subject: string;
  readonly title: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly verdict: 'confirmed' | 'rejected' | null;
  /** When the condition was first met. */
  readonly since: Date;
  readonly opened: Date;
  /** When the condition was no longer met; null: it is. */
  readonly ended: Date | null;
  readonly value: number;
  readonly peak: number;
  readonly position: readonly [lon: number, lat: number] | null;
  readonly source: string;
  readonly data: { readonly kind: string; readonly id: string } | null;
  readonly isOverBudget: boolean;
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: Evidence;
}

export function toAlert(row: Row): AlertRecord {
  const { lon, lat, data_kind: kind, data_id: id } = row;
  return {
    id: row['id'] as number,
    rule: row['rule'] as string,
    ruleVersion: row['rule_version'] as number,
    subject: row['subject'] as string,
    title: row['title'] as string,
    severity: row['severity'] as Severity,
    state: row['state'] as AlertState,
    verdict: row['verdict'] as AlertRecord['verdict'],
    since: row['since'] as Date,
    opened: row['opened'] as Date,
    ended: row['ended'] as Date | null,
    value: row['value'] as number,
    peak: row['peak'] as number,
    position: typeof lon === 'number' && typeof lat === 'number' ? [lon, lat] : null,
    source: row['source'] as string,
    data: typeof kind === 'string' && typeof id === 'string' ? { kind, id } : null,
    isOverBudget: row['is_over_budget'] as boolean,
    confidence: row['confidence'] as number,
    evidence: row['evidence'] as Evidence,
  };
}
