/** Tokens: a secret that is shown once, of which only the hash is kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Queries } from '../database/database.ts';
import { PlatformError } from '../core/errors.ts';
import type { TokenRole } from './roles.ts';

export interface TokenRecord {
  readonly id: string;
  readonly role: TokenRole;
  /** First parts of addresses at which it is good, such as `stac`; null: at all. */
  readonly scopes: readonly string[] | null;
  /** For which its holder reads what is bound to purposes. */
  readonly purposes: readonly string[];
  readonly created: Date;
  /** Null: never. */
  readonly expires: Date | null;
}

export type HashedToken = TokenRecord & { readonly hash: string };

export interface NewToken {
  readonly role: TokenRole;
  readonly scopes: readonly string[] | null;
  readonly purposes: readonly string[];
  readonly expiresInMs: number | null;
}

/** Found in code and logs by scanners that know it. */
const PREFIX = 'lmt_';

/** A secret of 256 random bits needs no slow hash: nobody guesses it. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** @returns the token, and the secret, which is nowhere else. */
export async function createToken(
  queries: Queries,
  token: NewToken,
): Promise<TokenRecord & { readonly secret: string }> {
  const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`;
  const id = randomBytes(6).toString('hex');
  const expires = token.expiresInMs === null ? null : new Date(Date.now() + token.expiresInMs);
  const [row] = await queries.query(
    `INSERT INTO tokens (id, hash, role, scopes, purposes, expires) VALUES ($1, $2, $3, $4::text[], $5::text[], $6::timestamptz)
     RETURNING ${COLUMNS}`,
    [id, hashOfSecret(secret), token.role, token.scopes && [...token.scopes], [...token.purposes], expires],
  );
  return { ...(row as unknown as TokenRecord), secret };
}

const COLUMNS = 'id, role, scopes, purposes, created, expires';

/** Those that are good now, oldest first. */
export async function listTokens(queries: Queries): Promise<TokenRecord[]> {
  const rows = await queries.query(
    `SELECT ${COLUMNS} FROM tokens WHERE expires IS NULL OR expires > now() ORDER BY created, id`,
  );
  return rows as unknown as TokenRecord[];
}

export async function listHashedTokens(queries: Queries): Promise<HashedToken[]> {
  const rows = await queries.query(`SELECT ${COLUMNS}, hash FROM tokens WHERE expires IS NULL OR expires > now()`);
  return rows as unknown as HashedToken[];
}

/** @throws {PlatformError} `not-found` */
export async function revokeToken(queries: Queries, id: string): Promise<TokenRecord> {
  const [row] = await queries.query(`DELETE FROM tokens WHERE id = $1 RETURNING ${COLUMNS}`, [id]);
  if (!row) throw new PlatformError('not-found', `There is no token ${id}; landmeter token list names them`);
  return row as unknown as TokenRecord;
}
