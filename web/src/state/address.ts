import { shown } from './shown.ts';
import { parseHash, toHash } from './url.ts';

/** Writing at every frame of a drag would be refused by Safari (100 changes in 30 s). */
const WRITE_DELAY_MS = 250;

/** Keeps the page's address and `shown` the same, both ways; returns how to stop. */
export function followAddress(): () => void {
  let timer = 0;
  const read = () => shown.set(parseHash(location.hash));
  const write = () => {
    const hash = toHash(shown.get());
    if (hash !== location.hash) history.replaceState(null, '', hash);
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
