import { ChartSpline, CircleQuestionMark, Compass, Cpu, Layers } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';
import type { Page } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { Settings } from './settings.tsx';

/** Where the rail leads, with the pages that lie there. */
const PLACES = [
  { target: 'explore', pages: ['explore', 'inspect'], Icon: Compass },
  { target: 'zones', pages: ['zones'], Icon: ChartSpline },
  { target: 'scenes', pages: ['scenes'], Icon: Layers },
  { target: 'runs', pages: ['runs'], Icon: Cpu },
] as const satisfies readonly { target: Page; pages: readonly Page[]; Icon: typeof Compass }[];

export function Rail({ onNavigate }: { readonly onNavigate: () => void }) {
  const m = useMessages();
  const page = useStore(shown, (s) => s.page);
  const go = (target: Page) => {
    shown.set({ page: target });
    onNavigate();
  };

  return (
    <nav className="rail" aria-label={m.mainNavigation}>
      <img className="rail-mark" src="./favicon.svg" alt={m.appName} width="32" height="32" />
      {PLACES.map(({ target, pages, Icon }) => (
        <button
          key={target}
          type="button"
          aria-current={(pages as readonly Page[]).includes(page) ? 'page' : undefined}
          onClick={() => go(target)}
        >
          <Icon aria-hidden="true" />
          {m.rail[target]}
        </button>
      ))}
      <span className="rail-space" />
      <Settings className="rail-setting" />
      <button type="button" aria-current={page === 'about' ? 'page' : undefined} onClick={() => go('about')}>
        <CircleQuestionMark aria-hidden="true" />
        {m.help}
      </button>
    </nav>
  );
}
