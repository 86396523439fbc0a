import type { AddressBar } from './address.ts';

export const browserAddress: AddressBar = {
  read: () => location.hash,
  write: (hash) => history.replaceState(null, '', hash),
  listen(changed) {
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  },
};
