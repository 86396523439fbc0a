import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { AlertRequest, ToldLine } from '../../services/tell-alerts.ts';
import { tellAlerts } from '../../services/tell-alerts.ts';
import type { ToldRule } from '../../services/tell-rule.ts';
import type { AlertState } from '../../../pipelines/alerts/alert-record.ts';
import { ALERT_STATES } from '../../../pipelines/alerts/alert-record.ts';
import type { ToldAlert } from '../../../pipelines/alerts/alert-message.ts';
import { RULE_BODY } from '../../../pipelines/alerts/rule-schema.ts';
import type { Trial } from '../../../pipelines/alerts/try-rule.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { parseYamlFile } from '../../../pipelines/sensors/yaml-file.ts';
import type { Action, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';

const JUDGEMENTS: Readonly<Record<string, Exclude<AlertState, 'new'>>> = {
  acknowledge: 'acknowledged',
  confirm: 'confirmed',
  reject: 'rejected',
  close: 'closed',
};
const ACTIONS = ['list', 'show', ...Object.keys(JUDGEMENTS), 'rules', 'set', 'remove', 'try'];

function define(command: Command): void {
  command
    .argument('<action>', ACTIONS.join(', '))
    .argument('[id]', 'number of the alert; set, remove: id of the rule; try: file of the rule')
    .argument('[file]', 'set: the rule, as YAML or JSON')
    .option('--state <names>', `list: between commas, out of ${ALERT_STATES.join(', ')}`)
    .option('--rule <id>', 'list: only of this rule')
    .option('--limit <n>', 'list: so many of the latest', '50')
    .option('--reason <text>', 'acknowledge, confirm, reject, close: why; a rejection needs one')
    .option('--from <time>', 'try: begin, RFC 3339 (default: a year ago)')
    .option('--to <time>', 'try: end (default: now)')
    .addHelpText(
      'after',
      `
try holds a rule against what has been, keeps nothing and sends nothing: so a level can be chosen before anybody is woken.

Examples:
  landmeter alerts set dust dust.yaml
  landmeter alerts try dust.yaml --from 2025-01-01T00:00:00Z
  landmeter alerts list --state new,acknowledged
  landmeter alerts reject 12 --reason "Fireworks"`,
    );
}

const run: Action = async (context, args, options) => {
  const request = await toRequest(args, options);
  const lines = onWorkspace<ToldLine>(context, {
    name: 'landmeter alerts',
    here: (database) => tellAlerts(database, request),
    there: { path: '/workspace/alerts', body: request },
  });
  const found: ToldLine[] = [];
  for await (const line of lines) found.push(line);
  context.progress.done();
  const isList = request.action === 'list' || request.action === 'rules';
  if (context.json) context.printJson(isList ? found.map(({ told }) => told) : (found[0]?.told ?? null));
  else if (request.action === 'remove') context.print(`The rule ${request.id} is removed; its alerts stay`);
  else if (found.length === 0)
    context.print(request.action === 'list' ? 'There are no such alerts' : 'There are no rules');
  else for (const line of found) context.print(textOf(line));
};

function textOf(line: ToldLine): string {
  switch (line.kind) {
    case 'alert':
      return alertLine(line.told);
    case 'details':
      return [
        alertLine(line.told),
        `  ${line.told.evidence.condition}; value ${line.told.value}, furthest ${line.told.peak}`,
        ...line.told.evidence.support.map(({ title }) => `  agrees: ${title}`),
        ...line.told.evidence.links.map(({ rel, href }) => `  ${rel}: ${href}`),
        ...line.told.history.map(
          ({ time, what, reason }) => `  ${time}  ${what}${reason === null ? '' : `: ${reason}`}`,
        ),
        ...line.told.deliveries.map(
          ({ event, to, state, lastError }) =>
            `  ${event} to ${to}: ${state}${lastError === null ? '' : `, ${lastError}`}`,
        ),
      ].join('\n');
    case 'rule':
      return ruleLine(line.told);
    case 'trial':
      return trialText(line.told);
  }
}

function alertLine({ id, severity, state, title, opened, ended, confidence }: Omit<ToldAlert, 'evidence'>): string {
  const until = ended === null ? 'still so' : `over ${ended}`;
  return `${id}  ${severity}  ${state}  ${title}  ${opened}, ${until}  confidence ${Math.round(confidence * 100)} %`;
}

function ruleLine({ id, title, severity, isEnabled, budgetPerWeek, score }: ToldRule): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const precision =
    score.value === null
      ? 'no verdicts yet'
      : `precision ${percent(score.value)} (${percent(score.lower)} to ${percent(score.upper)}, ${score.judged} judged)`;
  const budget = budgetPerWeek === null ? '' : ` of ${budgetPerWeek}`;
  return `${id}  ${severity}  ${title}${isEnabled ? '' : '  off'}  ${score.thisWeek}${budget} this week  ${precision}`;
}

