/** How numbers become a picture: through a ramp, by classes, as colours, or as codes that a map decodes itself. */
import { COLORMAPS } from '../core/color/colormaps.ts';
import type { ColormapId } from '../core/color/colormaps.ts';
import { PALETTE_STEPS, paletteOf } from '../core/color/ramp.ts';
import type { Rescale } from '../core/color/rescale.ts';
import type { TileCoding } from '../core/raster/value-code.ts';
import type { Image } from '../io/encode/image.ts';

/** A colour as `#rrggbb` or `#rrggbbaa`. */
type HexColor = string;
export type ColorAtValue = readonly [value: number, color: HexColor];

export type Look =
  /** A named ramp over a range, or colours at values, linear between them. */
  | { readonly kind: 'ramp'; readonly colors: ColormapId | readonly ColorAtValue[]; readonly rescale: Rescale }
  /** Exactly these values have a colour; all others have none. */
  | { readonly kind: 'classes'; readonly classes: readonly ColorAtValue[] }
  /** Three planes as red, green and blue, each over its own range. */
  | { readonly kind: 'color'; readonly rescales: readonly [Rescale, Rescale, Rescale] }
  /** Grey (8 bits), or red the upper and green the lower byte (16 bits). */
  | { readonly kind: 'value'; readonly coding: TileCoding };

/** @param planes  NaN = no value; three for `color`, else one. */
export function paint(planes: readonly Float32Array[], look: Look, width: number, height: number): Image {
  const size = { width, height };
  const [plane] = planes as [Float32Array];
  switch (look.kind) {
    case 'ramp':
      return { kind: 'indexed', ...size, pixels: alongRamp(plane, look.rescale), palette: rampPalette(look) };
    case 'classes':
      return { kind: 'indexed', ...size, ...byClass(plane, look.classes) };
    case 'color':
      return toColors(planes, look.rescales, size);
    case 'value':
      return look.coding.precision === 8
        ? { kind: 'grey', ...size, pixels: toBytes(plane, look.coding) }
        : { kind: 'rgb', ...size, pixels: toByteTriples(plane, look.coding) };
  }
}

/** Palette entries 1 to 255; 0 where there is no value. */
function alongRamp(plane: Float32Array, { min, max }: Rescale): Uint8Array {
  const pixels = new Uint8Array(plane.length);
  const perValue = (PALETTE_STEPS - 1) / (max - min);
  for (let i = 0; i < plane.length; i++) {
    const v = plane[i]!;
    const entry = (v - min) * perValue + 1.5;
    pixels[i] = v !== v ? 0 : entry < 1 ? 1 : entry > PALETTE_STEPS ? PALETTE_STEPS : entry;
  }
  return pixels;
}

/** Palettes by what they are made of; the same object each time, as the encoder keeps what it makes of one. */
const palettes = new Map<string, Uint8Array>();
const MOST_PALETTES = 64;

function rampPalette({ colors, rescale }: Look & { readonly kind: 'ramp' }): Uint8Array {
  const key = typeof colors === 'string' ? colors : JSON.stringify([colors, rescale]);
  return keptPalette(key, () =>
    typeof colors === 'string' ? paletteOf(COLORMAPS[colors]) : paletteBetween(colors, rescale),
  );
}

function keptPalette(key: string, make: () => Uint8Array): Uint8Array {
  let palette = palettes.get(key);
  if (!palette) {
    if (palettes.size >= MOST_PALETTES) palettes.clear();
    palettes.set(key, (palette = make()));
  }
  return palette;
}

