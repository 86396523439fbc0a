/** The pixels of a map as a request words them. @see OGC 20-058, OGC API - Maps - Part 1: Core */
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { reprojectBounds } from '../../../pipelines/core/grid/reproject-bounds.ts';
import type { RasterGrid } from '../../../pipelines/core/raster/warp-plan.ts';
import type { Query } from '../../services/raster/wish.ts';
import { refusal, wordOf } from '../../services/raster/wish.ts';
import { parseFeatureCrs } from '../features/crs.ts';

export const MAP_WORDS = ['bbox', 'bbox-crs', 'crs', 'width', 'height'];
const USUAL_SIDE = 1024;
const MOST_SIDE = 4096;

/**
 * Without a box the whole of the collection, without a size the longer side has 1024 pixels.
 * @throws {PlatformError} `parameter-invalid`
 */
export function mapGrid(query: Query, whole: LonLatBox): { readonly target: RasterGrid; readonly crs: string } {
  const crs = parseFeatureCrs('crs', wordOf(query, 'crs'));
  const box = reprojectBounds(boxOf(query, whole), crs.epsg);
  const text = wordOf(query, 'bbox') ?? whole.join(',');
  if (!box) throw refusal('bbox', text, `bbox "${text.slice(0, 100)}" has no place in ${crs.uri}`);
  const [across, down] = [box.maxX - box.minX, box.maxY - box.minY];
  const given = { width: sideOf(query, 'width'), height: sideOf(query, 'height') };
  const ratio = across / down;
  const longer = ratio > 1 ? { width: USUAL_SIDE, height: null } : { width: null, height: USUAL_SIDE };
  const { width: w, height: h } = given.width === null && given.height === null ? longer : given;
  const width = w ?? clamp(h! * ratio);
  const height = h ?? clamp(w! / ratio);
  const transform = [across / width, 0, box.minX, 0, -down / height, box.maxY] as const;
  return { target: { transform, epsg: crs.epsg, width, height }, crs: crs.uri };
}

function clamp(side: number): number {
  return Math.min(MOST_SIDE, Math.max(1, Math.round(side)));
}

function boxOf(query: Query, [west, south, east, north]: LonLatBox) {
  const crs = parseFeatureCrs('bbox-crs', wordOf(query, 'bbox-crs'));
  const text = wordOf(query, 'bbox');
  if (text === null) return { minX: west, minY: south, maxX: east < west ? east + 360 : east, maxY: north, epsg: 4326 };
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [a, b, c, d] = numbers as [number, number, number, number];
  const [minX, minY, maxX, maxY] = crs.isNorthFirst ? [b, a, d, c] : [a, b, c, d];
  if (numbers.length === 4 && numbers.every(Number.isFinite) && minX < maxX && minY < maxY)
    return { minX, minY, maxX, maxY, epsg: crs.epsg };
  throw refusal('bbox', text, `bbox is "${text.slice(0, 100)}"; accepted are four numbers: lower corner, upper corner`);
}

function sideOf(query: Query, name: string): number | null {
  const text = wordOf(query, name);
  if (text === null) return null;
  const side = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (side >= 1 && side <= MOST_SIDE) return side;
  throw refusal(name, text, `${name} is "${text.slice(0, 40)}"; accepted is a whole number from 1 to ${MOST_SIDE}`);
}
