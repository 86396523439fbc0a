/** The range of values over a ramp, as a request words it: fixed, or by percentiles of what the raster holds. */
import { parseRescale } from '../../../pipelines/core/color/rescale.ts';
import type { Rescale } from '../../../pipelines/core/color/rescale.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';

export type Range =
  /** One for all planes, or one for each of three. */
  | { readonly kind: 'fixed'; readonly ranges: readonly Rescale[] }
  | { readonly kind: 'percent'; readonly low: number; readonly high: number };

/** What looks right the first time: the outermost fiftieths are cloud edges, roofs and shadows. */
export const AUTOMATIC: Range = { kind: 'percent', low: 2, high: 98 };

const PERCENT = /^\s*p?([\d.]+)%?\s*,\s*p?([\d.]+)%?\s*$/i;

/**
 * `0,0.5`, `0,0.3,0,0.3,0,0.25` for three bands, or `2,98%` (also `p2,p98`).
 * @throws {PlatformError} `parameter-invalid`
 */
export function parseRange(text: string): Range {
  if (/[%p]/i.test(text)) return parsePercent(text);
  const parts = text.split(',');
  if (parts.length !== 6) return { kind: 'fixed', ranges: [parseRescale(text)] };
  return { kind: 'fixed', ranges: [0, 2, 4].map((at) => parseRescale(parts.slice(at, at + 2).join(','))) };
}

function parsePercent(text: string): Range {
  const [, low, high] = PERCENT.exec(text) ?? [];
  const range = { kind: 'percent', low: Number(low), high: Number(high) } as const;
  if (low !== undefined && range.low >= 0 && range.low < range.high && range.high <= 100) return range;
  throw new PlatformError(
    'parameter-invalid',
    `rescale "${text.slice(0, 60)}" is not two percentiles from 0 to 100, the lower first, such as 2,98%`,
  );
}
