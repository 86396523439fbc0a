/** From a colour map to colours: a colour at a place of the ramp, and the 256 entries that a picture of one band uses. */
import { PlatformError } from '../errors.ts';
import { COLORMAP_IDS, COLORMAPS, isFlat } from './colormaps.ts';
import type { Colormap, ColormapId } from './colormaps.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** Entries of a palette that carry a colour: 1 to 255. Entry 0 is transparent and means nodata. */
export const PALETTE_STEPS = 255;

/**
 * A colour map by its id, in any case.
 * @throws {PlatformError} `parameter-invalid` that lists the ids.
 */
export function findColormap(id: string): Colormap & { readonly id: ColormapId } {
  const found = COLORMAP_IDS.find((known) => known === id.toLowerCase());
  if (!found)
    throw new PlatformError(
      'parameter-invalid',
      `There is no colour map "${id}"; there are ${COLORMAP_IDS.join(', ')}`,
      { detail: { parameter: 'colormap', value: id, accepted: COLORMAP_IDS } },
    );
  return { id: found, ...COLORMAPS[found] };
}

/**
 * The colour at `t`, 0 (lowest) to 1 (highest); beyond that the end's colour. Linear in sRGB between two stops, as
 * Matplotlib and the browser's gradients do; `steps` gives the class's flat colour.
 */
export function colorAt(map: Colormap, t: number): Rgb {
  const stops = map.stops.map(parseHex);
  const last = stops.length - 1;
  const at = Math.min(1, Math.max(0, t));
  if (isFlat(map)) return stops[Math.min(last, Math.floor(at * stops.length))]!;
  const below = Math.min(last - 1, Math.floor(at * last));
  const weight = at * last - below;
  const [a, b] = [stops[below]!, stops[below + 1]!];
  const mix = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * weight);
  return [mix(0), mix(1), mix(2)];
}

/**
 * 256 colours as RGBA bytes (length 1024). Entry 0 is transparent black: nodata. Entries 1 to 255 go along the ramp
 * from its lowest to its highest colour, opaque.
 */
export function paletteOf(map: Colormap): Uint8Array {
  const palette = new Uint8Array(1024);
  for (let i = 1; i <= PALETTE_STEPS; i++) {
    palette.set(colorAt(map, (i - 1) / (PALETTE_STEPS - 1)), i * 4);
    palette[i * 4 + 3] = 255;
  }
  return palette;
}

function parseHex(hex: string): Rgb {
  const n = Number.parseInt(hex, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}
