/**
 * JPEG as TIFF stores it (tables once per file, colour said outside) → a stream that a JPEG decoder reads alone.
 * @see Adobe Photoshop TIFF Technical Notes (2002), "JPEG-in-TIFF"; ITU-T T.81, annex B
 */
import { PHOTOMETRIC } from './tags.ts';

export interface PreparedJpeg {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP14 = 0xee;

/** Adobe's marker tells decoders whether three channels are RGB (0) or YCbCr (1); without it they guess. */
function adobeMarker(transform: number): Uint8Array {
  return Uint8Array.of(0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform);
}

/** @returns null where the data are no JPEG of one frame. */
export function prepareJpeg(data: Uint8Array, tables: Uint8Array | null, photometric: number): PreparedJpeg | null {
  const frame = readFrame(data);
  if (!frame) return null;
  const inner =
    tables && isJpeg(tables)
      ? tables.subarray(2, endsWithEoi(tables) ? tables.length - 2 : undefined)
      : new Uint8Array(0);
  const colour =
    frame.components === 3 && !frame.hasAdobe
      ? adobeMarker(photometric === PHOTOMETRIC.ycbcr ? 1 : 0)
      : new Uint8Array(0);
  const bytes = new Uint8Array(data.length + inner.length + colour.length);
  bytes.set(data.subarray(0, 2));
  bytes.set(colour, 2);
  bytes.set(inner, 2 + colour.length);
  bytes.set(data.subarray(2), 2 + colour.length + inner.length);
  return { bytes, ...frame };
}

function isJpeg(data: Uint8Array): boolean {
  return data.length > 4 && data[0] === 0xff && data[1] === SOI;
}

function endsWithEoi(data: Uint8Array): boolean {
  return data.at(-2) === 0xff && data.at(-1) === EOI;
}

/** Walks the marker segments up to the first scan. */
function readFrame(data: Uint8Array): { width: number; height: number; components: number; hasAdobe: boolean } | null {
  if (!isJpeg(data)) return null;
  let frame: { height: number; width: number; components: number } | null = null;
  let hasAdobe = false;
  for (let at = 2; at + 4 <= data.length && data[at] === 0xff;) {
    const marker = data[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    if (marker === SOS) break;
    const length = (data[at + 2]! << 8) | data[at + 3]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && at + 10 <= data.length)
      frame = {
        height: (data[at + 5]! << 8) | data[at + 6]!,
        width: (data[at + 7]! << 8) | data[at + 8]!,
        components: data[at + 9]!,
      };
    hasAdobe ||= marker === APP14;
    at += 2 + length;
  }
  return frame && { ...frame, hasAdobe };
}
