/** A picture before it is encoded: bytes, row-major, samples of a pixel together. */
export type Image =
  | {
      readonly kind: 'indexed';
      readonly width: number;
      readonly height: number;
      readonly pixels: Uint8Array;
      /** 256 colours as RGBA bytes. */
      readonly palette: Uint8Array;
    }
  | {
      readonly kind: 'grey' | 'rgb' | 'rgba';
      readonly width: number;
      readonly height: number;
      readonly pixels: Uint8Array;
    };

const SAMPLES = { indexed: 1, grey: 1, rgb: 3, rgba: 4 } as const satisfies Record<Image['kind'], number>;

/** Bytes that a pixel of an image takes. */
export function samplesPerPixel(kind: Image['kind']): 1 | 3 | 4 {
  return SAMPLES[kind];
}

/** An indexed image in its colours: RGBA, or RGB where every pixel is opaque. */
export function toTrueColor({ width, height, pixels, palette }: Image & { readonly kind: 'indexed' }): Image {
  const n = width * height;
  const words = new Uint32Array(palette.slice().buffer);
  if (hasTransparent(pixels, palette)) {
    const rgba = new Uint32Array(n);
    for (let i = 0; i < n; i++) rgba[i] = words[pixels[i]!]!;
    return { kind: 'rgba', width, height, pixels: new Uint8Array(rgba.buffer) };
  }
  return { kind: 'rgb', width, height, pixels: packColors(pixels, words) };
}

/** RGB bytes of indexed pixels. Four pixels make three words, so that nothing is written byte by byte. */
function packColors(pixels: Uint8Array, rgba: Uint32Array): Uint8Array {
  const n = pixels.length;
  const colors = rgba.map((word) => word & 0xffffff);
  const words = new Uint32Array(Math.ceil(n / 4) * 3);
  for (let i = 0, o = 0; i < n; i += 4, o += 3) {
    const a = colors[pixels[i]!]!;
    const b = colors[pixels[i + 1]!]!;
    const c = colors[pixels[i + 2]!]!;
    const d = colors[pixels[i + 3]!]!;
    words[o] = a | (b << 24);
    words[o + 1] = (b >>> 8) | (c << 16);
    words[o + 2] = (c >>> 16) | (d << 8);
  }
  return new Uint8Array(words.buffer, 0, n * 3);
}

/** Few colours of a palette are transparent, and looking for one byte is quicker than looking at each. */
function hasTransparent(pixels: Uint8Array, palette: Uint8Array): boolean {
  for (let index = 0; index < 256; index++) if (palette[index * 4 + 3] !== 255 && pixels.includes(index)) return true;
  return false;
}
