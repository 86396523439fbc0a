import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followAddress } from '../../web/src/state/address.ts';
import { NOTHING_SHOWN, shown } from '../../web/src/state/shown.ts';

/** An address bar whose `hashchange` event comes when the test says so, as in a browser that is busy. */
const address = { hash: '', announce: () => undefined as void };
let stop: () => void;

describe('the address that follows what is shown', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(address, { hash: '#p=runs' });
    vi.stubGlobal('location', address);
    vi.stubGlobal('history', {
      replaceState: (_state: unknown, _title: string, hash: string) => (address.hash = hash),
    });
    vi.stubGlobal('window', globalThis);
    vi.stubGlobal('addEventListener', (_name: string, listener: () => void) => (address.announce = listener));
    vi.stubGlobal('removeEventListener', () => undefined);
    shown.set(NOTHING_SHOWN);
    stop = followAddress();
  });

  afterEach(() => {
    stop();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is written a moment after something else is shown', () => {
    shown.set({ ...shown.get(), page: 'scenes' });
    expect(address.hash).toBe('#p=runs');
    vi.advanceTimersByTime(300);
    expect(address.hash).toBe('#p=scenes');
  });

  it('is read when somebody changes it', () => {
    address.hash = '#p=zones';
    address.announce();
    expect(shown.get().page).toBe('zones');
  });

  it('is not written over where somebody has just changed it, and the event is still on its way', () => {
    shown.set({ ...shown.get(), run: 'a-run' });
    address.hash = '#p=zones&z=plots';
    vi.advanceTimersByTime(300);
    expect(shown.get()).toMatchObject({ page: 'zones', zones: { set: 'plots' } });
    address.announce();
    vi.advanceTimersByTime(300);
    expect(address.hash).toContain('p=zones');
    expect(shown.get().run).toBeNull();
  });
});
