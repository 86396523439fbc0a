import { CalendarDays, Crosshair, Palette, X } from 'lucide-react';
import { useMessages } from '../i18n/messages.ts';
import { endWelcome, session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useStore } from '../state/store.ts';
import { stepDate, timelineOf, useActiveLayers } from './use-active-layers.ts';

/** The first start: what the sample is, and three things to try, each of which does it. */
export function Welcome() {
  const m = useMessages();
  const active = useActiveLayers();
  const welcome = useStore(session, (s) => s.welcome);
  const top = active[0]?.summary;
  if (!welcome || !top?.simulated) return null;
  const timeline = timelineOf(active);
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <h2 id="welcome-title">{m.welcomeTitle}</h2>
      <button type="button" className="button-icon welcome-close" aria-label={m.close} onClick={endWelcome}>
        <X aria-hidden="true" />
      </button>
      <p>{m.welcomeText}</p>
      <h3>{m.welcomeTry}</h3>
      <ol>
        <li>
          <button type="button" onClick={() => stepDate(timeline, timeline.index > 0 ? -1 : 1)}>
            <CalendarDays aria-hidden="true" />
            {m.tryDate}
          </button>
        </li>
        <li>
          <button type="button" onClick={() => session.set({ styling: top.id })}>
            <Palette aria-hidden="true" />
            {m.tryColour}
          </button>
        </li>
        <li>
          <button type="button" onClick={() => shown.set({ page: 'inspect', selection: shown.get().view })}>
            <Crosshair aria-hidden="true" />
            {m.tryInspect}
          </button>
        </li>
      </ol>
    </section>
  );
}