function trialText({ subjects, values, alerts, perWeek }: Trial): string {
  const lines = alerts.map(
    ({ title, opened, ended, peak }) => `${opened}  ${ended ?? 'not over'}  ${title}  furthest ${peak}`,
  );
  return [
    ...lines,
    `${alerts.length} alerts, ${perWeek.toFixed(2)} a week, of ${subjects} subjects and ${values} values`,
  ].join('\n');
}

const YEAR_MS = 365 * 86_400_000;

async function toRequest(args: readonly string[], options: Readonly<Record<string, unknown>>): Promise<AlertRequest> {
  const [action = '', id, file] = args;
  const text = (name: string) => (options[name] as string | undefined) ?? null;
  const judgement = JUDGEMENTS[action];
  if (judgement !== undefined)
    return { action: 'judge', id: numberOf(action, id), state: judgement, reason: text('reason') };
  switch (action) {
    case 'list':
      return { action, states: statesOf(text('state')), rule: text('rule'), limit: limitOf(text('limit')!) };
    case 'show':
      return { action, id: numberOf(action, id) };
    case 'rules':
      return { action };
    case 'set':
      return {
        action,
        id: wordOf(id, 'Name the rule to set'),
        rule: await readRule(wordOf(file, 'Name the file of the rule')),
      };
    case 'remove':
      return { action, id: wordOf(id, 'Name the rule to remove') };
    case 'try': {
      const rule = await readRule(wordOf(id, 'Name the file of the rule to try'));
      const to = timeOf('to', text('to'), Date.now());
      return { action, rule, from: timeOf('from', text('from'), to - YEAR_MS), to };
    }
    default:
      throw new PlatformError('usage', `alerts ${action} is not known; ${ACTIONS.join(', ')} are`);
  }
}

async function readRule(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError('not-readable', `${path} cannot be read`, { cause });
  });
  return parseYamlFile(content, path, RULE_BODY).value;
}

function wordOf(word: string | undefined, otherwise: string): string {
  if (word === undefined) throw new PlatformError('usage', otherwise);
  return word;
}

function numberOf(action: string, word: string | undefined): number {
  if (!/^[1-9]\d{0,15}$/.test(word ?? ''))
    throw new PlatformError('usage', `alerts ${action} needs the number of an alert; alerts list names them`);
  return Number(word);
}

function statesOf(text: string | null): AlertState[] | null {
  return (
    text?.split(',').map((word) => {
      const known = ALERT_STATES.find((state) => state === word.trim());
      if (!known) throw new PlatformError('usage', `--state names "${word}"; ${ALERT_STATES.join(', ')} are accepted`);
      return known;
    }) ?? null
  );
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new PlatformError('usage', `--limit is "${text}"; 1 to 9999 is accepted`);
  return Number(text);
}

function timeOf(option: string, text: string | null, otherwise: number): number {
  const time = text === null ? otherwise : Date.parse(text);
  if (!Number.isFinite(time))
    throw new PlatformError('usage', `--${option} is "${text ?? ''}"; a time such as 2025-01-01T00:00:00Z is accepted`);
  return time;
}

export const command: CommandModule = { define, run };
