/** The thread: look up the task, run it, answer with a reply. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { flushCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';
import { allowRemoteHosts } from '../pipelines/io/byte-source/remote-hosts.ts';
import { useRdGrid } from '../pipelines/io/rd-grid.ts';
import { TASKS } from '../pipelines/tasks/registry.ts';
import { toReply } from './reply.ts';
import type { Reply } from './reply.ts';
import type { ThreadSetup } from './pool.ts';
import { transferList } from './transfer.ts';

export interface Message {
  readonly name: string;
  readonly input: unknown;
  /** One shared byte; 1 once the caller gave up. Piscina's own abort ends the whole thread, which we do not want. */
  readonly abortFlag: SharedArrayBuffer;
}

type Run = (input: unknown, context: { signal: AbortSignal }) => Promise<unknown>;

/** Tasks whose modules this thread has put into the compile cache; a thread that is ended does not do so by itself. */
const cached = new Set<string>();

export default async function entry({ name, input, abortFlag }: Message): Promise<unknown> {
  const signal = watch(new Uint8Array(abortFlag));
  let reply: Reply;
  try {
    const load = (TASKS as Record<string, () => Promise<{ run: unknown }>>)[name];
    if (!load) throw new TypeError(`There is no task named ${name}`);
    const { rdGrid, remoteHosts = null } = workerData as ThreadSetup;
    await useRdGrid(rdGrid);
    allowRemoteHosts(remoteHosts);
    reply = { ok: true, value: await ((await load()).run as Run)(input, { signal }) };
    if (!cached.has(name)) flushCompileCache();
    cached.add(name);
  } catch (error) {
    reply = toReply(error);
  }
  if (!reply.ok) return reply;
  const buffers = transferList(reply.value);
  return buffers.length === 0 ? reply : move({ [transferableSymbol]: buffers, [valueSymbol]: reply } as never);
}

/** A signal whose `aborted` reads the shared byte: tasks look at it between blocks. */
function watch(flag: Uint8Array): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  return new Proxy(signal, {
    get(target, key) {
      if (Atomics.load(flag, 0) === 1 && !target.aborted) controller.abort();
      const value = Reflect.get(target, key, target) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
