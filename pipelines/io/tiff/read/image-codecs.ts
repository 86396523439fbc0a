/**
 * Blocks that are pictures of their own: JPEG and WebP by sharp, LERC in `lerc.ts`. What a blob says of its size is held
 * against the block before anything is decoded.
 */
import sharp from 'sharp';
import type { Sharp, SharpOptions } from 'sharp';
import type { Samples } from '../../../core/raster/block.ts';
import { nameOf } from './decompress.ts';
import { damaged } from './directories.ts';
import { unsupported, wrongSize } from './image.ts';
import type { TiffImage } from './image.ts';
import { prepareJpeg } from './jpeg-stream.ts';
import { decodeLerc } from './lerc.ts';
import type { FileTraits } from './samples.ts';
import { COMPRESSION } from './tags.ts';

/**
 * @returns `blockWidth * rows * blockSamples` numbers, pixel by pixel.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`
 */
export async function decodePicture(
  image: TiffImage,
  data: Uint8Array,
  rows: number,
  file: FileTraits,
): Promise<Samples> {
  const { name } = file;
  switch (image.compression) {
    case COMPRESSION.jpeg:
      return decodeJpeg(image, data, rows, name);
    case COMPRESSION.webp:
      return decodeWebp(image, data, rows, name);
    case COMPRESSION.lerc:
      return decodeLerc(image, data, rows, file);
    default:
      throw unsupported(
        name,
        `is compressed with ${nameOf(image.compression)}, which is not read here; rewrite it with deflate`,
      );
  }
}

async function decodeJpeg(image: TiffImage, data: Uint8Array, rows: number, name: string): Promise<Uint8Array> {
  if (image.bits !== 8) throw unsupported(name, `holds JPEG of ${image.bits} bits; only 8 are read`);
  const jpeg = prepareJpeg(data, image.jpegTables, image.photometric);
  if (!jpeg) throw damaged(name, 'a block is no JPEG');
  if (jpeg.components !== image.blockSamples)
    throw damaged(name, `a JPEG block has ${jpeg.components} channels, the file ${image.blockSamples}`);
  if (jpeg.width !== image.blockWidth || jpeg.height < rows || jpeg.height > image.blockHeight)
    throw wrongSize(name, image, jpeg.width, jpeg.height);
  if (jpeg.components !== 1 && jpeg.components !== 3)
    throw unsupported(name, `holds JPEG of ${jpeg.components} channels; only 1 and 3 are read`);
  const picture = sharp(jpeg.bytes, pictureOptions(image));
  return rawPixels(jpeg.components === 1 ? picture.toColourspace('b-w') : picture, image, rows, name);
}

async function decodeWebp(image: TiffImage, data: Uint8Array, rows: number, name: string): Promise<Uint8Array> {
  const magic = Buffer.from(data.buffer, data.byteOffset, Math.min(12, data.length)).toString('latin1');
  if (!/^RIFF[^]{4}WEBP$/.test(magic)) throw damaged(name, 'a block is no WebP');
  if (image.blockSamples !== 3 && image.blockSamples !== 4)
    throw damaged(name, `it holds WebP of ${image.blockSamples} samples`);
  const picture = sharp(data, pictureOptions(image));
  return rawPixels(image.blockSamples === 4 ? picture.ensureAlpha() : picture.removeAlpha(), image, rows, name);
}

function pictureOptions(image: TiffImage): SharpOptions {
  return { limitInputPixels: image.blockWidth * image.blockHeight, failOn: 'error' };
}

async function rawPixels(picture: Sharp, image: TiffImage, rows: number, name: string): Promise<Uint8Array> {
  const decoded = await picture
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw damaged(name, `a block cannot be decoded (${(error as Error).message.split('\n')[0]})`);
    });
  const { width, height, channels } = decoded.info;
  if (width !== image.blockWidth || height < rows || channels !== image.blockSamples)
    throw wrongSize(name, image, width, height);
  return decoded.data.subarray(0, width * rows * channels);
}
