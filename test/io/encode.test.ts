import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { COLORMAPS } from '../../pipelines/core/color/colormaps.ts';
import { paletteOf } from '../../pipelines/core/color/ramp.ts';
import type { Image } from '../../pipelines/io/encode/image.ts';
import { samplesPerPixel, toTrueColor } from '../../pipelines/io/encode/image.ts';
import { encodeImage, IMAGE_FORMAT_IDS, parseImageFormat } from '../../pipelines/io/encode/registry.ts';

const palette = paletteOf(COLORMAPS.viridis);

/** Seeded: waves with some noise, a corner of zeros, and rows without any structure. */
function continuous(length: number, width: number): Uint8Array {
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  return Uint8Array.from({ length }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x + y < 40) return 0;
    return y % 50 === 49 ? random() * 256 : 128 + 100 * Math.sin(x / 17) * Math.cos(y / 23) + random() * 9;
  });
}

const classes = (length: number, width: number) =>
  Uint8Array.from({ length }, (_, i) => ((i % width) >> 5) + (Math.floor(i / width) >> 5) * 3);

function images(width: number, height: number): Image[] {
  return [continuous, classes].flatMap((make) => [
    { kind: 'indexed', width, height, palette, pixels: make(width * height, width) } as const,
    ...(['grey', 'rgb', 'rgba'] as const).map((kind) => {
      const step = samplesPerPixel(kind);
      return { kind, width, height, pixels: make(width * height * step, width * step) };
    }),
  ]);
}

/** What another decoder (libpng, libwebp) makes of the bytes, as 8-bit samples. */
async function decode(bytes: Uint8Array, channels: 3 | 4): Promise<Uint8Array> {
  const image = sharp(bytes).toColourspace('srgb');
  const { data } = await (channels === 4 ? image.ensureAlpha() : image.removeAlpha())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data);
}

/** The pixels as RGBA, by the palette's definition. */
function expected(image: Image): Uint8Array {
  const step = samplesPerPixel(image.kind);
  const out = new Uint8Array(image.width * image.height * 4);
  for (let i = 0; i < image.width * image.height; i++) {
    const p = image.pixels.subarray(i * step, (i + 1) * step);
    if (image.kind === 'indexed') out.set(image.palette.subarray(p[0]! * 4, p[0]! * 4 + 4), i * 4);
    else if (image.kind === 'grey') out.set([p[0]!, p[0]!, p[0]!, 255], i * 4);
    else out.set([p[0]!, p[1]!, p[2]!, p[3] ?? 255], i * 4);
  }
  return out;
}

describe.each(IMAGE_FORMAT_IDS)('%s', (format) => {
  for (const [width, height] of [
    [256, 256],
    [512, 512],
    [1, 1],
    [7, 300],
  ] as const)
    it(`gives back every pixel of ${width} × ${height}, decoded by another library`, async () => {
      for (const image of images(width, height)) {
        const got = await decode(await encodeImage(format, image, { lossless: true }), 4);
        expect(Buffer.compare(got, expected(image)), image.kind).toBe(0);
      }
    });

  it('gives the same bytes for the same image', async () => {
    const [image] = images(256, 256);
    const first = await encodeImage(format, image!);
    await encodeImage(format, images(64, 64)[3]!);
    expect(Buffer.compare(await encodeImage(format, image!), first)).toBe(0);
  });
});

describe('png', () => {
  it('halves a continuous picture against unfiltered rows at level 6', async () => {
    const [image] = images(256, 256);
    const { deflateSync } = await import('node:zlib');
    const size = (await encodeImage('png', image!)).length;
    expect(size).toBeLessThan(deflateSync(image!.pixels, { level: 6 }).length * 0.8);
  });

  it('keeps flat classes small', async () => {
    const image = images(256, 256)[4]!;
    expect((await encodeImage('png', image)).length).toBeLessThan(1500);
  });
});

describe('webp', () => {
  it('is much smaller for a picture than lossless, and near its colours', async () => {
    const image = images(256, 256)[0]! as Image & { kind: 'indexed' };
    const lossy = await encodeImage('webp', image);
    expect(lossy.length).toBeLessThan((await encodeImage('webp', image, { lossless: true })).length / 2);
    const [got, want] = [await decode(lossy, 4), expected(image)];
    let sum = 0;
    for (let i = 0; i < got.length; i++) if (i % 4 !== 3 && want[i | 3] === 255) sum += Math.abs(got[i]! - want[i]!);
    expect(sum / got.length).toBeLessThan(8);
    for (let i = 3; i < got.length; i += 4) expect(got[i]).toBe(want[i]); // transparency stays exact
  });
});

describe('toTrueColor', () => {
  it('is RGB where all is opaque, RGBA where not', () => {
    const one = (index: number) =>
      toTrueColor({ kind: 'indexed', width: 1, height: 1, palette, pixels: Uint8Array.of(index) });
    expect(one(1)).toEqual({ kind: 'rgb', width: 1, height: 1, pixels: Uint8Array.of(0x44, 0x01, 0x54) });
    expect(one(0)).toEqual({ kind: 'rgba', width: 1, height: 1, pixels: Uint8Array.of(0, 0, 0, 0) });
  });
});

it('an unknown format is refused with the list', () => {
  expect(parseImageFormat('WebP')).toBe('webp');
  expect(() => parseImageFormat('gif')).toThrow(/"gif".*png and webp/);
});
