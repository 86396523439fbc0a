/** The formats of pictures made on demand: those of archives, and two that only pictures need. */
import type { Image } from '../io/encode/image.ts';
import { samplesPerPixel, toTrueColor } from '../io/encode/image.ts';
import { IMAGE_FORMATS } from '../io/encode/registry.ts';
import type { EncodeOptions, ImageFormat } from '../io/encode/registry.ts';

export const RENDER_FORMATS = {
  ...IMAGE_FORMATS,
  png: { ...IMAGE_FORMATS.png, load: async () => encodeColors },
  webp: { ...IMAGE_FORMATS.webp, load: async () => encodeFine },
  jpg: { mediaType: 'image/jpeg', extension: 'jpg', load: async () => encodeJpeg },
  avif: { mediaType: 'image/avif', extension: 'avif', load: async () => encodeAvif },
} as const satisfies Record<string, ImageFormat>;

export type RenderFormat = keyof typeof RENDER_FORMATS;

export const RENDER_FORMAT_IDS = Object.keys(RENDER_FORMATS) as readonly RenderFormat[];

/** Formats that keep every bit of a number. */
export const EXACT_FORMATS: readonly RenderFormat[] = ['png', 'webp'];

/**
 * Colours and not a palette, which some clients show as its numbers. Found again and again they pack to twice the size of
 * the numbers in a millisecond.
 */
async function encodeColors(image: Image): Promise<Uint8Array> {
  const { encodePng } = await import('../io/encode/png.ts');
  return image.kind === 'indexed' ? encodePng(toTrueColor(image), { fewColors: true }) : encodePng(image);
}

/**
 * Colours that stand for numbers are to be told apart: closer to them than the usual 75 (by a tenth of the difference).
 * Nobody keeps these tiles, so what more effort saves (a fiftieth of the bytes) is not worth twice the time.
 */
async function encodeFine(image: Image, options: EncodeOptions = {}): Promise<Uint8Array> {
  const { encodeWebp } = await import('../io/encode/webp.ts');
  return encodeWebp(image, { quality: 80, effort: 0, ...options });
}

/** Formats without transparency: what has no value becomes white. */
async function encodeJpeg(image: Image, { quality = 80 }: EncodeOptions = {}): Promise<Uint8Array> {
  const encoder = (await rawImage(image)).flatten({ background: '#ffffff' }).jpeg({ quality });
  return toBytes(await encoder.toBuffer());
}

/** Effort 2: 12 ms a tile; 4 takes twice that for a twentieth less. */
async function encodeAvif(image: Image, { quality = 60 }: EncodeOptions = {}): Promise<Uint8Array> {
  return toBytes(await (await rawImage(image)).avif({ quality, effort: 2 }).toBuffer());
}

async function rawImage(image: Image) {
  const { default: sharp } = await import('sharp');
  const { kind, width, height, pixels } = image.kind === 'indexed' ? toTrueColor(image) : image;
  return sharp(pixels, { raw: { width, height, channels: samplesPerPixel(kind) } });
}

function toBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
