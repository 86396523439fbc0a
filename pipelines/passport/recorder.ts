/**
 * The passport of a product in the making. The run tells what it reads and what it finds; digests are taken beside its
 * work. A sidecar lies ready, flushed under a hidden name, before the product gets its own: a full disk is noticed while
 * nothing is there yet, and between two renames lies the only moment in which a product stands without a passport.
 */
import { hash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { canonicalJson } from '../core/passport/canonical.ts';
import { PASSPORT_VERSION } from '../core/passport/passport.ts';
import type {
  InputRecord,
  Json,
  MethodRecord,
  Passport,
  ReadingRecord,
  ResultRecord,
} from '../core/passport/passport.ts';
import { PlatformError } from '../core/errors.ts';
import { createOutputFile, writeError } from '../io/output-file.ts';
import type { OutputFile } from '../io/output-file.ts';
import { inlineRunner } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import type { Digest } from './digest.ts';
import { identify, isSame, stampOf } from './identify.ts';
import type { Identity } from './identify.ts';
import { mediaTypeOf, sidecarOf } from './sidecar.ts';
import { placeOf } from './place.ts';
import { softwareRecord } from './software.ts';

/** A file that a run reads. */
export interface InputUse {
  /** `red`, `scl`, `metadata`, `features` … */
  readonly role: string;
  readonly path: string;
  /** Absent: it is read whole, as metadata and tables are. */
  readonly reading?: ReadingRecord;
}

/** What a run settles before it reads pixels. */
export interface RunFacts {
  readonly inputs: readonly InputUse[];
  readonly method: MethodRecord;
}

/** What a run tells while it works; without one it keeps it to itself. */
export interface PassportRecorder {
  /** Starts to identify the inputs, beside what the run does. */
  begin(facts: RunFacts, runner?: TaskRunner): void;
  /** What was found, and sentences for the user; later calls add to earlier ones. */
  found(result: ResultRecord, notes?: readonly string[]): void;
  /** The product is complete under a hidden name: digests it and makes its sidecar ready. */
  seal(temporaryPath: string): Promise<void>;
  /** For formats that carry it: without time, people and folders, so that the product is the same at every hour. */
  embed(): Promise<Passport>;
}

export interface RecorderOptions {
  readonly process: string;
  /** The request with its paths given by `place`. */
  readonly request: (place: (path: string) => string) => Json;
  readonly output: string;
  readonly askedBy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: now. */
  readonly now?: () => Date;
}

/** Below this size starting a thread costs more than the digest. */
const INLINE_BYTES = 32 << 20;

interface Identified {
  readonly use: InputUse;
  readonly stamp: string | null;
  readonly identity: Identity;
}

export function createRecorder(
  options: RecorderOptions,
): PassportRecorder & { commit(): Promise<void>; discard(): Promise<void> } {
  const { process, request, output, askedBy, signal, now = () => new Date() } = options;
  const folder = dirname(resolve(output));
  const started = now();
  let facts: RunFacts | undefined;
  let taskRunner: TaskRunner = inlineRunner;
  let identified: Promise<Identified[]> | undefined;
  let result: ResultRecord = {};
  const notes: string[] = [];
  let sidecar: OutputFile | undefined;

  const digest = async (path: string): Promise<Digest> => {
    const runner = await chooseRunner(path, taskRunner);
    return runner.run('digest-file', { path }, signal ? { signal } : {});
  };

  async function describe(product: Passport['product']): Promise<Passport> {
    if (!facts || !identified) throw new TypeError(`The run ${process} told nothing of its inputs`);
    const inputs = (await identified).map(({ use, identity }) => toRecord(use, identity, folder));
    await checkUnchanged(await identified, signal);
    const software = await softwareRecord();
    const recipe = digestOfRecord({
      process,
      request: request((path) => basename(path)),
      inputs: inputs.map(({ role, bytes, sha256, remote, reading }) => ({ role, bytes, sha256, remote, reading })),
      method: facts.method,
      software: { version: software.version, commit: software.commit },
    });
    return {
      passport: PASSPORT_VERSION,
      product,
      process: { name: process, request: request((path) => placeOf(path, folder)), recipe },
      inputs,
      method: facts.method,
      result,
      notes: [...new Set(notes.map((note) => withPlaces(note, facts!.inputs, folder)))],
      software,
    };
  }

  return {
    begin(told, runner = inlineRunner) {
      facts = told;
      taskRunner = runner;
      identified = identifyAll(told.inputs, digest, signal);
      identified.catch(() => {}); // told where it is awaited
    },
    found(more, sentences = []) {
      result = { ...result, ...more };
      notes.push(...sentences);
    },
    embed: () => describe({ name: basename(output), mediaType: mediaTypeOf(output) }),
    async seal(temporaryPath) {
      const { bytes, sha256 } = await digest(temporaryPath);
      const product = { name: basename(output), mediaType: mediaTypeOf(output), bytes, sha256, folder };
      const passport: Passport = {
        ...(await describe(product)),
        time: { started: started.toISOString(), ended: now().toISOString() },
        ...(askedBy ? { askedBy } : {}),
      };
      sidecar = await createOutputFile(sidecarOf(output));
      try {
        await sidecar.handle.writeFile(`${JSON.stringify(passport, null, 2)}\n`);
        await sidecar.handle.datasync();
      } catch (error) {
        throw writeError(sidecarOf(output), error);
      }
    },
    commit: async () => sidecar?.commit(),
    discard: async () => sidecar?.discard(),
  };
}

async function chooseRunner(path: string, runner: TaskRunner): Promise<TaskRunner> {
  const size = Number((await stampOf(path))?.split(':')[1] ?? 0);
  return size < INLINE_BYTES ? inlineRunner : runner;
}

/** One after the other, so that the run keeps its threads; a file that has several roles is read once. */
async function identifyAll(
  uses: readonly InputUse[],
  digest: (path: string) => Promise<Digest>,
  signal: AbortSignal | undefined,
): Promise<Identified[]> {
  const known = new Map<string, Omit<Identified, 'use'>>();
  const all: Identified[] = [];
  for (const use of uses) {
    let one = known.get(use.path);
    if (!one) {
      const stamp = await stampOf(use.path);
      one = { stamp, identity: await identify(use.path, use.reading === undefined, signal, digest) };
      known.set(use.path, one);
    }
    all.push({ use, ...one });
  }
  return all;
}

/** @throws {PlatformError} `not-readable`: an input is another one than at the start, so that nobody knows what was read */
async function checkUnchanged(identified: readonly Identified[], signal: AbortSignal | undefined): Promise<void> {
  for (const { use, stamp, identity } of identified) {
    const same =
      identity.remote && identity.sha256 === null
        ? isSame(identity, await identify(use.path, false, signal))
        : stamp === (await stampOf(use.path));
    if (!same)
      throw new PlatformError('not-readable', `${use.path} changed while it was read; run it again`, {
        detail: { path: use.path },
      });
  }
}

/** Sentences name files as the user did; a passport names them by their places, and no folder of the machine. */
function withPlaces(note: string, inputs: readonly InputUse[], folder: string): string {
  return inputs.reduce((text, { path }) => text.replaceAll(path, () => placeOf(path, folder)), note);
}

function toRecord({ role, path, reading }: InputUse, identity: Identity, folder: string): InputRecord {
  const { bytes, sha256, remote } = identity;
  return { role, place: placeOf(path, folder), bytes, sha256, ...(remote && { remote }), ...(reading && { reading }) };
}

/** Interfaces have no index signature, so that TypeScript does not see that these are JSON. */
function digestOfRecord(record: Readonly<Record<string, unknown>>): string {
  return hash('sha256', canonicalJson(record as Json));
}
