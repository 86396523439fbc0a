import { CalendarDays, ChevronLeft, ChevronRight, LocateFixed } from 'lucide-react';
import { useMemo } from 'react';
import type { SceneDetails, SceneFinding, SceneSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { formatDate, formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { formatBytes } from '../i18n/quantities.ts';
import { viewOfBounds } from '../map/tile-cover.ts';
import { ErrorNotice } from '../panels/error-notice.tsx';
import { PanelHead } from '../panels/panel.tsx';
import type { MapAreas } from '../state/session.ts';
import { session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useRemote } from '../state/use-remote.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { useMapAreas } from '../parts/use-map-areas.ts';
import { FindingLevel } from './finding-mark.tsx';
import { getScene } from './scenes-api.ts';
import { useSceneTexts } from './texts.ts';

interface ScenePageProps {
  readonly id: string;
  /** Newest first; empty as long as they are not there. */
  readonly scenes: readonly SceneSummary[];
}

/** One scene: what the door found, and what it is made of. Its footprint lies on the map. */
export function ScenePage({ id, scenes }: ScenePageProps) {
  const t = useSceneTexts();
  const language = useLanguage();
  const [scene, refresh] = useRemote(id, getScene);
  const found = scene.status === 'ready' ? scene.value : null;
  useMapAreas(useMemo(() => (found ? footprintOf(found) : null), [found]));
  return (
    <>
      <PanelHead
        title={found ? formatDate(found.datetime, language) : id}
        lead={found ? [found.platform, found.tile, found.collection].filter(Boolean).join(' · ') : t.lead}
        onBack={() => shown.set({ scene: null })}
      />
      <div className="panel-body work">
        <Neighbours id={id} scenes={scenes} />
        {scene.status === 'loading' && <Skeleton />}
        {scene.status === 'failed' && <ErrorNotice message={t.failed} error={scene.error} onRetry={refresh} />}
        {found && <SceneBody scene={found} />}
      </div>
    </>
  );
}

function Neighbours({ id, scenes }: ScenePageProps) {
  const t = useSceneTexts();
  const at = scenes.findIndex((scene) => scene.id === id);
  const [earlier, later] = at < 0 ? [] : [scenes[at + 1], scenes[at - 1]];
  const open = (scene: SceneSummary | undefined) => scene && shown.set({ scene: scene.id });
  return (
    <div className="button-row">
      <button type="button" className="button" aria-disabled={!earlier} onClick={() => open(earlier)}>
        <ChevronLeft aria-hidden="true" />
        {t.earlier}
      </button>
      <button type="button" className="button" aria-disabled={!later} onClick={() => open(later)}>
        {t.later}
        <ChevronRight aria-hidden="true" />
      </button>
    </div>
  );
}

function SceneBody({ scene }: { readonly scene: SceneDetails }) {
  const t = useSceneTexts();
  return (
    <>
      <div className="button-row">
        <button
          type="button"
          className="button"
          onClick={() => shown.set({ view: viewOfBounds(scene.bbox, session.get().mapSize) })}
        >
          <LocateFixed aria-hidden="true" />
          {t.goThere}
        </button>
        <button type="button" className="button" onClick={() => shown.set({ datetime: scene.datetime })}>
          <CalendarDays aria-hidden="true" />
          {t.showDate}
        </button>
      </div>
      <section aria-labelledby="scene-findings">
        <h2 id="scene-findings">{t.found}</h2>
        <p className="quiet">{t.foundLead}</p>
        <ul className="rows">
          {scene.findings.toSorted(byUrgency).map((finding) => (
            <FindingRow key={`${finding.check} ${finding.text}`} finding={finding} />
          ))}
        </ul>
      </section>
      <SceneFacts scene={scene} />
      <SceneFiles scene={scene} />
    </>
  );
}

const URGENCY = { warning: 0, unknown: 1, ok: 2 };

function byUrgency(a: SceneFinding, b: SceneFinding): number {
  return URGENCY[a.level] - URGENCY[b.level];
}

function FindingRow({ finding: { check, level, text, values } }: { readonly finding: SceneFinding }) {
  const t = useSceneTexts();
  const language = useLanguage();
  const figures = Object.entries(values).filter(([, value]) => value !== null);
  return (
    <li className="row">
      <div className="row-head">
        <strong>{t.checks[check]}</strong>
        <FindingLevel level={level} />
      </div>
      <p lang="en">{text}</p>
      {figures.length > 0 && (
        <dl className="figures">
          {figures.map(([name, value]) => (
            <div key={name}>
              <dt>{t.figures[name] ?? name}</dt>
              <dd>{typeof value === 'number' && name !== 'epsg' ? formatFigure(value, language) : value}</dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function SceneFacts({ scene }: { readonly scene: SceneDetails }) {
  const t = useSceneTexts();
  const language = useLanguage();
  const bands = [...new Map(scene.bands.map((band) => [band.name, band])).values()];
  const facts = [
    [t.cloud, scene.cloudCover === null ? t.notStated : `${formatNumber(scene.cloudCover, 1, language)}%`],
    [t.collection, scene.collection],
    [t.platform, scene.platform],
    [t.level, scene.level],
    [t.baseline, scene.baseline],
    [t.crs, scene.epsg === null ? null : `EPSG:${scene.epsg}`],
    [t.bands, bands.map(({ name, gsd }) => `${name} (${t.metres(formatFigure(gsd, language))})`).join(', ')],
  ].filter(([, value]) => value !== null && value !== '');
  return (
    <section aria-labelledby="scene-facts">
      <h2 id="scene-facts">{t.about}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet identifier">{scene.id}</p>
    </section>
  );
}

function SceneFiles({ scene }: { readonly scene: SceneDetails }) {
  const t = useSceneTexts();
  const language = useLanguage();
  return (
    <details className="more">
      <summary>{t.files(scene.files.length)}</summary>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.file}</th>
            <th scope="col">{t.size}</th>
          </tr>
        </thead>
        <tbody>
          {scene.files.map(({ path, sizeBytes, sha256 }) => (
            <tr key={path}>
              <td className="file-name" title={sha256 ?? undefined}>
                {path}
              </td>
              <td>{sizeBytes === null ? '' : formatBytes(sizeBytes, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">{t.digest}</p>
      <p className="identifier">{scene.digest}</p>
    </details>
  );
}

function formatFigure(value: number, language: 'nl' | 'en'): string {
  const decimals = Number.isInteger(value) ? 0 : Math.min(3, Math.max(1, 3 - Math.floor(Math.log10(Math.abs(value)))));
  return formatNumber(value, decimals, language);
}

function footprintOf({ id, footprint }: SceneDetails): MapAreas {
  return { kind: 'footprints', features: [], chosen: [{ id, name: id, geometry: footprint }], pick: null };
}
