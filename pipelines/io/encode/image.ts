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
  if (!pixels.every((index) => palette[index * 4 + 3] === 255)) {
    const rgba = new Uint32Array(n);
    for (let i = 0; i < n; i++) rgba[i] = words[pixels[i]!]!;
    return { kind: 'rgba', width, height, pixels: new Uint8Array(rgba.buffer) };
  }
  const rgb = new Uint8Array(n * 3);
  for (let i = 0, o = 0; i < n; i++, o += 3) {
    const at = pixels[i]! * 4;
    rgb[o] = palette[at]!;
    rgb[o + 1] = palette[at + 1]!;
    rgb[o + 2] = palette[at + 2]!;
  }
  return { kind: 'rgb', width, height, pixels: rgb };
}
