import '../styles/work.css';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { PanelHead } from '../panels/panel.tsx';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { useRemote } from '../state/use-remote.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { ScenePage } from './scene-page.tsx';
import { SceneTable } from './scene-table.tsx';
import { getScenes } from './scenes-api.ts';
import { useSceneTexts } from './texts.ts';

/** What there is, how good it is, and what the door found. */
export function ScenesScreen() {
  const t = useSceneTexts();
  const [list, refresh] = useRemote('scenes', getScenes);
  const open = useStore(shown, (s) => s.scene);
  if (open !== null) return <ScenePage id={open} scenes={list.status === 'ready' ? list.value.scenes : []} />;
  return (
    <>
      <PanelHead title={t.title} lead={t.lead} />
      <div className="panel-body work">
        {list.status === 'loading' && <Skeleton lines={8} />}
        {list.status === 'failed' && <ErrorNotice message={t.failed} error={list.error} onRetry={refresh} />}
        {list.status === 'ready' && list.value.scenes.length === 0 && (
          <div className="empty">
            <p>{t.empty}</p>
            <p className="quiet">{t.emptyHint}</p>
          </div>
        )}
        {list.status === 'ready' && list.value.scenes.length > 0 && <SceneTable list={list.value} />}
      </div>
    </>
  );
}
