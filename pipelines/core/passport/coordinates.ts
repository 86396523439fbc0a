/** The coordinate operations between two systems, with how far each can be off. The figures are those of `docs/coordinates.md`. */
import { findCrs } from '../grid/crs.ts';
import type { CoordinateOperation } from './passport.ts';

/** Metres against PROJ, all projections but RD New. */
const PROJECTION_ACCURACY = 2e-6;
const RD_NEW = 28992;
/** Metres on NSGI's validation points: with the correction grid, and without. */
const RD_ACCURACY = { grid: 0.0008, similarity: 0.239 };
/** Metres, by the EPSG registry: WGS 84 and ETRS89 as one (EPSG:1149). */
const NULL_ACCURACY = 1;

/**
 * @param rdGrid  The correction grid of RD New that was installed; null: none.
 * @returns the steps in order; none where both are the same.
 * @throws {PlatformError} `crs-unsupported`
 */
export function coordinateOperations(
  from: number,
  to: number,
  rdGrid: { readonly name: string; readonly sha256: string } | null,
): CoordinateOperation[] {
  if (findCrs(from).epsg === findCrs(to).epsg) return [];
  const steps: CoordinateOperation[] = [];
  if (!isGeographic(from)) steps.push(projection(from, 'to geographic coordinates', rdGrid));
  if (isEtrs(from) !== isEtrs(to))
    steps.push({ name: `${datum(from)} taken for ${datum(to)} (EPSG:1149)`, accuracy: NULL_ACCURACY });
  if (!isGeographic(to)) steps.push(projection(to, 'from geographic coordinates', rdGrid));
  return steps;
}

function projection(
  epsg: number,
  direction: string,
  rdGrid: { readonly name: string; readonly sha256: string } | null,
): CoordinateOperation {
  const crs = findCrs(epsg);
  const name = `EPSG:${crs.epsg} (${crs.title}) ${direction}`;
  if (crs.epsg !== RD_NEW) return { name, accuracy: PROJECTION_ACCURACY };
  return rdGrid
    ? { name: `${name}, RDNAPTRANS2018 with its correction grid`, accuracy: RD_ACCURACY.grid, grid: rdGrid }
    : { name: `${name}, RDNAPTRANS2018 without its correction grid`, accuracy: RD_ACCURACY.similarity };
}

function isGeographic(epsg: number): boolean {
  return findCrs(epsg).units === 'degree';
}

/** RD New, LAEA Europe, ETRS89 and its UTM zones are bound to ETRS89; the rest is WGS 84. */
function isEtrs(epsg: number): boolean {
  const code = findCrs(epsg).epsg;
  return code === 4258 || code === 3035 || code === RD_NEW || (code >= 25801 && code <= 25860);
}

function datum(epsg: number): string {
  return isEtrs(epsg) ? 'ETRS89' : 'WGS 84';
}
