import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { TOKEN_ROLES } from '../../../pipelines/policy/roles.ts';
import type { TokenRole } from '../../../pipelines/policy/roles.ts';
import { createToken, listTokens, revokeToken } from '../../../pipelines/policy/tokens.ts';
import type { NewToken } from '../../../pipelines/policy/tokens.ts';
import { readAudit } from '../../policy/audit.ts';
import type { AuditEntry } from '../../policy/audit.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';

export type TokenRequest =
  | { readonly action: 'create'; readonly token: NewToken }
  | { readonly action: 'list' }
  | { readonly action: 'revoke'; readonly id: string };

/** As it is printed, and as it crosses the wire. */
export interface ToldToken {
  readonly id: string;
  readonly role: TokenRole;
  readonly scopes: readonly string[] | null;
  readonly purposes: readonly string[];
  /** RFC 3339, UTC. */
  readonly created: string;
  readonly expires: string | null;
  /** Of a token that has just been made. */
  readonly secret?: string;
}

export async function* tellTokens(queries: Queries, request: TokenRequest): AsyncGenerator<ToldToken> {
  const tokens =
    request.action === 'create'
      ? [await createToken(queries, request.token)]
      : request.action === 'revoke'
        ? [await revokeToken(queries, request.id)]
        : await listTokens(queries);
  for (const { created, expires, ...token } of tokens)
    yield { ...token, created: created.toISOString(), expires: expires?.toISOString() ?? null };
}

function define(command: Command): void {
  command
    .argument('<action>', 'create, list, revoke or log')
    .argument('[id]', 'revoke: the token; log: only what was done with it')
    .option('--role <name>', `create: ${TOKEN_ROLES.join(', ')}`)
    .option('--expires <time>', 'create: after so many minutes, hours or days: 30m, 12h, 90d (default: never)')
    .option('--scope <word...>', 'create: good only for these first parts of addresses, such as stac or raster')
    .option(
      '--purpose <word...>',
      'create: read what is bound to these purposes; default: nothing that is bound to one',
    )
    .option('--limit <n>', 'log: so many of the latest entries', '100')
    .addHelpText(
      'after',
      `
create prints the secret alone, once: it is kept nowhere. log shows writes, and reads of what is not open.

Examples:
  landmeter token create --role viewer --expires 90d
  landmeter token create --role analyst --purpose "inspection of banks"
  landmeter token list --json
  landmeter token revoke 3f9a0c1b2d4e`,
    );
}

const run: Action = async (context, [action, id], options) => {
  if (action === 'log') return showLog(context, id ?? null, options);
  const request = toRequest(action!, id, options);
  const lines = onWorkspace<ToldToken>(context, {
    name: 'landmeter token',
    here: (database) => tellTokens(database, request),
    there: { path: '/workspace/token', body: request },
  });
  const found: ToldToken[] = [];
  for await (const line of lines) found.push(line);
  context.progress.done();
  const [first] = found;
  if (context.json) context.printJson(request.action === 'list' ? found : first);
  else if (request.action === 'create') context.print(first!.secret!);
  else if (request.action === 'revoke') context.print(`${request.id} is revoked`);
  else if (found.length === 0) context.print('There are no tokens; the one of operator.token is not counted');
  else for (const token of found) context.print(lineOf(token));
};

function lineOf({ id, role, scopes, purposes, created, expires }: ToldToken): string {
  const until = expires === null ? 'does not expire' : `expires ${expires}`;
  const bounds = `${scopes ? `  only ${scopes.join(', ')}` : ''}${purposes.length > 0 ? `  for ${purposes.join(', ')}` : ''}`;
  return `${id}  ${role}  made ${created}  ${until}${bounds}`;
}

async function showLog(
  { config, json, print, printJson }: CliContext,
  token: string | null,
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const limit = String(options['limit']);
  if (!/^[1-9]\d{0,5}$/.test(limit))
    throw new PlatformError('usage', `--limit is "${limit}"; a whole number from 1 is accepted`);
  const entries = await readAudit(config.workspace, token, Number(limit));
  if (json) printJson(entries);
  else if (entries.length === 0) print('Nothing was written, and nothing read that is not open');
  else for (const entry of entries) print(entryLine(entry));
}

function entryLine({ time, token, role, action, level, method, path, status }: AuditEntry): string {
  return `${time}  ${token ?? '-'}  ${role}  ${action} ${level}  ${method} ${path}  ${status}`;
}

const textOf = (option: unknown) => (typeof option === 'string' ? option : null);

function toRequest(action: string, id: string | undefined, options: Readonly<Record<string, unknown>>): TokenRequest {
  if (action === 'list') return { action };
  if (action === 'revoke') {
    if (id === undefined) throw new PlatformError('usage', 'Name the token to revoke; token list names them');
    return { action, id };
  }
  if (action !== 'create')
    throw new PlatformError('usage', `token ${action} is not known; create, list, revoke and log are`);
  const { role, scope, purpose } = options;
  const expires = textOf(options['expires']);
  const known = TOKEN_ROLES.find((one) => one === role);
  if (!known)
    throw new PlatformError('usage', `--role is "${textOf(role) ?? ''}"; ${TOKEN_ROLES.join(', ')} are accepted`);
  const scopes = (scope as string[] | undefined)?.map((word) => word.replace(/^\//, '')) ?? null;
  return {
    action,
    token: {
      role: known,
      scopes,
      purposes: (purpose as string[] | undefined) ?? [],
      expiresInMs: expires === null ? null : durationOf(expires),
    },
  };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(text: string): number {
  const match = /^([1-9]\d{0,4})([mhd])$/.exec(text);
  if (!match) throw new PlatformError('usage', `--expires is "${text}"; such as 30m, 12h or 90d is accepted`);
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}

export const command: CommandModule = { define, run };
