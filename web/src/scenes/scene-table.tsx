import { LocateFixed } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import type { SceneList, SceneSummary } from '../../../pipelines/core/wire-catalogue.ts';
import { formatDate, formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { viewOfBounds } from '../map/tile-cover.ts';
import { focusTitle } from '../panels/panel.tsx';
import type { MapAreas } from '../state/session.ts';
import { session } from '../state/session.ts';
import { shown } from '../state/shown.ts';
import { useMapAreas } from '../parts/use-map-areas.ts';
import { useWorkTexts } from '../parts/texts.ts';
import { DateStrip } from './date-strip.tsx';
import { FindingMarks } from './finding-mark.tsx';
import { useSceneTexts } from './texts.ts';

/** Rows that are drawn at first, and with each wish for more. */
const PAGE = 100;

export function SceneTable({ list }: { readonly list: SceneList }) {
  const t = useSceneTexts();
  const w = useWorkTexts();
  const [tile, setTile] = useState('');
  const [onlyWarnings, setOnlyWarnings] = useState(false);
  const [rows, setRows] = useState(PAGE);
  const tiles = useMemo(() => [...new Set(list.scenes.map((scene) => scene.tile ?? ''))].sort(), [list]);
  const found = useMemo(
    () =>
      list.scenes.filter(
        (scene) => (tile === '' || scene.tile === tile) && (!onlyWarnings || scene.findings.warning > 0),
      ),
    [list, onlyWarnings, tile],
  );
  useMapAreas(useMemo(() => footprintsOf(found), [found]));
  return (
    <>
      <div className="filters">
        {tiles.length > 1 && (
          <label>
            {t.tileFilter}{' '}
            <select value={tile} onChange={({ target }) => setTile(target.value)}>
              <option value="">{t.allTiles}</option>
              {tiles.filter(Boolean).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          <input type="checkbox" checked={onlyWarnings} onChange={({ target }) => setOnlyWarnings(target.checked)} />
          {t.onlyWarnings}
        </label>
        <p className="quiet" role="status">
          {t.counted(found.length, list.total)}
        </p>
        {found.length > 0 && (
          <button
            type="button"
            className="button-icon"
            aria-label={t.goToAll}
            title={t.goToAll}
            onClick={() => shown.set({ view: viewOfBounds(boundsOf(found), session.get().mapSize) })}
          >
            <LocateFixed aria-hidden="true" />
          </button>
        )}
      </div>
      {found.length === 0 ? <p className="quiet">{t.nothingFits}</p> : <DateStrip scenes={found} onOpen={openScene} />}
      {found.length > 0 && (
        <table className="table table-scenes">
          <thead>
            <tr>
              <th scope="col">{t.date}</th>
              <th scope="col">{t.tile}</th>
              <th scope="col" className="figure">
                {t.cloud}
              </th>
              <th scope="col" className="figure">
                {t.findings}
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, rows).map((scene) => (
              <SceneRow key={scene.id} scene={scene} />
            ))}
          </tbody>
        </table>
      )}
      {found.length > rows && (
        <button type="button" className="button" onClick={() => setRows(rows + PAGE)}>
          {w.more}
        </button>
      )}
    </>
  );
}

function SceneRow({ scene }: { readonly scene: SceneSummary }) {
  const t = useSceneTexts();
  const language = useLanguage();
  return (
    <tr>
      <td>
        <button type="button" className="row-link" title={scene.id} onClick={() => openScene(scene.id)}>
          {formatDate(scene.datetime, language, 'short')}
        </button>
      </td>
      <td>{scene.tile ?? <Unknown words={t.noTile} />}</td>
      <td className="figure">
        {scene.cloudCover === null ? (
          <Unknown words={t.notStated} />
        ) : (
          `${formatNumber(scene.cloudCover, 0, language)}%`
        )}
      </td>
      <td className="figure">
        <FindingMarks counts={scene.findings} />
      </td>
    </tr>
  );
}

/** A dash for eyes, words for ears. */
function Unknown({ words }: { readonly words: string }) {
  return (
    <span className="quiet" title={words}>
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function openScene(id: string): void {
  shown.set({ scene: id });
  focusTitle();
}

/** Around all of them; scenes that cross 180° count as what lies west of it. */
function boundsOf(scenes: readonly SceneSummary[]): LonLatBox {
  const side = (k: 0 | 1 | 2 | 3, pick: (a: number, b: number) => number) =>
    scenes.reduce((edge, { bbox }) => pick(edge, bbox[k]), scenes[0]!.bbox[k]);
  return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
}

/** Scenes of a tile have nearly the same footprint: each is drawn once. */
function footprintsOf(scenes: readonly SceneSummary[]): MapAreas {
  const shapes = new Map<string, SceneSummary>();
  for (const scene of scenes) {
    const key = scene.bbox.map((degrees) => degrees.toFixed(2)).join();
    if (!shapes.has(key)) shapes.set(key, scene);
  }
  const features = [...shapes.values()].map(({ id, footprint }) => ({ id, name: id, geometry: footprint }));
  return { kind: 'footprints', features, chosen: [], pick: null };
}
