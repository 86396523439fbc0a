import { formatNumber } from '../i18n/format.ts';
import { useLanguage } from '../i18n/messages.ts';
import { LineMark } from './line-mark.tsx';
import { useZoneTexts } from './texts.ts';
import type { ZoneLine } from './zone-lines.ts';

/** Below this a trend counts as more than chance. */
const SIGNIFICANT_BELOW = 0.05;

interface TrendTableProps {
  readonly lines: readonly ZoneLine[];
  /** Of the values; a slope has one more. */
  readonly decimals: number;
}

/** The trend of each zone, with how likely chance alone would make one so strong. */
export function TrendTable({ lines, decimals }: TrendTableProps) {
  const t = useZoneTexts();
  const language = useLanguage();
  const probability = (p: number) =>
    p < 0.001 ? `< ${formatNumber(0.001, 3, language)}` : formatNumber(p, 3, language);
  return (
    <>
      <h3>{t.results}</h3>
      <p className="quiet">{t.resultsLead}</p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.zone}</th>
            <th scope="col">{t.perYear}</th>
            <th scope="col">{t.p}</th>
            <th scope="col">{t.pCorrected}</th>
            <th scope="col">{t.dates}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ id, name, trend }, index) => (
            <tr key={id}>
              <th scope="row">
                <LineMark index={index} /> {name}
              </th>
              {trend ? (
                <>
                  <td>
                    {trend.slope > 0 ? '+' : ''}
                    {formatNumber(trend.slope, decimals + 1, language)}
                    <span className="quiet trend-word">
                      {(Number.isNaN(trend.pCorrected) ? trend.p : trend.pCorrected) < SIGNIFICANT_BELOW
                        ? t.certain
                        : t.uncertain}
                    </span>
                  </td>
                  <td>{Number.isNaN(trend.p) ? '' : probability(trend.p)}</td>
                  <td>{Number.isNaN(trend.pCorrected) ? '' : probability(trend.pCorrected)}</td>
                  <td>{trend.n}</td>
                </>
              ) : (
                <td colSpan={4}>
                  <span className="quiet">{t.tooFew}</span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
