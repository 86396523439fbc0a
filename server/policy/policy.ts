/** Tokens and levels in memory: no request waits for the database, and what changes is known within seconds. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { DATA_KINDS, listClosed, stricter } from '../../pipelines/policy/levels.ts';
import type { DataKind, Level } from '../../pipelines/policy/levels.ts';
import { hashOfSecret, listHashedTokens } from '../../pipelines/policy/tokens.ts';
import type { HashedToken } from '../../pipelines/policy/tokens.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from '../services/database.ts';
import { PUBLIC } from './access.ts';
import type { Caller, LevelBook } from './access.ts';
import type { VerifyIdentity } from './oidc.ts';

export interface Policy extends LevelBook {
  /** False until tokens and levels have been read: nothing may be answered before. */
  readonly isReady: boolean;
  ready(): Promise<void>;
  /** Reads tokens and levels anew: whoever changes them calls it, and the change holds from then on. */
  reload(): Promise<void>;
  /** @throws {PlatformError} `unauthorized` for a token that is not good here */
  callerOf(req: IncomingMessage): Promise<Caller>;
  close(): void;
}

export interface PolicyOptions {
  readonly database: ServedDatabase;
  readonly operatorToken: string | null;
  /** Null: no identity provider is set up. */
  readonly verifyIdentity: VerifyIdentity | null;
  readonly log: Log;
}

/** Other processes may write to a database that is shared. */
const LOOK_MS = 2_000;
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const IS_JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

interface Snapshot {
  readonly tokens: ReadonlyMap<string, HashedToken>;
  readonly levels: ReadonlyMap<string, Level>;
  readonly closed: Readonly<Record<string, readonly string[]>>;
}

export function createPolicy({ database, operatorToken, verifyIdentity, log }: PolicyOptions): Policy {
  const operatorDigest = operatorToken === null ? null : digest(operatorToken);
  let snapshot: Snapshot | null = null;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const opened = await database.openExisting();
    const tokens = opened ? await listHashedTokens(opened) : [];
    const listed = opened ? await listClosed(opened) : [];
    const levels = new Map<string, Level>();
    for (const { kind, id, level } of listed) {
      const key = keyOf(kind, id);
      levels.set(key, stricter(levels.get(key) ?? 'open', level));
    }
    const closedOf = (kind: DataKind) => [...new Set(listed.filter((one) => one.kind === kind).map(({ id }) => id))];
    const closed = Object.fromEntries(DATA_KINDS.map((kind) => [kind, closedOf(kind)]));
    snapshot = { tokens: new Map(tokens.map((token) => [token.hash, token])), levels, closed };
  }

  const look = () => (reading ??= read().finally(() => (reading = null)));
  const timer = setInterval(() => {
    if (snapshot) look().catch((error: unknown) => log.error({ err: error }, 'policy:not-read'));
  }, LOOK_MS).unref();

  function knownToken(secret: string): Caller | null {
    if (operatorDigest && timingSafeEqual(digest(secret), operatorDigest))
      return { role: 'operator', id: 'operator', scopes: null };
    if (!snapshot) throw new PlatformError('unavailable', 'The tokens are not known yet; ask again');
    const token = snapshot.tokens.get(hashOfSecret(secret));
    if (!token || (token.expires && token.expires.getTime() <= Date.now())) return null;
    return { role: token.role, id: token.id, scopes: token.scopes };
  }

  return {
    get isReady() {
      return snapshot !== null;
    },
    async ready() {
      if (!snapshot) await look();
    },
    async reload() {
      await reading?.catch(() => {}); // it may have begun before the change
      await look();
    },
    levelOf(kind, id) {
      if (!snapshot) throw new PlatformError('unavailable', 'The levels of data sets are not known yet');
      return snapshot.levels.get(keyOf(kind, id)) ?? 'open';
    },
    closed: (kind) => snapshot?.closed[kind] ?? [],
    async callerOf({ headers: { authorization } }) {
      if (authorization === undefined) return PUBLIC;
      const secret = BEARER.exec(authorization)?.[1];
      const caller =
        secret === undefined
          ? null
          : (knownToken(secret) ?? (verifyIdentity && IS_JWT.test(secret) ? await verifyIdentity(secret) : null));
      if (caller) return caller;
      throw new PlatformError('unauthorized', 'The token is not known here; ask the operator for one');
    },
    close: () => clearInterval(timer),
  };
}

/** There are file systems on which an archive answers to its name in any case. */
function keyOf(kind: DataKind, id: string): string {
  return `${kind}:${id.toLowerCase()}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
