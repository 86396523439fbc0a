/** Bytes by position, wherever they are. Readers of formats ask for ranges and never learn whether it is a disk or a network. */
import { PlatformError } from '../../core/errors.ts';

export interface ByteSource {
  /** The path or URL as the user gave it, for messages. */
  readonly name: string;
  /** Length in bytes; null where nobody has told yet (a server that does not say). */
  readonly size: number | null;
  /**
   * The bytes at `offset`; fewer than `length` where the file ends before, none beyond its end.
   * @returns bytes that the caller may keep and change.
   * @throws {PlatformError} `not-readable`, `remote-failed`, `aborted`
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  /** The same without waiting; only local files have it. For use in threads, where nobody else waits. */
  readonly readSync?: (offset: number, length: number) => Uint8Array;
  /** The same into bytes that are there, which saves a loop their making. @returns how many were read. */
  readonly readIntoSync?: (offset: number, target: Uint8Array) => number;
  close(): Promise<void>;
}

/**
 * Exactly `length` bytes.
 * @throws {PlatformError} `format-damaged` where the file ends before that.
 */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const bytes = await source.read(offset, length, signal);
  if (bytes.length < length) throw endsTooEarly(source, offset + length);
  return bytes;
}

/** The failure of a file that ends before a byte that it should have. */
export function endsTooEarly(source: ByteSource, needed: number): PlatformError {
  const size = source.size === null ? '' : ` after ${source.size} bytes`;
  return new PlatformError(
    'format-damaged',
    `${source.name} ends${size} but byte ${needed} is needed: it is truncated; copy or download it again`,
    { detail: { path: source.name, size: source.size, needed } },
  );
}

/** @throws {PlatformError} `aborted` where the signal has fired. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw signal.reason instanceof PlatformError
    ? signal.reason
    : new PlatformError('aborted', 'Stopped as asked while reading; nothing half-written is left', {
        cause: signal.reason,
      });
}