/** @param colors  In the order of their values. */
function paletteBetween(colors: readonly ColorAtValue[], { min, max }: Rescale): Uint8Array {
  const palette = new Uint8Array(1024);
  const stops = colors.map(([value, color]) => ({ value, color: rgbaOf(color) }));
  for (let entry = 1; entry <= PALETTE_STEPS; entry++) {
    const value = min + ((entry - 1) / (PALETTE_STEPS - 1)) * (max - min);
    const above = stops.findIndex((stop) => stop.value >= value);
    const [a, b] = [stops[above - 1] ?? stops.at(above)!, stops.at(above)!];
    const weight = b.value > a.value ? Math.min(1, (value - a.value) / (b.value - a.value)) : 0;
    palette.set(
      a.color.map((from, i) => Math.round(from + (b.color[i]! - from) * weight)),
      entry * 4,
    );
  }
  return palette;
}

function rgbaOf(color: HexColor): readonly number[] {
  const n = Number.parseInt(color.slice(1, 7), 16);
  return [n >> 16, (n >> 8) & 255, n & 255, color.length > 7 ? Number.parseInt(color.slice(7, 9), 16) : 255];
}

function byClass(plane: Float32Array, classes: readonly ColorAtValue[]) {
  const entries = new Map(classes.map(([value], i) => [Math.fround(value), i + 1]));
  const pixels = new Uint8Array(plane.length);
  for (let i = 0; i < plane.length; i++) pixels[i] = entries.get(plane[i]!) ?? 0;
  const palette = keptPalette(JSON.stringify(classes), () => {
    const made = new Uint8Array(1024);
    classes.forEach(([, color], i) => made.set(rgbaOf(color), (i + 1) * 4));
    return made;
  });
  return { pixels, palette };
}

/** Transparent where no plane has a value; where one has none, it is dark. */
function toColors(
  planes: readonly Float32Array[],
  rescales: readonly [Rescale, Rescale, Rescale],
  { width, height }: { readonly width: number; readonly height: number },
): Image {
  const [red, green, blue] = planes as [Float32Array, Float32Array, Float32Array];
  const n = width * height;
  const rgba = new Uint8Array(4 * n);
  const steps = rescales.map(({ min, max }) => ({ min, perValue: 255 / (max - min) }));
  let isOpaque = true;
  for (const [p, plane] of [red, green, blue].entries()) {
    const { min, perValue } = steps[p]!;
    for (let i = 0, o = p; i < n; i++, o += 4) {
      const level = (plane[i]! - min) * perValue + 0.5;
      rgba[o] = level > 0 ? (level > 255 ? 255 : level) : 0;
    }
  }
  for (let i = 0; i < n; i++) {
    const hasValue = red[i] === red[i] || green[i] === green[i] || blue[i] === blue[i];
    rgba[4 * i + 3] = hasValue ? 255 : 0;
    if (!hasValue) isOpaque = false;
  }
  if (!isOpaque) return { kind: 'rgba', width, height, pixels: rgba };
  const rgb = new Uint8Array(3 * n);
  for (let i = 0, o = 0; o < rgb.length; i += 4, o += 3) {
    rgb[o] = rgba[i]!;
    rgb[o + 1] = rgba[i + 1]!;
    rgb[o + 2] = rgba[i + 2]!;
  }
  return { kind: 'rgb', width, height, pixels: rgb };
}

/** 1 to the last code; 0 where there is no value. */
function toBytes(plane: Float32Array, { scale, offset }: TileCoding): Uint8Array {
  const pixels = new Uint8Array(plane.length);
  for (let i = 0; i < plane.length; i++) {
    const v = plane[i]!;
    const code = (v - offset) / scale + 0.5;
    pixels[i] = v !== v ? 0 : code < 1 ? 1 : code > 255 ? 255 : code;
  }
  return pixels;
}

function toByteTriples(plane: Float32Array, { scale, offset }: TileCoding): Uint8Array {
  const pixels = new Uint8Array(3 * plane.length);
  for (let i = 0, o = 0; i < plane.length; i++, o += 3) {
    const v = plane[i]!;
    if (v !== v) continue;
    const rounded = (v - offset) / scale + 0.5;
    const code = rounded < 1 ? 1 : rounded > 65535 ? 65535 : rounded | 0;
    pixels[o] = code >> 8;
    pixels[o + 1] = code;
  }
  return pixels;
}
