import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followAddress } from '../../web/src/state/address.ts';
import { NOTHING_SHOWN, shown } from '../../web/src/state/shown.ts';

/** An address bar that tells of a change when the test says so, as a busy browser does. */
function createBar(hash: string) {
  const bar = {
    hash,
    announce: (): void => undefined,
    read: () => bar.hash,
    write: (written: string) => void (bar.hash = written),
    listen: (changed: () => void) => {
      bar.announce = changed;
      return () => (bar.announce = () => undefined);
    },
  };
  return bar;
}

let bar: ReturnType<typeof createBar>;
let stop: () => void;

describe('the address that follows what is shown', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    shown.set(NOTHING_SHOWN);
    bar = createBar('#p=runs');
    stop = followAddress(bar);
  });

  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it('is written a moment after something else is shown', () => {
    shown.set({ ...shown.get(), page: 'scenes' });
    expect(bar.hash).toBe('#p=runs');
    vi.advanceTimersByTime(300);
    expect(bar.hash).toBe('#p=scenes');
  });

  it('is read when somebody changes it', () => {
    bar.hash = '#p=zones';
    bar.announce();
    expect(shown.get().page).toBe('zones');
  });

  it('is not written over where somebody has just changed it, and word of it is still on its way', () => {
    shown.set({ ...shown.get(), run: 'a-run' });
    bar.hash = '#p=zones&z=plots';
    vi.advanceTimersByTime(300);
    expect(shown.get()).toMatchObject({ page: 'zones', zones: { set: 'plots' } });
    bar.announce();
    vi.advanceTimersByTime(300);
    expect(bar.hash).toContain('p=zones');
    expect(shown.get().run).toBeNull();
  });
});
