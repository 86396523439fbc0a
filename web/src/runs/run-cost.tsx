import type { RunActual, RunEstimate } from '../../../pipelines/core/wire-runs.ts';
import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { formatBytes, formatSeconds } from '../i18n/quantities.ts';
import { useRunTexts } from './texts.ts';

interface RunCostProps {
  readonly estimate: RunEstimate | null;
  readonly actual: RunActual | null;
}

/** Expected beside actual, in figures. */
export function RunCost({ estimate, actual }: RunCostProps) {
  const t = useRunTexts();
  const language = useLanguage();
  if (!estimate && !actual) return null;
  const seconds = (value: number | undefined) => (value === undefined ? '' : formatSeconds(value, language));
  const bytes = (value: number | undefined) => (value ? formatBytes(value, language) : '');
  const count = (value: number | undefined) => (value ? formatNumber(value, 0, language) : '');
  const rows = [
    [t.costRows.cpu, seconds(estimate?.cpuSeconds), seconds(actual?.cpuSeconds)],
    [t.costRows.wall, '', seconds(actual?.wallSeconds)],
    [t.costRows.memory, bytes(estimate?.memoryBytes), bytes(actual?.peakMemoryBytes)],
    [t.costRows.read, bytes(estimate?.bytesToRead), ''],
    [t.costRows.tiles, count(estimate?.tiles), ''],
    [t.costRows.tasks, '', count(actual?.tasks)],
  ].filter(([, expected, found]) => expected !== '' || found !== '');
  return (
    <section aria-labelledby="run-cost">
      <h2 id="run-cost">{t.cost}</h2>
      <table className="table">
        <thead>
          <tr>
            <td />
            <th scope="col">{t.expected}</th>
            {actual && <th scope="col">{t.actual}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, expected, found]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{expected}</td>
              {actual && <td>{found}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {actual !== null && actual.tasksKept > 0 && <p className="quiet">{t.kept(actual.tasksKept)}</p>}
    </section>
  );
}
