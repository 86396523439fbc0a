/** Which code this is. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SoftwareRecord } from '../core/passport/passport.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let known: Promise<SoftwareRecord> | undefined;

/** Read once: the code in memory does not change when its folder does. */
export function softwareRecord(): Promise<SoftwareRecord> {
  return (known ??= readSoftware());
}

async function readSoftware(): Promise<SoftwareRecord> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return { name: 'Landmeter', version, commit: await readCommit(ROOT), node: process.versions.node };
}

/**
 * The commit that is checked out, without starting git; null where the folder is no clone.
 * @see git help repository-layout: HEAD, refs, packed-refs, and `.git` as a file in worktrees
 */
export async function readCommit(root: string): Promise<string | null> {
  const text = (path: string) => readFile(path, 'utf8').catch(() => null);
  const at = join(root, '.git');
  const isFile = (await stat(at).catch(() => null))?.isFile() === true;
  const link = isFile ? /^gitdir: (.+)$/m.exec((await text(at)) ?? '')?.[1] : undefined;
  const git = link === undefined ? at : resolve(root, link);
  const head = (await text(join(git, 'HEAD')))?.trim();
  if (head === undefined) return null;
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined) return commitIn(head);
  const common = resolve(git, (await text(join(git, 'commondir')))?.trim() ?? '.');
  const loose = (await text(join(git, ref))) ?? (await text(join(common, ref)));
  if (loose !== null) return commitIn(loose.trim());
  const packed = (await text(join(common, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? null : commitIn(line.slice(0, line.indexOf(' ')));
}

function commitIn(text: string): string | null {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text) ? text : null;
}
