/** The colours of a picture as a request words them: a map's name, or colours of one's own at values or for classes. */
import { COLORMAP_IDS } from '../../../pipelines/core/color/colormaps.ts';
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { ColorAtValue } from '../../../pipelines/render/look.ts';
import { SCL_COLORS } from './scl-colors.ts';

export type Colors =
  | { readonly kind: 'named'; readonly id: ColormapId }
  /** In the order of the values, linear between them. */
  | { readonly kind: 'stops'; readonly stops: readonly ColorAtValue[] }
  | { readonly kind: 'classes'; readonly classes: readonly ColorAtValue[] };

const MOST_COLORS = 255;
const MOST_CHARACTERS = 10_000;
const COLOR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const NAMES = [...COLORMAP_IDS, 'scl'];

/**
 * `viridis`; `scl` for the scene classification; `{"0":"#ffffff","1":"#006837"}`; `{"classes":{"4":"#00a000"}}`.
 * @throws {PlatformError} `parameter-invalid`
 */
export function parseColors(text: string): Colors {
  if (text.trimStart().startsWith('{')) return parseOwn(text);
  const name = text.toLowerCase();
  if (name === 'scl') return { kind: 'classes', classes: SCL_COLORS };
  const id = COLORMAP_IDS.find((known) => known === name);
  if (id) return { kind: 'named', id };
  throw new PlatformError(
    'parameter-invalid',
    `There is no colour map "${text.slice(0, 60)}"; there are ${NAMES.join(', ')}, or colours of your own as {"0":"#ffffff","1":"#006837"}`,
    { detail: { accepted: NAMES } },
  );
}

function parseOwn(text: string): Colors {
  if (text.length > MOST_CHARACTERS)
    throw fault(`it has ${text.length} characters, at most ${MOST_CHARACTERS} are read`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault('it begins like JSON and is none');
  }
  const { classes, ...others } = value as Record<string, unknown>;
  if (classes === undefined) return { kind: 'stops', stops: parseStops(others, 2) };
  if (Object.keys(others).length > 0) throw fault(`beside "classes" it has "${Object.keys(others)[0]!.slice(0, 40)}"`);
  return { kind: 'classes', classes: parseStops(classes, 1) };
}

function parseStops(value: unknown, least: number): ColorAtValue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault('"classes" is no object');
  const entries = Object.entries(value);
  if (entries.length < least || entries.length > MOST_COLORS)
    throw fault(`it has ${entries.length} colours; ${least} to ${MOST_COLORS} are accepted`);
  return entries
    .map(([key, color]): ColorAtValue => {
      if (key.trim() === '' || !Number.isFinite(Number(key))) throw fault(`"${key.slice(0, 40)}" is no value`);
      if (typeof color !== 'string' || !COLOR.test(color))
        throw fault(`${JSON.stringify(color).slice(0, 40)} is no colour such as #006837`);
      return [Number(key), longHex(color)];
    })
    .sort(([a], [b]) => a - b);
}

/** `#0a3` → `#00aa33`. */
function longHex(color: string): string {
  return color.length === 4 ? `#${color.slice(1).replace(/./g, '$&$&')}` : color;
}

function fault(why: string): PlatformError {
  return new PlatformError('parameter-invalid', `colormap is not a set of colours by value: ${why}`);
}
