import type { Versions } from '../../../pipelines/vector-tiles/versions.ts';

/**
 * Looks at the versions of all data. Whoever asks while a look is under way waits for the next, and all who wait share it:
 * what anybody is told was read after he asked, and a map's hundred requests cost two or three statements.
 */
export function createVersionReader(read: () => Promise<Versions>): () => Promise<Versions> {
  let running: Promise<unknown> | null = null;
  let next: Promise<Versions> | null = null;
  return () => {
    next ??= (running ?? Promise.resolve()).then(() => {
      const look = read();
      next = null;
      const ended = look
        .catch(() => {})
        .finally(() => {
          if (running === ended) running = null;
        });
      running = ended;
      return look;
    });
    return next;
  };
}
