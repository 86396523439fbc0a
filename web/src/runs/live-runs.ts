/** What happens to runs while somebody looks: told by the server, asked for where it cannot tell. */
import { useEffect } from 'react';
import type { RunEvent, RunProgress, RunSummary } from '../../../pipelines/core/wire-runs.ts';
import { absolute } from '../api.ts';
import { createStore, useStore } from '../state/store.ts';

interface LiveRuns {
  /** By run: newer than what was last asked for. */
  readonly progress: ReadonlyMap<string, RunProgress>;
  /** Rises whenever a run has begun, was planned or has ended. */
  readonly revision: number;
  readonly connected: boolean;
}

const live = createStore<LiveRuns>({ progress: new Map(), revision: 0, connected: false });

/** Workers of other machines do not tell this server: active runs are asked for from time to time all the same. */
const ASK_MS = { connected: 10_000, alone: 2_500 };

/** Listens for as long as the component is there. */
export function useLiveRuns(): void {
  useEffect(() => {
    const source = new EventSource(absolute('live'));
    source.addEventListener('open', () => live.set({ connected: true }));
    source.addEventListener('error', () => live.set({ connected: false }));
    source.addEventListener('run', ({ data }: MessageEvent<string>) => note(JSON.parse(data) as RunEvent));
    return () => {
      source.close();
      live.set({ connected: false, progress: new Map() });
    };
  }, []);
}

function note(event: RunEvent): void {
  const { progress, revision } = live.get();
  if (event.kind === 'progress') live.set({ progress: new Map(progress).set(event.run, event.progress) });
  else live.set({ revision: revision + 1 });
}

/** Calls `refresh` whenever a run has changed its state, and regularly while one is active. */
export function useRefresh(refresh: () => void, isActive: boolean): void {
  const revision = useStore(live, (s) => s.revision);
  const connected = useStore(live, (s) => s.connected);
  useEffect(() => {
    if (revision > 0) refresh();
  }, [refresh, revision]);
  useEffect(() => {
    if (!isActive) return;
    const timer = setInterval(refresh, connected ? ASK_MS.connected : ASK_MS.alone);
    return () => clearInterval(timer);
  }, [connected, isActive, refresh]);
}

/** How far a run is now; null where it does not run. */
export function useProgress(run: RunSummary): RunProgress | null {
  const told = useStore(live, (s) => s.progress.get(run.id));
  if (run.state !== 'RUNNING') return null;
  return told ?? run.progress;
}

export function isActive({ state }: RunSummary): boolean {
  return state === 'CREATED' || state === 'PLANNED' || state === 'RUNNING';
}
