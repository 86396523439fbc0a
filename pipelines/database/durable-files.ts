/**
 * The files of the embedded database, on disk when PostgreSQL believes that they are. PGlite starts PostgreSQL with
 * `fsync` off and its file system has no such call; both are made good here, so that what was committed outlives a power
 * loss and not only a killed process.
 * @see https://github.com/electric-sql/pglite/issues/1107
 */
import { fsyncSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { syncNames } from './sync-folder.ts';

/** An open file or folder as Emscripten's NODEFS knows it. */
interface OpenNode {
  /** The descriptor; absent for folders, which NODEFS does not open. */
  readonly nfd?: number;
  readonly node: unknown;
}

interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: OpenNode) => number };
  realPath(node: unknown): string;
}

type Init = ReturnType<NodeFS['init']>;

export interface DurableOptions {
  /** Told before a file or folder is made durable; tests look at the files then. */
  readonly onSync?: (path: string) => void;
}

export class DurableFiles extends NodeFS {
  readonly #options: DurableOptions;

  constructor(folder: string, options: DurableOptions = {}) {
    super(folder);
    this.#options = options;
  }

  override async init(...args: Parameters<NodeFS['init']>): Init {
    const result = await super.init(...args);
    const { onSync } = this.#options;
    result.emscriptenOpts.preRun = [
      ...[result.emscriptenOpts.preRun ?? []].flat(),
      (module: unknown) => {
        const files = (module as { NODEFS?: NodeFileSystem }).NODEFS;
        if (!files) throw new Error('this PGlite has no NODEFS; its version is not the one that was tried');
        files.stream_ops.fsync = (stream) => {
          const path = files.realPath(stream.node);
          onSync?.(path);
          try {
            if (stream.nfd === undefined) syncNames(path);
            else fsyncSync(stream.nfd);
            return 0;
          } catch {
            return WASI_EIO; // PostgreSQL then stops rather than promise what the disk does not keep
          }
        };
      },
    ];
    return result;
  }
}

/** @see https://github.com/WebAssembly/WASI, preview 1, errno `io` */
const WASI_EIO = 29;

/** PGlite's own, with `fsync` on; the WAL by `fsync`, because its `fdatasync` does nothing whatever we do. */
export const DURABLE_START = [
  ...PGlite.defaultStartParams.filter((word) => word !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
];
