/** Who asks, as every door sees it: found once for a request, and kept with it. */
import type { IncomingMessage } from 'node:http';
import type { DataKind, Level } from '../../pipelines/policy/levels.ts';
import { stricter } from '../../pipelines/policy/levels.ts';
import type { Role } from '../../pipelines/policy/roles.ts';
import { decide, demand } from './decide.ts';
import type { Action } from './decide.ts';

export interface Caller {
  readonly role: Role;
  /** Of the token, for the audit log; null for the public. Never a secret and never a name. */
  readonly id: string | null;
  readonly scopes: readonly string[] | null;
}

export const PUBLIC: Caller = { role: 'public', id: null, scopes: null };

/** The levels as they are known at this moment. */
export interface LevelBook {
  levelOf(kind: DataKind, id: string): Level;
  /** Ids that are not open. */
  closed(kind: DataKind): readonly string[];
}

interface Access {
  readonly caller: Caller;
  readonly book: LevelBook;
  /** Of the closest data set that was read on the way to the answer. */
  level: Level;
}

const known = new WeakMap<IncomingMessage, Access>();

export function admit(req: IncomingMessage, caller: Caller, book: LevelBook): void {
  known.set(req, { caller, book, level: 'open' });
}

export function callerOf(req: IncomingMessage): Caller {
  return accessOf(req).caller;
}

/** Folders of the machine, files of products and who asked for what are not for everybody. */
export function maySeeDetails(req: IncomingMessage): boolean {
  return decide(accessOf(req).caller.role, 'details').isAllowed;
}

/** May whoever asks know of this data set and read it? For lists and searches, which leave out what may not be seen. */
export function mayRead(req: IncomingMessage, kind: DataKind, id: string): boolean {
  const { caller, book } = accessOf(req);
  return decide(caller.role, 'read', book.levelOf(kind, id)).isAllowed;
}

/** What whoever asks may not see, for searches that leave it out before they count. */
export function hiddenFrom(req: IncomingMessage, kind: DataKind): string[] {
  return accessOf(req)
    .book.closed(kind)
    .filter((id) => !mayRead(req, kind, id));
}

/**
 * For the way of a tile, which is taken before anybody is admitted.
 * @returns false where it has to be taken again by the front door
 * @throws {PlatformError} `unauthorized`, `forbidden`
 */
export function passArchive(req: IncomingMessage, book: LevelBook, name: string): boolean {
  if (book.levelOf('archive', name) === 'open') return true;
  if (!known.has(req)) return false;
  demandRead(req, [{ kind: 'archive', id: name }]);
  return true;
}

export interface Subject {
  readonly kind: DataKind;
  readonly id: string;
}

/**
 * For an address that names one data set; `subjects` are itself and what it belongs to.
 * @throws {PlatformError} `unauthorized`, `forbidden`
 */
export function demandRead(req: IncomingMessage, subjects: readonly Subject[], action: Action = 'read'): void {
  const access = accessOf(req);
  const level = subjects.map(({ kind, id }) => access.book.levelOf(kind, id)).reduce(stricter, 'open');
  demand(access.caller.role, action, `Reading ${subjects[0]!.id.slice(0, 200)}`, level);
  access.level = stricter(access.level, level);
}

/** The level of what this request has read, for the audit log. */
export function levelRead(req: IncomingMessage): Level {
  return known.get(req)?.level ?? 'open';
}

function accessOf(req: IncomingMessage): Access {
  const access = known.get(req);
  if (!access) throw new Error('A request reached a route without having been admitted');
  return access;
}
