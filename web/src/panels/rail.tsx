import { CircleQuestionMark, Compass, Languages, Moon, Sun, SunMoon } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';
import type { Theme } from '../state/session.ts';
import { session, setLanguage, setTheme } from '../state/session.ts';
import type { Page } from '../state/shown.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICON = { auto: SunMoon, light: Sun, dark: Moon };

export function Rail({ onNavigate }: { readonly onNavigate: () => void }) {
  const m = useMessages();
  const page = useStore(shown, (s) => s.page);
  const language = useStore(session, (s) => s.language);
  const theme = useStore(session, (s) => s.theme);
  const ThemeIcon = THEME_ICON[theme];
  const go = (target: Page) => {
    shown.set({ page: target });
    onNavigate();
  };
  const other = language === 'nl' ? 'en' : 'nl';

  return (
    <nav className="rail" aria-label={m.mainNavigation}>
      <img className="rail-mark" src="./favicon.svg" alt={m.appName} width="32" height="32" />
      <button type="button" aria-current={page === 'about' ? undefined : 'page'} onClick={() => go('explore')}>
        <Compass aria-hidden="true" />
        {m.explore}
      </button>
      <span className="rail-space" />
      <button
        type="button"
        lang={other}
        aria-label={`${m.language}: ${m.languageHint}`}
        onClick={() => setLanguage(other)}
      >
        <Languages aria-hidden="true" />
        {m.language}
      </button>
      <button
        type="button"
        aria-label={m.theme[theme]}
        title={m.theme[theme]}
        onClick={() => setTheme(NEXT_THEME[theme])}
      >
        <ThemeIcon aria-hidden="true" />
        {m.themeWord}
      </button>
      <button type="button" aria-current={page === 'about' ? 'page' : undefined} onClick={() => go('about')}>
        <CircleQuestionMark aria-hidden="true" />
        {m.help}
      </button>
    </nav>
  );
}
