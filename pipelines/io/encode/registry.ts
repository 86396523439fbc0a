/** The image formats that tiles and cut-outs are written in. A format is one file and one entry here. */
import { PlatformError } from '../../core/errors.ts';
import type { Image } from './image.ts';

export interface EncodeOptions {
  /** The pixels are numbers, not a picture: none may change. Default false. */
  readonly lossless?: boolean;
  /** 1 to 100, where the format is lossy. Default 75. */
  readonly quality?: number;
  /** Few colours that come again and again, as of a picture that had a palette: unfiltered and little searched as PNG. */
  readonly fewColors?: boolean;
}

export interface ImageFormat {
  readonly mediaType: string;
  readonly extension: string;
  /** Loaded on first use: a thread that writes PNG never loads sharp. */
  readonly load: () => Promise<(image: Image, options?: EncodeOptions) => Uint8Array | Promise<Uint8Array>>;
}

export const IMAGE_FORMATS = {
  png: {
    mediaType: 'image/png',
    extension: 'png',
    load: async () => (await import('./png.ts')).encodePng,
  },
  webp: {
    mediaType: 'image/webp',
    extension: 'webp',
    load: async () => (await import('./webp.ts')).encodeWebp,
  },
} as const satisfies Record<string, ImageFormat>;

export type ImageFormatId = keyof typeof IMAGE_FORMATS;

export const IMAGE_FORMAT_IDS = Object.keys(IMAGE_FORMATS) as readonly ImageFormatId[];

/** @throws {PlatformError} `parameter-invalid` that lists the formats. */
export function parseImageFormat(text: string): ImageFormatId {
  const found = IMAGE_FORMAT_IDS.find((id) => id === text.toLowerCase());
  if (!found)
    throw new PlatformError(
      'parameter-invalid',
      `Format "${text}" is not an image format of ours; there are ${IMAGE_FORMAT_IDS.join(' and ')}`,
      { detail: { parameter: 'format', value: text, accepted: IMAGE_FORMAT_IDS } },
    );
  return found;
}

/** Encodes one image. @see ImageFormat */
export async function encodeImage(
  format: ImageFormatId,
  image: Image,
  options: EncodeOptions = {},
): Promise<Uint8Array> {
  const encode: Awaited<ReturnType<ImageFormat['load']>> = await IMAGE_FORMATS[format].load();
  return encode(image, options);
}
