/** A rule as it comes from outside: JSON or YAML of the members of `AlertRule`. */
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { clockOf, minutesOf } from '../core/alerts/quiet-hours.ts';
import type { AlertRule } from '../core/alerts/rule.ts';
import { SEVERITIES } from '../core/alerts/rule.ts';

const word = z.string().min(1).max(200);
const ids = <T extends z.ZodType>(id: T) => z.array(id).min(1).max(10_000).optional();
const minutes = z.number().min(0).max(527_040);

const area = z.union([
  z.tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ]),
  z.strictObject({ type: z.enum(['Polygon', 'MultiPolygon']), coordinates: z.array(z.unknown()).min(1).max(100) }),
]);

const source = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('datastreams'),
    datastreams: ids(z.int().positive()),
    property: word.optional(),
    area: area.optional(),
  }),
  z.strictObject({ kind: z.literal('zones'), set: word, series: word, statistic: word, zones: ids(word) }),
  z.strictObject({
    kind: z.literal('changes'),
    area: area.optional(),
    minAreaM2: z.number().min(0).optional(),
    process: word.optional(),
  }),
]);

const measure = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('value') }),
  z.strictObject({ kind: z.literal('rate'), windowMinutes: minutes.positive() }),
  z.strictObject({ kind: z.literal('age') }),
  z.strictObject({ kind: z.literal('anomaly'), weeks: z.int().min(4).max(104) }),
  z.strictObject({ kind: z.literal('area') }),
]);

const condition = z.strictObject({
  operator: z.enum(['above', 'below', 'outside']),
  level: z.number(),
  clearLevel: z.number().optional(),
  minMinutes: minutes.optional(),
  clearMinutes: minutes.optional(),
});

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }).max(2000),
    secret: z.string().min(16).max(200).optional(),
  }),
  z.strictObject({ kind: z.literal('email'), to: z.email().max(320) }),
]);

export const RULE_BODY = z.strictObject({
  title: word,
  source,
  measure: measure.default({ kind: 'value' }),
  condition,
  severity: z.enum(SEVERITIES).default('warning'),
  countsFlagged: z.boolean().default(false),
  quietHours: z.strictObject({ from: z.string(), to: z.string(), timeZone: word }).nullable().default(null),
  deliver: z.array(target).max(20).default([]),
  budgetPerWeek: z.int().min(1).max(10_000).nullable().default(null),
  support: z
    .strictObject({ rules: ids(word), metres: z.number().min(0).max(1e6), hours: z.number().min(0).max(8784) })
    .nullable()
    .default({ metres: 5000, hours: 6 }),
  since: z.iso.datetime({ offset: true }).nullable().default(null),
  isEnabled: z.boolean().default(true),
});

/** Words of addresses. */
const RULE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** @throws {PlatformError} `parameter-invalid` naming the member, what is wrong with it and what is accepted */
export function parseRule(id: string, given: unknown): AlertRule {
  if (!RULE_ID.test(id))
    fault('id', `"${id.slice(0, 100)}" is no id of a rule; letters, digits, ".", "_" and "-" are accepted`);
  const parsed = RULE_BODY.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fault(issue!.path.join('.') || 'rule', issue!.message);
  }
  const rule: AlertRule = { id, ...(parsed.data as Omit<AlertRule, 'id'>) };
  checkMeasure(rule);
  checkCondition(rule);
  if (rule.quietHours) {
    minutesOf(rule.quietHours.from);
    minutesOf(rule.quietHours.to);
    clockOf(rule.quietHours.timeZone);
  }
  return rule;
}

const MEASURES = {
  datastreams: ['value', 'rate', 'age', 'anomaly'],
  zones: ['value', 'rate', 'age'],
  changes: ['area'],
} as const;

function checkMeasure({ source: { kind }, measure: { kind: measured } }: AlertRule): void {
  const accepted: readonly string[] = MEASURES[kind];
  if (!accepted.includes(measured))
    fault('measure.kind', `${kind} cannot be measured by ${measured}; ${accepted.join(', ')} can`);
}

function checkCondition({
  condition: { operator, level, clearLevel, minMinutes = 0 },
  source: { kind },
}: AlertRule): void {
  if (operator === 'outside' && level < 0)
    fault('condition.level', `outside ${level} of zero is everywhere; 0 or more is accepted`);
  if (clearLevel !== undefined && (operator === 'below' ? clearLevel < level : clearLevel > level))
    fault(
      'condition.clearLevel',
      `An alert that opens ${operator} ${level} cannot be over only at ${clearLevel}, which is further out`,
    );
  if (kind === 'changes' && minMinutes > 0)
    fault('condition.minMinutes', 'A polygon of change lasts; leave minMinutes out');
}

function fault(parameter: string, message: string): never {
  throw new PlatformError('parameter-invalid', `${parameter}: ${message}`, { detail: { parameter } });
}
