import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { PlatformError } from '../../../../pipelines/core/errors.ts';
import { FEEDS } from '../../../../pipelines/feeds/registry.ts';
import type { FeedDetails } from '../../../../pipelines/queue/feeds.ts';
import type { SyncResult } from '../../../../pipelines/runs/sync-feed.ts';
import type { FeedLine, FeedRequest } from '../../../services/feeds.ts';
import { tellFeeds } from '../../../services/feeds.ts';
import type { Action, CommandModule } from '../../command.ts';
import { onWorkspace } from '../../on-workspace.ts';
import { withRunService } from '../../run-service.ts';

function define(command: Command): void {
  command
    .argument('<action>', 'add, list, remove or sync')
    .argument('[name]', 'add: http(s) address; remove, sync: id of the feed (sync: default all)')
    .option('--provider <id>', `add: ${FEEDS.map(({ id }) => id).join(', ')} (default: found out from the content)`)
    .option('--mapping <file>', 'add: which column is what, where it is of no provider')
    .option('--cron <expression>', 'add: when, five fields', '7 * * * *')
    .option('--time-zone <name>', 'add: of the expression (default: UTC)')
    .option('--body <json>', 'add: sent by POST')
    .option('--inside', 'add: the address may be inside the network')
    .addHelpText(
      'after',
      `
In the address and the body, {today} and {today-1d} are days. A server asks its feeds by the clock, follows pages, asks only for
what has changed where the provider can tell, and rests longer after each failure.

Examples:
  landmeter sensors feeds add "https://api.luchtmeetnet.nl/open_api/measurements?start={today-1d}T00:00:00Z" --provider luchtmeetnet
  landmeter sensors feeds add https://water.example.org/levels.csv --mapping levels.yaml --cron "*/10 * * * *"
  landmeter sensors feeds list`,
    );
}

const run: Action = async (context, [action, name], options) => {
  const { print, printJson, json, progress, signal } = context;
  const request = await toRequest(action!, name, options);
  const lines: FeedLine[] = [];
  const found = onWorkspace<FeedLine>(context, {
    name: 'landmeter sensors feeds',
    here: (database) => withRunService(context, database, (service) => tellFeeds(service.feeds, request, signal)),
    there: { path: '/workspace/feeds', body: request },
  });
  for await (const line of found) lines.push(line);
  progress.done();
  if (json) {
    const told = lines.map((line) => (line.kind === 'feed' ? line.feed : { id: line.id, ...line.result }));
    printJson(request.action === 'add' ? told[0] : told);
  } else if (request.action === 'remove') print(`${request.id} is removed`);
  else if (lines.length === 0) print('There are no feeds');
  else
    for (const line of lines)
      print(line.kind === 'feed' ? feedText(line.feed) : `${line.id}  ${syncText(line.result)}`);
  const failed = lines.find((line) => line.kind === 'sync' && line.result.status === 'failed');
  if (failed?.kind === 'sync' && failed.result.status === 'failed')
    throw new PlatformError('remote-failed', failed.result.reason);
};

function feedText({ id, url, cron, timeZone, lastOk, lastError, nextAt, lastCounts }: FeedDetails): string {
  const last = lastOk === null ? 'never' : new Date(lastOk).toISOString();
  const counts = lastCounts === null ? '' : ` (${lastCounts.added} added)`;
  const error = lastError === null ? '' : `  ${lastError}`;
  return `${id}  ${url}  ${cron} ${timeZone ?? 'UTC'}  last ${last}${counts}  next ${nextAt}${error}`;
}

function syncText(result: SyncResult): string {
  switch (result.status) {
    case 'same':
      return 'nothing has changed';
    case 'failed':
      return result.reason;
    case 'taken':
      return `${result.added} added, ${result.known} known, ${result.refused} refused, ${result.pages} pages`;
  }
}

async function toRequest(
  action: string,
  name: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<FeedRequest> {
  if (action === 'list') return { action };
  if (action === 'sync') return { action, id: name ?? null };
  if (action !== 'add' && action !== 'remove')
    throw new PlatformError('usage', `feeds ${action} is not known; add, list, remove and sync are`);
  if (name === undefined)
    throw new PlatformError('usage', action === 'add' ? 'Name the address of the feed' : 'Name the feed to remove');
  if (action === 'remove') return { action, id: name };
  const text = (option: string) => (options[option] as string | undefined) ?? null;
  const path = text('mapping');
  const mapping =
    path === null
      ? null
      : await readFile(path, 'utf8').catch((cause: unknown) => {
          throw new PlatformError('usage', `The mapping ${path} cannot be read`, { cause });
        });
  return {
    action,
    feed: {
      url: name,
      provider: text('provider'),
      mapping,
      body: text('body'),
      cron: text('cron') ?? '7 * * * *',
      timeZone: text('timeZone'),
      inside: options['inside'] === true,
    },
  };
}

export const command: CommandModule = { define, run };
