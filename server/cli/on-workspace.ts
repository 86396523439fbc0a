/**
 * A command that needs the workspace's database. Where a running server holds it, the server carries the command out, and
 * nobody has to stop it.
 */
import { ERROR_CODES, isPlatformError, PlatformError } from '../../pipelines/core/errors.ts';
import type { ErrorCode } from '../../pipelines/core/errors.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { readOperatorToken } from '../http/auth.ts';
import type { CliContext } from './command.ts';

export interface WorkspaceCommand<T> {
  /** As messages name it: `landmeter ingest`. */
  readonly name: string;
  /** With the database in hand. */
  readonly here: (database: Database) => AsyncIterable<T>;
  /** What is asked of a server that holds it: it answers `POST path` with a line of JSON for each result. */
  readonly there: { readonly path: string; readonly body: unknown };
}

/** Results as they come, whoever finds them. */
export async function* onWorkspace<T>(context: CliContext, command: WorkspaceCommand<T>): AsyncGenerator<T> {
  const { config, progress, signal, note } = context;
  let database: Database;
  try {
    progress.stage('Opening the database');
    database = await openDatabase({
      workspace: config.workspace,
      url: config.database,
      command: command.name,
      signal,
      onCreate: () => progress.stage('Making the database (once)'),
      onWait: (holder) => note(`Waiting for ${holder?.command ?? 'another process'} to end`),
    });
  } catch (error) {
    const address = isPlatformError(error) && error.code === 'busy' ? error.detail['address'] : null;
    if (typeof address !== 'string') throw error;
    progress.stage(`Asking the server on ${address}`);
    yield* askServer<T>(context, address, command.there);
    return;
  }
  try {
    yield* command.here(database);
  } finally {
    await database.close();
  }
}

/** A line that is no result. */
interface Control {
  readonly alive?: true;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

async function* askServer<T>(
  { config, signal }: CliContext,
  address: string,
  { path, body }: WorkspaceCommand<T>['there'],
): AsyncGenerator<T> {
  const token = await readOperatorToken(config.workspace);
  if (!token)
    throw new PlatformError(
      'unauthorized',
      `A server on ${address} holds ${config.workspace}, and its operator.token cannot be read by you`,
    );
  const response = await fetch(new URL(path, address), {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new PlatformError('unavailable', `The server on ${address} holds the workspace but does not answer`, {
      cause,
    });
  });
  if (!response.ok) throw await refusal(response, address);
  for await (const line of linesOf(response)) {
    const { alive, error } = JSON.parse(line) as Control;
    if (error) throw new PlatformError(error.code, error.message);
    if (!alive) yield JSON.parse(line) as T;
  }
}

async function refusal(response: Response, address: string): Promise<PlatformError> {
  const problem = (await response.json().catch(() => ({}))) as { type?: string; detail?: string };
  const code = ERROR_CODES.find((known) => problem.type === `urn:landmeter:error:${known}`);
  const detail = problem.detail ?? `it answered ${response.status}`;
  return new PlatformError(code ?? 'remote-failed', `The server on ${address} refused: ${detail}`);
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== '');
  }
  if (rest !== '')
    throw new PlatformError('remote-failed', 'The server stopped in the middle of its answer; run it again');
}
