/** How codes become a tile's bytes: as numbers, through a colour map, or as the colours they are. */
import { COLORMAPS } from '../../core/color/colormaps.ts';
import type { ColormapId } from '../../core/color/colormaps.ts';
import { paletteOf } from '../../core/color/ramp.ts';
import type { Rescale } from '../../core/color/rescale.ts';
import type { CodeSquare } from '../../core/raster/tile-pyramid.ts';
import { paletteTable, tileCodeTable } from '../../core/raster/value-code.ts';
import type { Calibration, SampleCoding, TileCoding } from '../../core/raster/value-code.ts';
import type { EncodeOptions, ImageFormatId } from './registry.ts';
import { IMAGE_FORMATS } from './registry.ts';
import type { ImageFormat } from './registry.ts';
import type { Image } from './image.ts';

/** A plain record: it goes to the threads with each task. */
export type TileStyle =
  | {
      readonly kind: 'value';
      readonly coding: SampleCoding;
      readonly calibration: Calibration;
      readonly tile: TileCoding;
    }
  | {
      readonly kind: 'colormap';
      readonly coding: SampleCoding;
      readonly calibration: Calibration;
      readonly colormap: ColormapId;
      readonly rescale: Rescale;
    }
  /** Three planes, red, green and blue, of codes 1 to 256. */
  | { readonly kind: 'color' };

export type TileEncoder = (square: CodeSquare) => Uint8Array | Promise<Uint8Array>;

/** The last encoder of this thread: all tasks of a run ask for the same, and its tables take 5 ms. */
let last: { readonly key: string; readonly encoder: Promise<TileEncoder> } | undefined;

/** Loads the format and computes the tables; the encoder is then called for every tile. */
export function createTileEncoder(style: TileStyle, format: ImageFormatId): Promise<TileEncoder> {
  const key = JSON.stringify([style, format]);
  if (last?.key !== key) last = { key, encoder: loadEncoder(style, format) };
  return last.encoder;
}

async function loadEncoder(style: TileStyle, format: ImageFormatId): Promise<TileEncoder> {
  const encode: Awaited<ReturnType<ImageFormat['load']>> = await IMAGE_FORMATS[format].load();
  const toImage = imageMaker(style);
  const options: EncodeOptions = { lossless: style.kind === 'value' };
  return (square) => encode(toImage(square), options);
}

function imageMaker(style: TileStyle): (square: CodeSquare) => Image {
  if (style.kind === 'color') return colorImage;
  if (style.kind === 'colormap') {
    const palette = paletteOf(COLORMAPS[style.colormap]);
    const table = paletteTable(style.coding, style.calibration, style.rescale);
    return (square) => ({ kind: 'indexed', ...sides(square), pixels: lookUp(square, table), palette });
  }
  const table = tileCodeTable(style.coding, style.calibration, style.tile);
  if (style.tile.precision === 16)
    return (square) => ({ kind: 'rgb', ...sides(square), pixels: splitBytes(square, table) });
  const bytes = Uint8Array.from(table);
  return (square) => ({ kind: 'grey', ...sides(square), pixels: lookUp(square, bytes) });
}

function sides({ size }: CodeSquare): { width: number; height: number } {
  return { width: size, height: size };
}

function lookUp({ planes, stride, col, row, size }: CodeSquare, table: Uint8Array): Uint8Array {
  const codes = planes[0]!;
  const pixels = new Uint8Array(size * size);
  for (let y = 0, o = 0; y < size; y++)
    for (let i = (row + y) * stride + col, end = i + size; i < end; i++, o++) pixels[o] = table[codes[i]!]!;
  return pixels;
}

/** Red the upper byte, green the lower, blue 0. */
function splitBytes({ planes, stride, col, row, size }: CodeSquare, table: Uint16Array): Uint8Array {
  const codes = planes[0]!;
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0, o = 0; y < size; y++)
    for (let i = (row + y) * stride + col, end = i + size; i < end; i++, o += 3) {
      const code = table[codes[i]!]!;
      pixels[o] = code >> 8;
      pixels[o + 1] = code;
    }
  return pixels;
}

/** RGB where the whole tile has data, else RGBA with alpha 0 where no plane has any. */
function colorImage({ planes, stride, col, row, size }: CodeSquare): Image {
  const [red, green, blue] = planes as [Uint16Array, Uint16Array, Uint16Array];
  const rgba = new Uint8Array(size * size * 4);
  let opaque = true;
  for (let y = 0, o = 0; y < size; y++)
    for (let i = (row + y) * stride + col, end = i + size; i < end; i++, o += 4) {
      const [r, g, b] = [red[i]!, green[i]!, blue[i]!];
      if (r === 0 && g === 0 && b === 0) {
        opaque = false;
        continue;
      }
      // A file's nodata number per band also hits single bands of good pixels (blue 0 over dark water).
      rgba[o] = r === 0 ? 0 : r - 1;
      rgba[o + 1] = g === 0 ? 0 : g - 1;
      rgba[o + 2] = b === 0 ? 0 : b - 1;
      rgba[o + 3] = 255;
    }
  if (!opaque) return { kind: 'rgba', width: size, height: size, pixels: rgba };
  const rgb = new Uint8Array(size * size * 3);
  for (let i = 0, o = 0; o < rgb.length; i += 4, o += 3) {
    rgb[o] = rgba[i]!;
    rgb[o + 1] = rgba[i + 1]!;
    rgb[o + 2] = rgba[i + 2]!;
  }
  return { kind: 'rgb', width: size, height: size, pixels: rgb };
}
