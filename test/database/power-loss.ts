/**
 * A disk that loses power. What was synced is there; of what was written since, each page and each name is there or not,
 * as chance has it: a kernel writes back in any order.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const PAGE = 4096;

interface Image {
  /** Relative path → inode. */
  readonly names: Map<string, number>;
  /** Inode → contents. */
  readonly contents: Map<number, Buffer>;
}

export class FailingDisk {
  readonly #folder: string;
  readonly #random: () => number;
  readonly #synced: Image;

  /** Takes all that is in the folder now as synced. */
  constructor(folder: string, random: () => number) {
    this.#folder = folder;
    this.#random = random;
    this.#synced = this.#live();
  }

  /** The moment at which a file, or the names in a folder, reach the disk. */
  sync(path: string): void {
    const stats = statSync(path);
    if (stats.isFile()) {
      this.#synced.contents.set(stats.ino, readFileSync(path));
      // ext4, XFS, Btrfs and NTFS keep a new file's name with its contents; PostgreSQL relies on it for its tables.
      this.#synced.names.set(relative(this.#folder, path), stats.ino);
      return;
    }
    const below = relative(this.#folder, path);
    const isHere = (name: string) => (name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '') === below;
    for (const name of this.#synced.names.keys()) if (isHere(name)) this.#synced.names.delete(name);
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isFile()) this.#synced.names.set(join(below, entry.name), statSync(join(path, entry.name)).ino);
  }

  /** What is found after the power is back. */
  fail(target: string): void {
    const live = this.#live();
    for (const folder of this.#folders()) mkdirSync(join(target, folder), { recursive: true });
    for (const name of new Set([...this.#synced.names.keys(), ...live.names.keys()])) {
      const choices = [this.#synced.names.get(name), live.names.get(name)];
      const inode = choices[this.#random() < 0.5 ? 0 : 1];
      if (inode === undefined) continue;
      const then = this.#synced.contents.get(inode) ?? Buffer.alloc(0);
      writeFileSync(join(target, name), this.#mix(then, live.contents.get(inode) ?? then));
    }
  }

  #mix(then: Buffer, now: Buffer): Buffer {
    if (then.equals(now)) return now;
    const size = this.#random() < 0.5 ? then.length : now.length;
    const mixed = Buffer.alloc(size);
    for (let at = 0; at < size; at += PAGE) {
      const source = this.#random() < 0.5 ? then : now;
      if (at < source.length) source.copy(mixed, at, at, Math.min(at + PAGE, source.length, size));
    }
    return mixed;
  }

  #folders(): string[] {
    return readdirSync(this.#folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => relative(this.#folder, join(entry.parentPath, entry.name)));
  }

  #live(): Image {
    const names = new Map<string, number>();
    const contents = new Map<number, Buffer>();
    for (const entry of readdirSync(this.#folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { ino } = statSync(path);
      names.set(relative(this.#folder, path), ino);
      contents.set(ino, readFileSync(path));
    }
    return { names, contents };
  }
}
