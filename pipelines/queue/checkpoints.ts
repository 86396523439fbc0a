/**
 * Outputs of finished tasks on disk, so that a run that was killed goes on where it was. A checkpoint is known by the
 * digest of the task's name and input; a torn or damaged one counts as none.
 *
 *     'LMC1', CRC-32 of the rest (4 bytes, big-endian), the output as V8 serialises it
 */
import { hash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { writeError } from '../io/output-file.ts';

const MAGIC = Buffer.from('LMC1', 'latin1');
const HEAD_BYTES = 8;
/** A larger input would be digested and kept at a higher cost than the work it saves. */
const MAX_INPUT_BYTES = 8 << 20;

/** What was in memory is another thing than a number: files and folders change. */
const NEVER_KEPT = new Set(['digest-file']);

export interface Checkpoints {
  /** Null where the task is not kept: its input cannot be written down, or is too large. */
  keyOf(task: string, input: unknown): string | null;
  /** Undefined where there is none that is whole. */
  read(key: string): Promise<unknown>;
  has(key: string): Promise<boolean>;
  /** @returns its size. @throws {PlatformError} `disk-full`, `not-writable` */
  write(key: string, output: unknown): Promise<number>;
  /** Removes all of them. */
  clear(): Promise<void>;
}

export function createCheckpoints(folder: string): Checkpoints {
  const pathOf = (key: string) => join(folder, key);
  let made: Promise<unknown> | undefined;
  return {
    keyOf(task, input) {
      if (NEVER_KEPT.has(task)) return null;
      const bytes = serialized(input);
      return bytes && hash('sha256', Buffer.concat([Buffer.from(`${task}\n`), bytes])).slice(0, 40);
    },
    async read(key) {
      const bytes = await readFile(pathOf(key)).catch(() => undefined);
      return bytes && parse(bytes);
    },
    async has(key) {
      return (await this.read(key)) !== undefined;
    },
    async write(key, output) {
      const payload = serialize(output);
      const head = Buffer.alloc(HEAD_BYTES);
      MAGIC.copy(head);
      head.writeUInt32BE(crc32(payload), MAGIC.length);
      const temporary = `${pathOf(key)}.${process.pid}.tmp`;
      try {
        await (made ??= mkdir(folder, { recursive: true }));
        await writeFile(temporary, [head, payload]);
        await rename(temporary, pathOf(key));
      } catch (error) {
        await rm(temporary, { force: true });
        throw writeError(pathOf(key), error);
      }
      return HEAD_BYTES + payload.length;
    },
    async clear() {
      made = undefined;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function serialized(input: unknown): Buffer | null {
  try {
    const bytes = serialize(input);
    return bytes.length > MAX_INPUT_BYTES ? null : bytes;
  } catch {
    return null; // shared memory, which has no place on disk
  }
}

function parse(bytes: Buffer): unknown {
  if (bytes.length <= HEAD_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const payload = bytes.subarray(HEAD_BYTES);
  if (crc32(payload) !== bytes.readUInt32BE(MAGIC.length)) return undefined;
  try {
    return withOwnMemory(deserialize(payload));
  } catch {
    return undefined; // written by another version of Node
  }
}

/** Arrays come out as views of one buffer; who takes one gives its memory away, and the others with it. */
function withOwnMemory(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.prototype.slice.call(value); // a Buffer's own slice shares memory
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map(withOwnMemory);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withOwnMemory(member)]));
}
