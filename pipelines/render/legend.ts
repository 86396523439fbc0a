import { COLORMAPS } from '../core/color/colormaps.ts';
import type { ColormapId } from '../core/color/colormaps.ts';
import { PALETTE_STEPS, paletteOf } from '../core/color/ramp.ts';
import { encodeImage } from '../io/encode/registry.ts';

const HEIGHT = 20;

/** The colours of a map from its lowest to its highest, left to right, as PNG. */
export async function drawLegend(id: ColormapId): Promise<Uint8Array> {
  const row = Uint8Array.from({ length: PALETTE_STEPS }, (_, i) => i + 1);
  const pixels = new Uint8Array(PALETTE_STEPS * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) pixels.set(row, y * PALETTE_STEPS);
  const palette = paletteOf(COLORMAPS[id]);
  return encodeImage('png', { kind: 'indexed', width: PALETTE_STEPS, height: HEIGHT, pixels, palette });
}

/** A square without a colour, as PNG, for clients that must have a picture. */
export async function drawBlank(side: number): Promise<Uint8Array> {
  return encodeImage('png', { kind: 'rgba', width: side, height: side, pixels: new Uint8Array(4 * side * side) });
}
