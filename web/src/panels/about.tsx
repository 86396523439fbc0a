import { useMessages } from '../i18n/messages.ts';
import { layersOf, session } from '../state/session.ts';
import { useStore } from '../state/store.ts';
import { PanelHead } from './panel.tsx';
import { Settings } from './settings.tsx';

/** What this is, how to read it, how to use it by keyboard, and whose data it is. */
export function About() {
  const m = useMessages();
  const layers = useStore(session, layersOf);
  const sources = [...new Set(layers.map(({ attribution }) => attribution))].filter(Boolean);
  return (
    <>
      <PanelHead title={m.aboutTitle} lead={m.aboutText} />
      <div className="panel-body prose">
        <section className="settings" aria-labelledby="settings">
          <h2 id="settings">{m.settings}</h2>
          <div className="button-row">
            <Settings className="button" />
          </div>
        </section>
        <h2>{m.aboutReadTitle}</h2>
        <p>{m.aboutRead}</p>
        <h2>{m.aboutKeysTitle}</h2>
        <dl className="keys">
          {m.aboutKeys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        {sources.length > 0 && <h2>{m.aboutSources}</h2>}
        <ul>
          {sources.map((source) => (
            <li key={source}>{source}</li>
          ))}
        </ul>
      </div>
    </>
  );
}
