/**
 * Who did what, and when: every write, every refusal of one, and every read of what is not open. A line of JSON each, a
 * file a day, without addresses and names; a token is named by its id.
 */
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../http/log.ts';
import type { Level } from '../../pipelines/policy/levels.ts';
import type { Role } from '../../pipelines/policy/roles.ts';
import type { Action } from './decide.ts';

export interface AuditEntry {
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Id of the token; null: nobody said who they are. */
  readonly token: string | null;
  readonly role: Role;
  readonly action: Action;
  readonly level: Level;
  readonly method: string;
  /** Without the query, which may hold what people typed. */
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
}

export interface AuditLog {
  write(entry: AuditEntry): void;
  close(): Promise<void>;
}

/** Days that are kept; older files are removed when a new one begins. */
const DAYS_KEPT = 400;
const NAME = /^audit-(\d{4}-\d{2}-\d{2})\.jsonl$/;

export function createAuditLog(workspace: string, log: Log): AuditLog {
  const folder = auditFolder(workspace);
  let day = '';
  let stream: Promise<WriteStream> | null = null;

  async function begin(today: string): Promise<WriteStream> {
    await mkdir(folder, { recursive: true });
    await removeOld(folder);
    const opened = createWriteStream(join(folder, `audit-${today}.jsonl`), { flags: 'a', mode: 0o600 });
    opened.on('error', (error) => log.error({ err: error }, 'audit:not-written'));
    return opened;
  }

  const end = async () => {
    const last = await stream?.catch(() => null);
    await new Promise<void>((done) => (last && !last.destroyed ? last.end(() => done()) : done()));
  };

  return {
    write(entry) {
      const today = entry.time.slice(0, 10);
      if (today !== day) {
        const ended = end();
        day = today;
        stream = ended.then(() => begin(today));
      }
      stream!.then(
        (opened) => opened.write(`${JSON.stringify(entry)}\n`),
        (error: unknown) => log.error({ err: error, entry }, 'audit:not-written'),
      );
    },
    close: end,
  };
}

/** Of one token or of all, oldest first, at most `limit` of the latest. */
export async function readAudit(workspace: string, token: string | null, limit: number): Promise<AuditEntry[]> {
  const folder = auditFolder(workspace);
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).toSorted();
  let found: AuditEntry[] = [];
  for (const name of names.toReversed()) {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line.endsWith('}'));
    const entries = lines.map((line) => JSON.parse(line) as AuditEntry);
    found = [...entries.filter((entry) => token === null || entry.token === token), ...found];
    if (found.length >= limit) break;
  }
  return found.slice(-limit);
}

function auditFolder(workspace: string): string {
  return join(workspace, 'audit');
}

async function removeOld(folder: string): Promise<void> {
  const first = new Date(Date.now() - DAYS_KEPT * 86_400_000).toISOString().slice(0, 10);
  for (const name of await readdir(folder)) {
    const day = NAME.exec(name)?.[1];
    if (day && day < first) await rm(join(folder, name), { force: true });
  }
}
