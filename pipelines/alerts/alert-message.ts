/** An alert as others are told of it: to programs as JSON, to people as a letter. */
import type { AlertRecord } from './alert-record.ts';

export interface AlertMessage {
  readonly event: 'opened' | 'closed';
  readonly alert: ToldAlert;
}

export interface ToldAlert extends Omit<AlertRecord, 'since' | 'opened' | 'ended' | 'data'> {
  /** RFC 3339. */
  readonly since: string;
  readonly opened: string;
  readonly ended: string | null;
}

export function tellAlert({ since, opened, ended, data: _data, ...alert }: AlertRecord): ToldAlert {
  return {
    ...alert,
    since: since.toISOString(),
    opened: opened.toISOString(),
    ended: ended?.toISOString() ?? null,
  };
}

/** A list and an event do without the evidence, which the alert's own address tells. */
export function tellBriefly(alert: AlertRecord): Omit<ToldAlert, 'evidence'> & { readonly condition: string } {
  const { evidence, ...rest } = tellAlert(alert);
  return { ...rest, condition: evidence.condition };
}

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

const LAST_VALUES = 6;

/** @param base  Address of the server, with a slash at the end; null: links are left out */
export function letterOf({ event, alert }: AlertMessage, base: string | null): Letter {
  const unit = alert.evidence.unit ? ` ${alert.evidence.unit}` : '';
  const lines = [
    event === 'opened' ? alert.title : `Over: ${alert.title}`,
    '',
    `Condition   ${alert.evidence.condition}`,
    `Value       ${alert.value}${unit} at ${alert.opened}; furthest ${alert.peak}${unit}`,
    `Severity    ${alert.severity}`,
    `Confidence  ${Math.round(alert.confidence * 100)} %`,
    ...(alert.position
      ? [`Place       ${alert.position[1].toFixed(5)}, ${alert.position[0].toFixed(5)} (lat, lon)`]
      : []),
    ...(alert.ended ? [`Over since  ${alert.ended}`] : []),
  ];
  const values = alert.evidence.values.slice(-LAST_VALUES);
  if (values.length > 0)
    lines.push(
      '',
      'Latest values',
      ...values.map(([time, value, flags]) => `  ${time}  ${value}${unit}${flags ? '  flagged' : ''}`),
    );
  if (alert.evidence.support.length > 0)
    lines.push('', 'Others agree', ...alert.evidence.support.map(({ title }) => `  ${title}`));
  if (base !== null) lines.push('', `${base}alerts/${alert.id}`);
  const word = event === 'opened' ? alert.severity.toUpperCase() : 'OVER';
  return { subject: `[${word}] ${alert.title}`.replaceAll(/[\r\n]+/g, ' ').slice(0, 200), text: lines.join('\n') };
}
