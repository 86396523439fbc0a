/** What an alert shows of itself: the values that led to it, and where more is told. */
import type { Usual } from '../core/alerts/measure.ts';
import type { AlertRule, Condition, Measure } from '../core/alerts/rule.ts';
import type { Queries } from '../database/database.ts';
import type { Evidence, Supporting } from './alert-record.ts';
import type { DatastreamSubject, Subject, ZoneSubject } from './subjects.ts';

/** Two days of ten-minute values, ten years of monthly ones. */
const MOST_VALUES = 288;

export interface EvidenceParts {
  readonly rule: AlertRule;
  readonly subject: Subject;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly usual: Usual | null;
  readonly support: readonly Supporting[];
}

export async function gatherEvidence(queries: Queries, parts: EvidenceParts): Promise<Evidence> {
  const { rule, subject, time, usual, support } = parts;
  const values = await valuesUpTo(queries, rule, subject, time);
  const expected = usual?.(time) ?? null;
  const condition = conditionInWords(rule.condition, rule.measure, subject.unit);
  const links = linksOf(rule, subject, time);
  return { condition, unit: subject.unit, values, ...(expected && { usual: expected }), links, support };
}

async function valuesUpTo(
  queries: Queries,
  { source }: AlertRule,
  subject: Subject,
  time: number,
): Promise<Evidence['values']> {
  const until = new Date(time).toISOString();
  const rows =
    source.kind === 'datastreams'
      ? await queries.query(
          `SELECT phenomenon_time AS time, result AS value, flags FROM observations
           WHERE datastream = $1 AND phenomenon_time <= $2::timestamptz AND result IS NOT NULL
           ORDER BY phenomenon_time DESC LIMIT $3`,
          [(subject as DatastreamSubject).datastream, until, MOST_VALUES],
        )
      : source.kind === 'zones'
        ? await queries.query(
            `SELECT v.time, v.numbers[array_position(s.statistics, $3)] AS value, 0 AS flags
             FROM zone_series AS s JOIN zone_values AS v ON v.series = s.number
             WHERE s.set_id = $1 AND s.name = $2 AND v.zone_id = $4 AND v.time <= $5::timestamptz
               AND v.numbers[array_position(s.statistics, $3)] IS NOT NULL ORDER BY v.time DESC LIMIT $6`,
            [source.set, source.series, source.statistic, (subject as ZoneSubject).zone, until, MOST_VALUES],
          )
        : [];
  return rows
    .map((row) => [(row['time'] as Date).toISOString(), row['value'] as number, row['flags'] as number] as const)
    .reverse();
}

const MEASURES: Readonly<Record<Measure['kind'], string>> = {
  value: '',
  rate: 'change per hour ',
  age: 'minutes without a value ',
  anomaly: 'deviations from what is usual ',
  area: 'square metres ',
};

/** `change per hour above 50 µg/m³ for 60 minutes` */
export function conditionInWords(
  { operator, level, minMinutes = 0 }: Condition,
  { kind }: Measure,
  unit: string | null,
): string {
  const word = operator === 'outside' ? 'beyond ±' : `${operator} `;
  const unitWord = unit && (kind === 'value' || kind === 'rate') ? ` ${unit}` : '';
  return `${MEASURES[kind]}${word}${level}${unitWord}${minMinutes > 0 ? ` for ${minMinutes} minutes` : ''}`;
}

const DAY_MS = 86_400_000;

function linksOf({ source }: AlertRule, subject: Subject, time: number): Evidence['links'] {
  const links: { rel: string; href: string }[] = [];
  const word = encodeURIComponent;
  if (source.kind === 'datastreams') {
    const from = new Date(time - 7 * DAY_MS).toISOString();
    const stream = `/sta/v1.1/Datastreams(${(subject as DatastreamSubject).datastream})`;
    links.push({ rel: 'datastream', href: stream });
    links.push({
      rel: 'series',
      href: `${stream}/Observations?$filter=${word(`phenomenonTime ge ${from}`)}&$orderby=phenomenonTime`,
    });
  }
  if (source.kind === 'zones') {
    const zone = word((subject as ZoneSubject).zone);
    links.push({ rel: 'series', href: `/zones/${word(source.set)}/series/${word(source.series)}?zone=${zone}` });
    links.push({
      rel: 'map',
      href: `/#p=zones&z=${[source.set, source.series, source.statistic, ''].map(word).join('~')}~${zone}`,
    });
  }
  if (subject.position && source.kind !== 'zones') {
    const [lon, lat] = subject.position;
    links.push({
      rel: 'map',
      href: `/#v=${lat.toFixed(5)},${lon.toFixed(5)},14&s=${lat.toFixed(6)},${lon.toFixed(6)}`,
    });
  }
  return links;
}
