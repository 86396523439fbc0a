/** The folder of a run in the store: inputs and outputs of its tasks, until it is done. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { softwareRecord } from '../passport/software.ts';
import { writeError } from '../io/output-file.ts';
import type { Checkpoints } from './checkpoints.ts';
import { createCheckpoints } from './checkpoints.ts';

export interface RunFolder {
  readonly outputs: Checkpoints;
  readonly inputs: Checkpoints;
  /**
   * Makes the folder ready for an attempt. What another version of the code, or a plan over other contents of the inputs
   * left there, is removed: its outputs would be others today.
   */
  prepare(planDigest: string, stamps: readonly (string | null)[]): Promise<void>;
  remove(): Promise<void>;
}

export function runFolder(store: string, run: string): RunFolder {
  const folder = join(store, 'runs', run);
  const outputs = createCheckpoints(join(folder, 'tasks'));
  const inputs = createCheckpoints(join(folder, 'inputs'));
  return {
    outputs,
    inputs,
    async prepare(planDigest, stamps) {
      const { version, commit, node } = await softwareRecord();
      const text = JSON.stringify({ planDigest, stamps, version, commit, node });
      const path = join(folder, 'made-by.json');
      const known = await readFile(path, 'utf8').catch(() => null);
      if (known === text) return;
      await outputs.clear();
      await inputs.clear();
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(path, text);
      } catch (error) {
        throw writeError(path, error);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Folders of runs that nobody went on with for so long are given back. */
const KEPT_DAYS = 7;

export async function removeOldFolders(store: string, now: Date = new Date()): Promise<void> {
  const folder = join(store, 'runs');
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const used = await stat(join(path, 'tasks')).catch(() => stat(path).catch(() => null));
    if (used && now.getTime() - used.mtimeMs > KEPT_DAYS * 24 * 3600 * 1000)
      await rm(path, { recursive: true, force: true });
  }
}
