/** Places in a graph (boxes, GeoJSON) as pixels of a cube. */
import { epsgOfWkt } from '../core/grid/crs-names.ts';
import { parseCrs } from '../core/grid/crs.ts';
import type { Bounds, LonLatBox } from '../core/grid/bounds.ts';
import { reprojectBounds, lonLatBoxOf } from '../core/grid/reproject-bounds.ts';
import type { Window } from '../core/grid/window.ts';
import { PlatformError } from '../core/errors.ts';
import { PolygonSetBuilder } from '../core/geometry/zonal/polygons.ts';
import type { PolygonSet } from '../core/geometry/zonal/polygons.ts';
import { toPixels } from '../core/geometry/zonal/to-pixels.ts';
import { FeatureFault } from '../core/vector/feature.ts';
import { isRecord } from '../graph/graph.ts';
import type { CubeGrid } from './program.ts';

/** The EPSG code of a graph's CRS: a code, its name, or well-known text; WGS 84 where nothing is said. */
export function epsgOf(crs: unknown): number {
  if (crs === null || crs === undefined) return 4326;
  if (typeof crs === 'number') return parseCrs(String(crs));
  if (typeof crs !== 'string') throw new PlatformError('crs-unsupported', 'A CRS is an EPSG code or well-known text');
  const code = /^\s*\w+\s*\[/.test(crs) ? epsgOfWkt(crs) : parseCrs(crs);
  if (code === null) throw new PlatformError('crs-unsupported', `The CRS ${crs.slice(0, 60)}… has no EPSG code here`);
  return code;
}

/** @throws {PlatformError} `parameter-invalid` where a side is missing or south lies above north */
export function parseBox(extent: Readonly<Record<string, unknown>>, process: string): Bounds {
  const side = (name: string) => {
    const value = extent[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new PlatformError('parameter-invalid', `${process}: the box needs a number as ${name}`);
  };
  const [minX, minY, maxX, maxY] = [side('west'), side('south'), side('east'), side('north')];
  if (!(maxX > minX && maxY > minY))
    throw new PlatformError(
      'parameter-invalid',
      `${process}: the box from ${minX}, ${minY} to ${maxX}, ${maxY} has no area; west lies below east and south below north`,
    );
  return { minX, minY, maxX, maxY, epsg: epsgOf(extent['crs']) };
}

/** @throws {PlatformError} `outside` where the box has no place on the globe */
export function lonLatOf(box: Bounds): LonLatBox {
  const lonLat = lonLatBoxOf(box);
  if (lonLat) return lonLat;
  throw new PlatformError(
    'outside',
    `The box ${box.minX}, ${box.minY}, ${box.maxX}, ${box.maxY} has no place in degrees`,
  );
}

/** The pixels whose centres lie in a box (its edge is part of it); of width or height 0 where none does. */
export function windowInBox(grid: CubeGrid, box: Bounds): Window {
  const own = grid.epsg === null || box.epsg === grid.epsg ? box : reprojectBounds(box, grid.epsg);
  if (!own) return { col: 0, row: 0, width: 0, height: 0 };
  const [a, , c, , e, f] = grid.transform;
  return windowOf(grid, (own.minX - c) / a, (own.maxY - f) / e, (own.maxX - c) / a, (own.minY - f) / e);
}

/** By the edges of a box in pixels. */
function windowOf({ width, height }: CubeGrid, left: number, top: number, right: number, bottom: number): Window {
  const first = (edge: number) => Math.max(0, Math.ceil(edge - 0.5 - EDGE));
  const end = (edge: number, size: number) => Math.min(size, Math.floor(edge - 0.5 + EDGE) + 1);
  const [col, row] = [first(left), first(top)];
  return { col, row, width: Math.max(0, end(right, width) - col), height: Math.max(0, end(bottom, height) - row) };
}

/** A millionth of a pixel is the noise of computed coordinates. */
const EDGE = 1e-6;

/** Rings in pixels, per polygon. */
export type PixelPolygons = readonly (readonly (readonly number[])[])[];

/**
 * The polygons of GeoJSON (a geometry, a Feature or a FeatureCollection, in WGS 84 unless it has a `crs` member) in
 * pixels of a grid.
 * @throws {PlatformError} `parameter-invalid` for what is no polygon; `crs-missing` for a cube without CRS
 */
export function polygonsOn(grid: CubeGrid, geojson: unknown, process: string): PixelPolygons {
  if (grid.epsg === null)
    throw new PlatformError('crs-missing', `${process}: the data cube has no CRS to place polygons in`);
  const builder = new PolygonSetBuilder();
  try {
    for (const geometry of geometriesOf(geojson)) builder.add(geometry);
  } catch (error) {
    if (!(error instanceof FeatureFault)) throw error;
    throw new PlatformError('parameter-invalid', `${process}: of the geometry, ${error.message}`, { cause: error });
  }
  const set = builder.finish();
  if (set.polygonStarts.length === 1)
    throw new PlatformError('parameter-invalid', `${process} takes polygons as GeoJSON, and there is none`);
  return ringsOf(toPixels(set, epsgOf(namedCrs(geojson)), { transform: grid.transform, epsg: grid.epsg }));
}

function geometriesOf(geojson: unknown): unknown[] {
  if (!isRecord(geojson)) return [];
  if (geojson['type'] === 'FeatureCollection') return (geojson['features'] as unknown[]).flatMap(geometriesOf);
  return geojson['type'] === 'Feature' ? [geojson['geometry']] : [geojson];
}

/** GeoJSON of 2008 names its CRS; openEO's clients still send it. */
function namedCrs(geojson: unknown): unknown {
  const crs = isRecord(geojson) ? geojson['crs'] : null;
  const properties = isRecord(crs) ? crs['properties'] : null;
  return isRecord(properties) ? properties['name'] : null;
}

function ringsOf({ coordinates, ringStarts, polygonStarts }: PolygonSet): PixelPolygons {
  const polygons: number[][][] = [];
  for (let p = 0; p + 1 < polygonStarts.length; p++) {
    const rings: number[][] = [];
    for (let r = polygonStarts[p]!; r < polygonStarts[p + 1]!; r++)
      rings.push([...coordinates.subarray(2 * ringStarts[r]!, 2 * ringStarts[r + 1]!)]);
    polygons.push(rings);
  }
  return polygons;
}

/** The pixels whose centres lie in the box around polygons. */
export function windowAround(grid: CubeGrid, polygons: PixelPolygons): Window {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of polygons.flat())
    for (let i = 0; i < ring.length; i += 2) {
      left = Math.min(left, ring[i]!);
      right = Math.max(right, ring[i]!);
      top = Math.min(top, ring[i + 1]!);
      bottom = Math.max(bottom, ring[i + 1]!);
    }
  return windowOf(grid, left, top, right, bottom);
}
