/** Parts of composites whose layers come one after the other: memory is the same for five dates and for five hundred. */
import type { Window } from '../core/grid/window.ts';
import { sourceWindow } from '../core/raster/align.ts';
import {
  addToCounts,
  addToMean,
  finishMean,
  NO_PICK,
  takeBest,
  takeExtreme,
  takeFirst,
} from '../core/raster/accumulate.ts';
import { CLOUD_RAMP_METRES, scorePixels, sclScores } from '../core/raster/best-pixel.ts';
import type { Floats } from '../core/raster/composite.ts';
import { takesWholeDates } from '../core/raster/composite.ts';
import { dilationHalo } from '../core/raster/dilate.ts';
import { distances } from '../core/raster/distance.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { withSource } from '../io/source-cache.ts';
import { alignTo, readPixels } from './aligned-band.ts';
import { cutOut, membersOf, readClassMask, widen } from './class-mask.ts';
import { isEmpty } from './composite-part.ts';
import type { ComposedPart, CompositeLayers, DateScore } from './composite-part.ts';
import { computeValues, readBands } from './layer.ts';
import type { Layer } from './layer.ts';
import type { Scratch } from './scratch.ts';
import { withScratch } from './scratch.ts';

export async function composeStream(
  input: CompositeLayers,
  part: Window,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<ComposedPart> {
  if (takesWholeDates(input.method)) return composeDates(input, part, scratch, signal);
  const { bands, extras } = input;
  const pixels = part.width * part.height;
  const counts = takeWords(scratch, pixels, 0);
  const picks = extras.includes('date') ? takeWords(scratch, pixels, NO_PICK) : null;
  const values: Floats[] = [];
  for (const layers of bands) {
    counts.fill(0);
    values.push(await composeBand(input, layers, part, counts, picks, scratch, signal));
  }
  return { values, picks, counts };
}

/** `mean`, `max`, `min` and `count` of one band. */
async function composeBand(
  { method, precision, extras }: CompositeLayers,
  layers: readonly Layer[],
  part: Window,
  counts: Uint16Array,
  picks: Uint16Array | null,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<Floats> {
  const pixels = part.width * part.height;
  const out = takeFloats(scratch, precision, pixels);
  out.fill(NaN);
  const sums = method === 'mean' ? (scratch.samples('float64', pixels) as Float64Array).fill(0) : null;
  for (const [k, layer] of layers.entries()) {
    checkAborted(signal);
    await withScratch(async (own) => {
      const classes = layer.classes && (await readClassMask(layer.classes, part, own));
      if (classes && isEmpty(classes)) return;
      const values = takeFloats(own, precision, pixels);
      computeValues(layer, await readBands(layer, part, classes, own), values);
      if (sums) addToMean(values, { sums, counts });
      else if (method !== 'count') takeExtreme(values, k, method === 'max' ? 1 : -1, out, picks);
      if (!sums && (method === 'count' || extras.includes('count'))) addToCounts([values], counts);
    });
  }
  if (sums) finishMean({ sums, counts }, out);
  if (method === 'count') out.set(counts);
  return out;
}

/** `first`, `last` and `best`: all bands of a pixel are those of one date. */
async function composeDates(
  { bands, method, precision, extras, scores }: CompositeLayers,
  part: Window,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<ComposedPart> {
  const pixels = part.width * part.height;
  const picks = takeWords(scratch, pixels, NO_PICK);
  const counts = extras.includes('count') ? takeWords(scratch, pixels, 0) : null;
  const outs = bands.map(() => takeFloats(scratch, precision, pixels).fill(NaN) as Floats);
  const best = method === 'best' ? (scratch.samples('float32', pixels) as Float32Array).fill(-1) : null;
  const order = [...bands[0]!.keys()];
  if (method === 'last') order.reverse();
  let left = pixels;
  for (const k of order) {
    checkAborted(signal);
    if (left === 0 && !counts) break;
    const [layer] = bands.map((layers) => layers[k]!);
    await withScratch(async (own) => {
      const classes = layer!.classes && (await readClassMask(layer!.classes, part, own));
      if (classes && (counts || best ? isEmpty(classes) : !hasOpen(classes, picks))) return;
      const values: Floats[] = [];
      for (const layers of bands) {
        const into = takeFloats(own, precision, pixels);
        computeValues(layers[k]!, await readBands(layers[k]!, part, classes, own), into);
        values.push(into);
      }
      if (counts) addToCounts(values, counts);
      if (best) takeBest(values, k, await readScores(layer!, scores![k]!, part, own), outs, picks, best);
      else left -= takeFirst(values, k, outs, picks);
    });
  }
  return { values: outs, picks, counts };
}

/** Is a pixel valid that has nothing yet? */
function hasOpen(classes: Uint8Array, picks: Uint16Array): boolean {
  for (let i = 0; i < picks.length; i++) if (classes[i] === 1 && picks[i] === NO_PICK) return true;
  return false;
}

/** Scores are made where the classes lie, and repeated on the finer grid of the run. */
async function readScores(
  { classes }: Layer,
  { day, clouds }: DateScore,
  part: Window,
  scratch: Scratch,
): Promise<Float32Array> {
  const take = (pixels: number) => scratch.samples('float32', pixels) as Float32Array;
  if (!classes || !clouds) {
    const same = take(part.width * part.height).fill(CLOUD_RAMP_METRES);
    scorePixels(same, null, day);
    return same;
  }
  const { source: band } = classes;
  return withSource(band, async (source) => {
    const own = sourceWindow(band.alignment, part);
    const wide = widen(own, dilationHalo(CLOUD_RAMP_METRES, clouds.pixel));
    const { data, mask } = await readPixels(source, band, wide, scratch);
    const members = membersOf(clouds.codes, data, mask, scratch);
    const metres = distances(members, wide.width, CLOUD_RAMP_METRES, clouds.pixel, take(data.length));
    scorePixels(metres, clouds.isScl ? { data, scores: sclScores() } : null, day);
    const block = { ...own, data: cutOut(metres, wide, own, take(own.width * own.height)), mask: null };
    return alignTo(part, band, block, 'float32', scratch).data as Float32Array;
  });
}

function takeFloats(scratch: Scratch, precision: 'single' | 'double', pixels: number): Floats {
  return scratch.samples(precision === 'single' ? 'float32' : 'float64', pixels) as Floats;
}

function takeWords(scratch: Scratch, pixels: number, fill: number): Uint16Array {
  return (scratch.samples('uint16', pixels) as Uint16Array).fill(fill);
}
