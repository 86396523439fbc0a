/** Files and their names, on disk for good: what a power loss leaves of a folder is what was synced. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The names in a folder. Windows knows no such thing and refuses it. */
export function syncNames(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** All files below a folder and the names in it; for a database that was just made, when nothing had to be durable yet. */
export async function syncFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) syncNames(path);
    else if (entry.isFile()) {
      await using file = await open(path, 'r+');
      await file.sync();
    }
  }
  syncNames(folder);
}
