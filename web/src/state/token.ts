/** The token with which this tab may write. It lasts as long as the tab, and is never part of an address. */
import { ApiError, getJson } from '../api.ts';
import { createStore } from './store.ts';

const KEY = 'landmeter.token';

export const access = createStore<{ readonly token: string | null; readonly asking: boolean }>({
  token: stored(),
  asking: false,
});

/** @throws {ApiError} 401 where the token is not known here */
export async function signIn(token: string): Promise<void> {
  // A wrong token is refused at every address.
  await getJson('schedules', { token });
  keep(token);
  access.set({ token, asking: false });
}

export function signOut(): void {
  keep(null);
  access.set({ token: null });
}

/** A token that has become invalid is forgotten, and another one asked for. */
export function noteRefusal(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401) return;
  signOut();
  access.set({ asking: true });
}

/** Storage may be forbidden; the token then lasts as long as the page. */
function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // Nothing is lost but the memory of it.
  }
}
