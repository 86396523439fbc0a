import '../styles/work.css';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { SignInDialog } from '../parts/sign-in.tsx';
import { useLiveRuns } from './live-runs.ts';
import { RunPage } from './run-page.tsx';
import { RunsList } from './runs-list.tsx';
import { StartRun } from './start-run.tsx';

/** What the machine is doing, and what went wrong; and the way to make it do something. */
export function RunsScreen() {
  useLiveRuns();
  const run = useStore(shown, (s) => s.run);
  const starting = useStore(shown, (s) => s.starting);
  return (
    <>
      {starting !== null && <StartRun pipeline={starting} />}
      {starting === null && run !== null && <RunPage id={run} />}
      {starting === null && run === null && <RunsList />}
      <SignInDialog />
    </>
  );
}
