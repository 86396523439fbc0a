/** SHA-256 of a file: beside the work of a run, on a thread that is free. */
import { digestOf } from '../passport/digest.ts';
import type { Digest } from '../passport/digest.ts';
import type { TaskContext } from '../runner.ts';

export async function run({ path }: { readonly path: string }, { signal }: TaskContext): Promise<Digest> {
  return digestOf(path, signal);
}
