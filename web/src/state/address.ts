import { shown } from './shown.ts';
import { parseHash, toHash } from './url.ts';

/** Writing at every frame of a drag would be refused by Safari (100 changes in 30 s). */
const WRITE_DELAY_MS = 250;

/** The part of a browser's address that is ours. */
export interface AddressBar {
  /** From `#` on. */
  read(): string;
  /** Without a step in the browser's history. */
  write(hash: string): void;
  /** Calls `changed` some time after somebody else wrote; returns how to stop. */
  listen(changed: () => void): () => void;
}

/** Keeps the page's address and `shown` the same, both ways; returns how to stop. */
export function followAddress(bar: AddressBar): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What both agree on. */
  let known = bar.read();
  const read = () => {
    known = bar.read();
    shown.set(parseHash(known));
  };
  const write = () => {
    // Somebody has just changed the address, and word of it is still on the way: it is not written over
    if (bar.read() !== known) return read();
    const hash = toHash(shown.get());
    if (hash === known) return;
    bar.write(hash);
    known = bar.read();
  };
  if (known.length > 1) read();
  const stop = shown.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  });
  const unlisten = bar.listen(read);
  return () => {
    stop();
    clearTimeout(timer);
    unlisten();
  };
}
