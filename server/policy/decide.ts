/**
 * The one place that decides. Whatever door somebody comes through, what is asked becomes an action, and this table says
 * which role it takes.
 */
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { Level } from '../../pipelines/policy/levels.ts';
import { ROLES } from '../../pipelines/policy/roles.ts';
import type { Role } from '../../pipelines/policy/roles.ts';

export const ACTIONS = ['read', 'details', 'start', 'change', 'operate'] as const;
export type Action = (typeof ACTIONS)[number];

/** The least role that may. */
const LEAST: Readonly<Record<Action, Readonly<Record<Level, Role>>>> = {
  /** Tiles, pixels, features, statistics, search results. */
  read: { open: 'public', internal: 'viewer', confidential: 'analyst' },
  /** Files of products, folders of the machine, who asked for what. */
  details: { open: 'viewer', internal: 'viewer', confidential: 'analyst' },
  /** Starting and stopping runs. */
  start: { open: 'analyst', internal: 'analyst', confidential: 'analyst' },
  /** Adding, replacing and removing data. */
  change: { open: 'steward', internal: 'steward', confidential: 'steward' },
  /** The workspace itself: files of the machine, tokens, backups. */
  operate: { open: 'operator', internal: 'operator', confidential: 'operator' },
};

export interface Decision {
  readonly isAllowed: boolean;
  /** The least role that may, for people to read. */
  readonly needs: Role;
}

export function decide(role: Role, action: Action, level: Level = 'open'): Decision {
  const needs = LEAST[action][level];
  return { isAllowed: ROLES.indexOf(role) >= ROLES.indexOf(needs), needs };
}

/** @throws {PlatformError} `unauthorized` where a token would help, `forbidden` where another one would. */
export function demand(role: Role, action: Action, what: string, level: Level = 'open'): void {
  const { isAllowed, needs } = decide(role, action, level);
  if (isAllowed) return;
  if (role === 'public')
    throw new PlatformError('unauthorized', `${what} needs a token: send Authorization: Bearer …`, {
      detail: { needs },
    });
  throw new PlatformError('forbidden', `${what} needs the role ${needs}; this token has the role ${role}`, {
    detail: { role, needs },
  });
}

/** Who reads, and for what. */
export interface Reader {
  readonly role: Role;
  readonly purposes: readonly string[];
}

/** Of each list one; the operator, who hands out purposes and has the files, is bound by the audit log alone. */
export function servesPurposes({ role, purposes }: Reader, bound: readonly (readonly string[])[]): boolean {
  return role === 'operator' || bound.every((list) => list.some((purpose) => purposes.includes(purpose)));
}

/** @throws {PlatformError} `forbidden` */
export function demandPurpose(reader: Reader, bound: readonly (readonly string[])[], what: string): void {
  if (servesPurposes(reader, bound)) return;
  const missing = bound.find((list) => !list.some((purpose) => reader.purposes.includes(purpose)))!;
  throw new PlatformError('forbidden', `${what} is bound to a purpose that this token does not have`, {
    detail: { needs: 'purpose', purposes: missing },
  });
}
