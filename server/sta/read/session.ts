/** What a request asks of the database: read only, all at one moment, and not for ever. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Database, Queries } from '../../../pipelines/database/database.ts';
import { SqlError } from '../../../pipelines/database/database.ts';

/** Of one statement. The embedded database has no clock for it; there the limits on what may be asked have to do. */
const STATEMENT_MS = 20_000;
const BEGIN = `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = ${STATEMENT_MS}`;

/** Where nothing was ever kept. */
const NOTHING: Queries = { query: async () => [], script: async () => [] };

/**
 * @param database  Null: there is none yet.
 * @throws {PlatformError} `parameter-invalid` for what only the database finds wrong; `too-large` for what takes too long
 */
export async function readAll<T>(database: Database | null, work: (queries: Queries) => Promise<T>): Promise<T> {
  try {
    if (!database) return await work(NOTHING);
    if (database.kind === 'embedded') return await work(database);
    return await database.transaction(async (tx) => {
      await tx.script(BEGIN);
      return work(tx);
    });
  } catch (error) {
    throw asRefusal(error);
  }
}

/** SQLSTATE 22: a value that cannot be worked with; 54: too complex; 57014: given up. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  const { sqlState, message } = error;
  if (sqlState?.startsWith('22'))
    return new PlatformError('parameter-invalid', `The request has a value that cannot be worked with: ${message}`, {
      cause: error,
    });
  if (sqlState?.startsWith('54') || sqlState === '57014')
    return new PlatformError('too-large', 'The request asks for too much at once; narrow $filter or ask for less', {
      cause: error,
    });
  return error;
}
