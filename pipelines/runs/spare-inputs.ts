/** An output that is one of the inputs would be gone after the first slip: no run writes over what it reads. */
import { lstatSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { PlatformError } from '../core/errors.ts';

/**
 * Told by device and inode, so that other spellings of a path, hard links and symbolic links to the output are found too.
 * An output that is itself a symbolic link is replaced, and what it points to is kept.
 * @throws {PlatformError} `usage` where `output` exists and is one of the `inputs`
 */
export function spareInputs(inputs: readonly string[], output: string): void {
  const there = look(lstatSync, output);
  if (!there) return;
  for (const input of inputs) {
    const read = look(statSync, input);
    if (read && read.ino === there.ino && read.dev === there.dev)
      throw new PlatformError('usage', `${output} is an input (${input}) and would be lost; write to another name`, {
        detail: { input, output },
      });
  }
}

function look(stat: (path: string) => Stats, path: string): Stats | null {
  try {
    return stat(path);
  } catch {
    return null; // not there, or a URL
  }
}
