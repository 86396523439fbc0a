/** Who asks, as every door sees it: found once for a request, and kept with it. */
import type { IncomingMessage } from 'node:http';
import type { Level, SubjectKind } from '../../pipelines/policy/levels.ts';
import { stricter } from '../../pipelines/policy/levels.ts';
import type { Role } from '../../pipelines/policy/roles.ts';
import { decide, demand, demandPurpose, servesPurposes } from './decide.ts';
import type { Action } from './decide.ts';

export interface Caller {
  readonly role: Role;
  /** Of the token, for the audit log; null for the public. Never a secret and never a name. */
  readonly id: string | null;
  readonly scopes: readonly string[] | null;
  readonly purposes: readonly string[];
}

export const PUBLIC: Caller = { role: 'public', id: null, scopes: null, purposes: [] };

/** How a data set is guarded: by the closest of all that it was made of, and by the purposes of each. */
export interface Guard {
  readonly level: Level;
  /** One of each list must be a purpose of the caller. */
  readonly purposes: readonly (readonly string[])[];
}

/** The levels as they are known at this moment. */
export interface LevelBook {
  guardOf(kind: SubjectKind, id: string): Guard;
  /** Looks again where the run is younger than what is known. `text` has its id somewhere. */
  settle(text: string): Promise<void>;
  /** Ids that are not open. */
  closed(kind: SubjectKind): readonly string[];
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
export function mayRead(req: IncomingMessage, kind: SubjectKind, id: string): boolean {
  const { caller, book } = accessOf(req);
  const { level, purposes } = book.guardOf(kind, id);
  return decide(caller.role, 'read', level).isAllowed && servesPurposes(caller, purposes);
}

/** Before something is said of a run that may have just begun. */
export function settleRun(req: IncomingMessage, id: string): Promise<void> {
  return accessOf(req).book.settle(id);
}

/** What whoever asks may not see, for searches that leave it out before they count. */
export function hiddenFrom(req: IncomingMessage, kind: SubjectKind): string[] {
  return accessOf(req)
    .book.closed(kind)
    .filter((id) => !mayRead(req, kind, id));
}

/** Networks of sensors whose names are written in any letters; here they are small. */
export function hiddenNetworks(req: IncomingMessage): string[] {
  return hiddenFrom(req, 'sensors').map((name) => name.toLowerCase());
}

/**
 * For the way of a tile, which is taken before anybody is admitted.
 * @returns false where it has to be taken again by the front door
 * @throws {PlatformError} `unauthorized`, `forbidden`
 */
export function passArchive(req: IncomingMessage, book: LevelBook, name: string): boolean {
  if (book.guardOf('archive', name).level === 'open') return true;
  if (!known.has(req)) return false;
  demandRead(req, [{ kind: 'archive', id: name }]);
  return true;
}

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
}

/**
 * For an address that names one data set; `subjects` are itself and what it belongs to.
 * @throws {PlatformError} `unauthorized`, `forbidden`
 */
export function demandRead(req: IncomingMessage, subjects: readonly Subject[], action: Action = 'read'): void {
  const access = accessOf(req);
  const guards = subjects.map(({ kind, id }) => access.book.guardOf(kind, id));
  const level = guards.map((guard) => guard.level).reduce(stricter, 'open');
  const what = `Reading ${subjects[0]!.id.slice(0, 200)}`;
  demand(access.caller.role, action, what, level);
  for (const { purposes } of guards) demandPurpose(access.caller, purposes, what);
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
