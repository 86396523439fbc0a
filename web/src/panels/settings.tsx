import { Languages, Moon, Sun, SunMoon } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';
import type { Theme } from '../state/session.ts';
import { session, setLanguage, setTheme } from '../state/session.ts';
import { useStore } from '../state/store.ts';

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICON = { auto: SunMoon, light: Sun, dark: Moon };

/** Language and theme, a press each. */
export function Settings({ className }: { readonly className: string }) {
  const m = useMessages();
  const language = useStore(session, (s) => s.language);
  const theme = useStore(session, (s) => s.theme);
  const ThemeIcon = THEME_ICON[theme];
  const other = language === 'nl' ? 'en' : 'nl';
  return (
    <>
      <button
        type="button"
        className={className}
        lang={other}
        aria-label={`${m.language}: ${m.languageHint}`}
        onClick={() => setLanguage(other)}
      >
        <Languages aria-hidden="true" />
        {m.language}
      </button>
      <button
        type="button"
        className={className}
        aria-label={m.theme[theme]}
        title={m.theme[theme]}
        onClick={() => setTheme(NEXT_THEME[theme])}
      >
        <ThemeIcon aria-hidden="true" />
        {m.themeWord}
      </button>
    </>
  );
}
