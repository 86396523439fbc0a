/** Tokens and levels in memory: no request waits for the database, and what changes is known within seconds. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { listClosed, listFreshRuns, stricter } from '../../pipelines/policy/levels.ts';
import type { ClosedData, SubjectKind } from '../../pipelines/policy/levels.ts';
import { hashOfSecret, listHashedTokens } from '../../pipelines/policy/tokens.ts';
import type { HashedToken } from '../../pipelines/policy/tokens.ts';
import type { Log } from '../http/log.ts';
import type { ServedDatabase } from '../services/database.ts';
import { PUBLIC } from './access.ts';
import type { Caller, Guard, LevelBook } from './access.ts';
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
  readonly guards: ReadonlyMap<string, Guard>;
  readonly closed: ReadonlyMap<SubjectKind, readonly string[]>;
  readonly freshRuns: ReadonlySet<string>;
  /** When it was begun: what is younger is not in it. */
  readonly beganMs: number;
}

const OPEN: Guard = { level: 'open', purposes: [] };
/** What a run reads is known a moment after the run is. */
const UNKNOWN: Guard = { level: 'confidential', purposes: [] };
/** The id of a run begins with the second in which it was asked for; the id of a product with that of its run. */
const RUN_ID = /(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-[0-9a-f]{4}/;
const UNCERTAIN_MS = 1_000;

export function createPolicy({ database, operatorToken, verifyIdentity, log }: PolicyOptions): Policy {
  const operatorDigest = operatorToken === null ? null : digest(operatorToken);
  let snapshot: Snapshot | null = null;
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    const beganMs = Date.now();
    const opened = await database.openExisting();
    const tokens = opened ? await listHashedTokens(opened) : [];
    const freshRuns = new Set(opened ? await listFreshRuns(opened) : []);
    const listed = opened ? await listClosed(opened) : [];
    snapshot = { tokens: new Map(tokens.map((token) => [token.hash, token])), ...gather(listed), freshRuns, beganMs };
  }

  const look = () => (reading ??= read().finally(() => (reading = null)));
  const timer = setInterval(() => {
    if (snapshot) look().catch((error: unknown) => log.error({ err: error }, 'policy:not-read'));
  }, LOOK_MS).unref();

  function knownToken(secret: string): Caller | null {
    if (operatorDigest && timingSafeEqual(digest(secret), operatorDigest))
      return { role: 'operator', id: 'operator', scopes: null, purposes: [] };
    if (!snapshot) throw new PlatformError('unavailable', 'The tokens are not known yet; ask again');
    const token = snapshot.tokens.get(hashOfSecret(secret));
    if (!token || (token.expires && token.expires.getTime() <= Date.now())) return null;
    return { role: token.role, id: token.id, scopes: token.scopes, purposes: token.purposes };
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
    guardOf(kind, id) {
      if (!snapshot) throw new PlatformError('unavailable', 'The levels of data sets are not known yet');
      return snapshot.guards.get(keyOf(kind, id)) ?? (isUnknown(kind, id, snapshot) ? UNKNOWN : OPEN);
    },
    async settle(text) {
      const run = RUN_ID.exec(text)?.[0];
      if (run === undefined || (snapshot && !isUnknown('run', run, snapshot))) return;
      await reading?.catch(() => {}); // it may have begun before the run
      await look();
    },
    closed: (kind) => snapshot?.closed.get(kind) ?? [],
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

/** All reasons for which something is not open, as one. */
function gather(listed: readonly ClosedData[]): Pick<Snapshot, 'guards' | 'closed'> {
  const guards = new Map<string, Guard>();
  const closed = new Map<SubjectKind, Set<string>>();
  for (const { kind, id, level, purposes } of listed) {
    const key = keyOf(kind, id);
    const before = guards.get(key) ?? OPEN;
    const bound = purposes.length > 0 ? [...before.purposes, purposes] : before.purposes;
    guards.set(key, { level: stricter(before.level, level), purposes: bound });
    closed.set(kind, (closed.get(kind) ?? new Set()).add(id));
  }
  return { guards, closed: new Map([...closed].map(([kind, ids]) => [kind, [...ids]])) };
}

function isUnknown(kind: SubjectKind, id: string, { freshRuns, beganMs }: Snapshot): boolean {
  const match = kind === 'run' || kind === 'product' ? RUN_ID.exec(id) : null;
  if (!match || match.index > 0 || freshRuns.has(match[0])) return false;
  const [, year, month, day, hour, minute, second] = match.map(Number) as [number, ...number[]];
  return Date.UTC(year!, month! - 1, day, hour, minute, second) > beganMs - UNCERTAIN_MS;
}

/** There are file systems on which an archive answers to its name in any case. */
function keyOf(kind: SubjectKind, id: string): string {
  return `${kind}:${id.toLowerCase()}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
