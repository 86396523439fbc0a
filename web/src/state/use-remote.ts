import { useCallback, useEffect, useState } from 'react';

export type Remote<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly value: T }
  | { readonly status: 'failed'; readonly error: unknown };

const LOADING = { status: 'loading' } as const;

/**
 * What a request answers. Another `key` begins anew; `refresh` keeps what is there until the answer has come.
 * @param key  Says what is asked for; null: nothing yet.
 */
export function useRemote<T>(
  key: string | null,
  load: (key: string, signal: AbortSignal) => Promise<T>,
): readonly [Remote<T>, refresh: () => void] {
  const [state, setState] = useState<{ readonly key: string | null; readonly remote: Remote<T> }>({
    key,
    remote: LOADING,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    const tell = (remote: Remote<T>) => {
      if (!controller.signal.aborted) setState({ key, remote });
    };
    load(key, controller.signal).then(
      (value) => tell({ status: 'ready', value }),
      (error: unknown) => tell({ status: 'failed', error }),
    );
    return () => controller.abort();
  }, [attempt, key, load]);
  const refresh = useCallback(() => setAttempt((n) => n + 1), []);
  return [state.key === key ? state.remote : LOADING, refresh];
}
