/** The scene classification layer and the true-colour picture that come with a Level-2A product. */
import { COVER } from '../landscape/cover.ts';
import type { Landscape } from '../landscape/landscape.ts';
import { ADD_OFFSET, QUANTIFICATION } from './reflect.ts';
import type { Sky } from './sky.ts';

/** Scene classification at 20 m, ESA's codes: 3 shadow, 4 vegetation, 5 bare, 6 water, 8 and 9 cloud, 10 cirrus. */
export function classify({ grid }: Landscape, cover: Uint8Array, green: Uint8Array, sky: Sky): Uint8Array {
  const w = grid.width >> 1;
  const h = grid.height >> 1;
  const out = new Uint8Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const i = 2 * y * grid.width + 2 * x;
      const c = cover[i]!;
      const t = sky.cloud[i]!;
      if (t > 150) out[y * w + x] = 9;
      else if (t > 80) out[y * w + x] = 8;
      else if (t > 18) out[y * w + x] = 10;
      else if (sky.shadow[i] === 1) out[y * w + x] = 3;
      else if (c === COVER.river || c === COVER.lake) out[y * w + x] = 6;
      else out[y * w + x] = green[i]! > 88 ? 4 : 5;
    }
  return out;
}

/** Share of pixels that are neither cloud, cirrus nor shadow. */
export function clearShare(scl: Uint8Array): number {
  let clear = 0;
  for (let i = 0; i < scl.length; i++) if (scl[i] === 4 || scl[i] === 5 || scl[i] === 6) clear++;
  return clear / scl.length;
}

/** True colour as ESA draws TCI: reflectance 0 to 0.3 over the codes 1 to 255, 0 without data. */
export function trueColour(dn: Uint16Array): Uint8Array {
  const out = new Uint8Array(dn.length);
  for (let i = 0; i < dn.length; i++) {
    const code = ((dn[i]! + ADD_OFFSET) / QUANTIFICATION / 0.3) * 255;
    out[i] = code < 1 ? 1 : code > 255 ? 255 : code;
  }
  return out;
}
