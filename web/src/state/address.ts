import { shown } from './shown.ts';
import { parseHash, toHash } from './url.ts';

/** Writing at every frame of a drag would be refused by Safari (100 changes in 30 s). */
const WRITE_DELAY_MS = 250;

/** Keeps the page's address and `shown` the same, both ways; returns how to stop. */
export function followAddress(): () => void {
  let timer = 0;
  /** What both agree on. */
  let known = location.hash;
  const read = () => {
    known = location.hash;
    shown.set(parseHash(known));
  };
  const write = () => {
    // Somebody has just changed the address, and its event is still on the way: it is not written over
    if (location.hash !== known) return read();
    const hash = toHash(shown.get());
    if (hash === known) return;
    history.replaceState(null, '', hash);
    known = location.hash;
  };
  if (location.hash.length > 1) read();
  const stop = shown.subscribe(() => {
    clearTimeout(timer);
    timer = window.setTimeout(write, WRITE_DELAY_MS);
  });
  addEventListener('hashchange', read);
  return () => {
    stop();
    clearTimeout(timer);
    removeEventListener('hashchange', read);
  };
}
