import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lonLatToMercator, MERCATOR_HALF } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { FeatureFault } from '../../pipelines/core/vector/feature.ts';
import type { RawFeature } from '../../pipelines/core/vector/feature.ts';
import { FeatureLayer } from '../../pipelines/core/vector/feature-layer.ts';
import { DROP_RATE, lowestZooms } from '../../pipelines/core/vector/points.ts';
import { Shapes } from '../../pipelines/core/vector/shapes.ts';
import { weighVertices } from '../../pipelines/core/vector/simplify.ts';
import { parseWkt } from '../../pipelines/core/vector/wkt.ts';
import { makeTiles, worldPosition } from '../support/vector-tiles.ts';
import type { DecodedTile } from '../support/vector-tiles.ts';

type Position = [number, number];

const point = (lon: number, lat: number, properties: Record<string, unknown> = {}): RawFeature => ({
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties,
});

function world([lon, lat]: Position): Position {
  const [x, y] = lonLatToMercator(lon, lat);
  return [x / (2 * MERCATOR_HALF) + 0.5, 0.5 - y / (2 * MERCATOR_HALF)];
}

function shoelace(ring: readonly Position[]): number {
  return ring.reduce((sum, [x, y], i) => {
    const [px, py] = ring.at(i - 1)!;
    return sum + (px * y - x * py) / 2;
  }, 0);
}

/** A ring that surely does not cross itself: a star around a centre. Degrees; closed. */
function star([lon, lat]: Position, radii: readonly number[], scale: number): Position[] {
  const ring = radii.map((r, i): Position => {
    const angle = (2 * Math.PI * i) / radii.length;
    return [lon + scale * r * Math.cos(angle), lat + scale * r * Math.sin(angle)];
  });
  return [...ring, ring[0]!];
}

const radii = fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 });
const places = fc.tuple(
  fc.double({ min: -170, max: 170, noNaN: true }),
  fc.double({ min: -70, max: 70, noNaN: true }),
) as fc.Arbitrary<Position>;

/** Area of a tile's polygons inside of the tile itself, tile units. */
function drawnArea(tile: DecodedTile): number {
  return tile.features
    .flatMap((feature) => feature.loadGeometry())
    .reduce((sum, ring) => sum + shoelace(clipToTile(ring.slice(0, -1).map(({ x, y }): Position => [x, y]))), 0);
}

/** Sutherland and Hodgman's method, as a second opinion. */
function clipToTile(ring: Position[]): Position[] {
  const sides: [0 | 1, 1 | -1, number][] = [[0, 1, 0], [0, -1, -4096], [1, 1, 0], [1, -1, -4096]]; // prettier-ignore
  return sides.reduce((points, [axis, sign, least]) => {
    const inside = (p: Position) => sign * p[axis] >= least;
    return points.flatMap((p, i): Position[] => {
      const q = points.at(i - 1)!;
      const t = (sign * least - q[axis]) / (p[axis] - q[axis]);
      const cross: Position = [q[0] + t * (p[0] - q[0]), q[1] + t * (p[1] - q[1])];
      if (inside(p)) return inside(q) ? [p] : [cross, p];
      return inside(q) ? [cross] : [];
    });
  }, ring);
}

describe('polygons in tiles', () => {
  it('keep their area, holes taken off, over all tiles of the deepest zoom', () => {
    fc.assert(
      fc.property(places, radii, fc.boolean(), ([lon, lat], outer, isReversed) => {
        const ring = star([lon, lat], outer, 2);
        const hole = star([lon, lat], outer, 0.5);
        if (isReversed) ring.reverse();
        const coordinates = [ring, hole];
        const wanted = coordinates.map((r) => Math.abs(shoelace(r.slice(0, -1).map(world))));
        const tiles = makeTiles([{ geometry: { type: 'Polygon', coordinates } }], 7, 7);
        const drawn = tiles.reduce((sum, tile) => sum + drawnArea(tile), 0) / (4096 * 2 ** 7) ** 2;
        expect(drawn / (wanted[0]! - wanted[1]!)).toBeCloseTo(1, 2);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('turn outer rings clockwise on the map and holes the other way, whatever the file has', () => {
    const outer: Position[] = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]; // prettier-ignore
    const hole: Position[] = [[3, 3], [6, 3], [6, 6], [3, 6], [3, 3]]; // prettier-ignore
    for (const coordinates of [
      [outer, hole],
      [outer.toReversed(), hole],
      [outer, hole.toReversed()],
    ]) {
      const [tile] = makeTiles([{ geometry: { type: 'Polygon', coordinates } }], 0, 0);
      const areas = tile!.features[0]!.loadGeometry().map((ring) => shoelace(ring.map(({ x, y }): Position => [x, y])));
      expect(areas.map(Math.sign)).toEqual([1, -1]);
    }
  });

  it('that are too small to draw show together as much ground as they cover', () => {
    const side = 0.05;
    const fields: RawFeature[] = [];
    for (let i = 0; i < 60; i++)
      for (let j = 0; j < 60; j++) {
        const [w, s] = [5 + i * 0.06, 50 + j * 0.06];
        const ring = [[w, s], [w + side, s], [w + side, s + side], [w, s + side], [w, s]]; // prettier-ignore
        fields.push({ geometry: { type: 'Polygon', coordinates: [ring] } });
      }
    const ground = fields.reduce((sum, { geometry }) => {
      const [ring] = (geometry as { coordinates: Position[][] }).coordinates;
      return sum + Math.abs(shoelace(ring!.slice(0, -1).map(world)));
    }, 0);
    const [tile] = makeTiles(fields, 0, 0);
    const drawn = tile!.features.reduce(
      (sum, f) => sum + shoelace(f.loadGeometry()[0]!.map(({ x, y }): Position => [x, y])),
      0,
    );
    expect(tile!.features.length).toBeLessThan(fields.length / 3);
    expect(drawn / 4096 ** 2 / ground).toBeCloseTo(1, 1);
  });

  it('on both sides of the 180° meridian are drawn on both', () => {
    const ring: Position[] = [[178, 2], [182, 2], [182, 6], [178, 6], [178, 2]]; // prettier-ignore
    const tiles = makeTiles([{ geometry: { type: 'Polygon', coordinates: [ring] } }], 4, 4);
    expect(tiles.map(({ x }) => x).sort((a, b) => a - b)).toEqual([0, 15]);
    const drawn = tiles.reduce((sum, tile) => sum + drawnArea(tile), 0) / (4096 * 16) ** 2;
    expect(drawn / Math.abs(shoelace(ring.slice(0, -1).map(world)))).toBeCloseTo(1, 2);
  });
});

describe('lines in tiles', () => {
  it('keep their length over all tiles of the deepest zoom', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -400, max: 400 })), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(places, steps, ([lon, lat], moves) => {
        const line: Position[] = [[lon, lat]];
        for (const [dx, dy] of moves) line.push([line.at(-1)![0] + dx / 800, line.at(-1)![1] + dy / 800]);
        const length = (points: Position[]) =>
          points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i]![0], y - points[i]![1]), 0);
        const wanted = length(line.map(world)) * 4096 * 2 ** 8;
        const tiles = makeTiles([{ geometry: { type: 'LineString', coordinates: line } }], 8, 8);
        let drawn = 0;
        for (const { features } of tiles)
          for (const part of features.flatMap((f) => f.loadGeometry()))
            for (let i = 1; i < part.length; i++) drawn += lengthInside(part[i - 1]!, part[i]!);
        expect(Math.abs(drawn - wanted)).toBeLessThan(4 * line.length + 0.02 * wanted);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

/** Length of the part of a segment inside of the tile, by Liang and Barsky's method. */
function lengthInside(a: { x: number; y: number }, b: { x: number; y: number }): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  let [from, to] = [0, 1];
  for (const [p, q] of [
    [-dx, a.x],
    [dx, 4096 - a.x],
    [-dy, a.y],
    [dy, 4096 - a.y],
  ] as const)
    // prettier-ignore
    if (p === 0 && q < 0) return 0;
    else if (p < 0) from = Math.max(from, q / p);
    else if (p > 0) to = Math.min(to, q / p);
  return to > from ? (to - from) * Math.hypot(dx, dy) : 0;
}

describe('simplification', () => {
  it('keeps exactly the vertices that Douglas and Peucker keep, at any tolerance', () => {
    const coordinate = fc.integer({ min: 0, max: 2 ** 24 }).map((n) => n / 2 ** 24);
    const lines = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(lines, fc.double({ min: 0.001, max: 0.7, noNaN: true }), (line, tolerance) => {
        const shapes = new Shapes();
        for (const [x, y] of line) shapes.vertex(x, y, 0);
        weighVertices(shapes, 0, line.length, false);
        const kept = line.map((_, i) => i).filter((i) => shapes.weights[i]! > Math.fround(tolerance ** 2));
        expect(kept).toEqual([0, ...douglasPeucker(line, 0, line.length - 1, tolerance), line.length - 1]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

/** As the textbook has it. */
function douglasPeucker(line: readonly Position[], first: number, last: number, tolerance: number): number[] {
  let [far, index] = [-1, -1];
  for (let i = first + 1; i < last; i++) {
    const d = distanceToSegment(line[i]!, line[first]!, line[last]!);
    if (d > far) [far, index] = [d, i];
  }
  if (index < 0 || far <= tolerance) return [];
  return [...douglasPeucker(line, first, index, tolerance), index, ...douglasPeucker(line, index, last, tolerance)];
}

function distanceToSegment([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const t = dx === 0 && dy === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

describe('points in tiles', () => {
  const many = Array.from({ length: 5000 }, (_, i) => {
    const random = (k: number) => ((i * k) % 99991) / 99991;
    return point(4 + 2 * random(7919) + random(104729), 51 + random(15485863), { nr: i });
  });

  it('are all there once at the deepest zoom, within half a unit of their place', () => {
    const seen = new Set<number>();
    for (const tile of makeTiles(many, 10, 10))
      for (const feature of tile.features) {
        const nr = feature.properties['nr'] as number;
        expect(seen.has(nr)).toBe(false);
        seen.add(nr);
        const [x, y] = worldPosition(tile, feature.loadGeometry()[0]![0]!);
        const [wx, wy] = world((many[nr]!.geometry as { coordinates: Position }).coordinates);
        expect(Math.max(Math.abs(x - wx), Math.abs(y - wy)) * 4096 * 1024).toBeLessThan(0.501);
      }
    expect(seen.size).toBe(many.length);
  });

  it('become fewer towards the lowest zoom, and what is shown at one zoom is shown at the next', () => {
    const shown = new Map<number, Set<unknown>>();
    for (const { z, features } of makeTiles(many, 6, 10))
      for (const { properties } of features) shown.set(z, (shown.get(z) ?? new Set()).add(properties['nr']));
    expect([6, 7, 8, 9, 10].map((z) => shown.get(z)!.size)).toEqual([500, 500, 800, 2000, 5000]);
    for (let z = 6; z < 10; z++) expect([...shown.get(z)!].filter((nr) => !shown.get(z + 1)!.has(nr))).toEqual([]);
  });

  it('are thinned evenly along the curve', () => {
    const zooms = lowestZooms(100_000, 0, 12);
    for (const z of [9, 10, 11]) {
      const share = DROP_RATE ** (z - 12);
      let shown = 0;
      let farthest = 0;
      for (let i = 0; i < zooms.length; i++) {
        if (zooms[i]! <= z) shown++;
        farthest = Math.max(farthest, Math.abs(shown - share * (i + 1)));
      }
      expect(farthest).toBeLessThan(13); // at most one ahead or behind for each zoom
    }
  });

  it('are never thinned where there are few', () => {
    const few = many.slice(0, 400);
    expect(makeTiles(few, 0, 0)[0]!.features).toHaveLength(400);
  });

  it('of a share keep that share, and the first in any case', () => {
    expect(makeTiles(many, 0, 0, 0.1)[0]!.features).toHaveLength(500);
    expect(makeTiles([point(5, 52)], 0, 0, 1e-3)[0]!.features).toHaveLength(1);
  });

  it('at the edges of the world lie in its tiles', () => {
    const corners = [point(180, 90), point(-180, -90), point(180, -85.06), point(-180, 85.06), point(0, 0)];
    const tiles = makeTiles(corners, 3, 3);
    expect(tiles.reduce((sum, { features }) => sum + features.length, 0)).toBe(5);
  });
});

describe('attributes in tiles', () => {
  it('come back with their types, whatever they are', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    );
    const records = fc.array(fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), value), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(records, (attributes) => {
        const [tile] = makeTiles(
          attributes.map((record) => ({ ...point(5, 52), properties: record })),
          0,
          0,
        );
        const read = tile!.features.map(({ properties }) => properties);
        const wanted = attributes.map((record) => ({ ...record }));
        const sorted = (list: unknown[]) =>
          list
            .map((item) => JSON.stringify(Object.entries(item as object).sort(([a], [b]) => (a < b ? -1 : 1))))
            .sort();
        expect(sorted(read)).toEqual(sorted(wanted));
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it('leave null out, write objects as JSON, and keep ids', () => {
    const features: RawFeature[] = [
      { id: 17, ...point(5, 52, { a: null, b: { c: [1, 2] }, d: undefined }) },
      { id: 'dike-9', ...point(5, 52, { a: true }) },
      { id: -4, ...point(5, 52, { id: 'own' }) },
      { id: 9_007_199_254_740_991, geometry: { type: 'Point', coordinates: [5, 52] }, properties: null },
    ];
    const [tile] = makeTiles(features, 0, 0);
    expect(tile!.features.map(({ id, properties }) => ({ id, properties }))).toEqual([
      { id: 17, properties: { b: '{"c":[1,2]}' } },
      { id: undefined, properties: { a: true, id: 'dike-9' } },
      { id: undefined, properties: { id: 'own' } },
      { id: 9_007_199_254_740_991, properties: {} },
    ]);
  });

  it('are told by type, a mixture as text', () => {
    const layer = new FeatureLayer('l', 0, 0);
    layer.add(point(5, 52, { n: 1, s: 'x', b: true, m: 1 }));
    layer.add(point(5, 52, { n: 2.5, m: 'one' }));
    expect(layer.attributes.fields()).toEqual({ n: 'Number', s: 'String', b: 'Boolean', m: 'String' });
  });

  it('are found again among hundreds of thousands of values', () => {
    const layer = new FeatureLayer('l', 0, 0);
    for (let i = 0; i < 40_000; i++) layer.add(point(5, 52, { a: i, b: i / 8, c: `k${i % 100}` }));
    const before = layer.attributes.valueCount;
    for (let i = 0; i < 40_000; i++) layer.add(point(5, 52, { c: `k${i % 100}`, b: i / 8, a: i }));
    expect(layer.attributes.valueCount).toBe(before);
    expect(before).toBe(40_000 + 40_000 - 5000 + 100); // every eighth b is a whole number, and so an a
  });
});

describe('features that cannot be used', () => {
  const ring = [[0, 0], [1, 0], [1, 1], [0, 0]]; // prettier-ignore

  it.each<[what: string, geometry: unknown, says: string]>([
    ['no geometry', null, 'no geometry'],
    ['an unknown type', { type: 'Circle', coordinates: [1, 2] }, '"Circle" is no type'],
    ['no coordinates', { type: 'Point' }, 'nothing is no position'],
    ['text for a number', { type: 'Point', coordinates: ['5', 52] }, 'two numbers are needed'],
    ['one number', { type: 'Point', coordinates: [5] }, 'two numbers are needed'],
    ['a latitude out of range', { type: 'Point', coordinates: [52, 91] }, 'latitude 91'],
    ['metres for degrees', { type: 'Point', coordinates: [155000, 45] }, 'longitude 155000'],
    ['a line of one position', { type: 'LineString', coordinates: [[0, 0]] }, '2 or more'],
    ['a ring that is not closed', { type: 'Polygon', coordinates: [[...ring.slice(0, 3), [0, 1]]] }, 'not closed'],
    ['a ring of three positions', { type: 'Polygon', coordinates: [ring.slice(1)] }, '4 or more'],
    ['a polygon without area', { type: 'Polygon', coordinates: [[[0, 0], [1, 1], [0, 0], [0, 0]]] }, 'no area'], // prettier-ignore
    ['a polygon without rings', { type: 'Polygon', coordinates: [] }, '1 or more'],
    [
      'a bad member',
      { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [0, 0] }, 7] },
      'no geometry',
    ],
  ])('are refused and leave nothing behind: %s', (_, geometry, says) => {
    const layer = new FeatureLayer('l', 0, 0);
    layer.add(point(5, 52, { a: 1 }));
    const polygonAndFault = {
      type: 'GeometryCollection',
      geometries: [{ type: 'Polygon', coordinates: [ring] }, geometry],
    };
    for (const wrong of [geometry, polygonAndFault]) {
      expect(() => layer.add({ geometry: wrong, properties: { a: 2 } })).toThrow(FeatureFault);
      expect(() => layer.add({ geometry: wrong, properties: { a: 2 } })).toThrow(says);
    }
    expect([layer.featureCount, layer.points.count, layer.shapes.mark()]).toEqual([1, 1, new Shapes().mark()]);
    expect([layer.west, layer.south, layer.east, layer.north]).toEqual([5, 52, 5, 52]);
  });

  it('do not take the stack with them when they are nested without end', () => {
    let geometry: unknown = { type: 'Point', coordinates: [0, 0] };
    for (let i = 0; i < 50_000; i++) geometry = { type: 'GeometryCollection', geometries: [geometry] };
    const layer = new FeatureLayer('l', 0, 0);
    expect(() => layer.add({ geometry })).toThrow(FeatureFault);
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(() => layer.add({ geometry: { type: 'Point', coordinates: deep } })).toThrow(FeatureFault);
    expect(() => layer.add(point(5, 52, { a: 1, deep }))).toThrow(FeatureFault);
    layer.add(point(5, 52, { b: 1 }));
    expect([...layer.attributes.tagStarts.subarray(0, 2)]).toEqual([0, 2]);
  });
});

describe('parseWkt', () => {
  it.each([
    ['POINT (5.1 52.2)', { type: 'Point', coordinates: [5.1, 52.2] }],
    ['point z(5 52 -3.5)', { type: 'Point', coordinates: [5, 52] }],
    ['POINTZM(1 2 3 4)', { type: 'Point', coordinates: [1, 2] }],
    ['SRID=4326;POINT(1e1 -2)', { type: 'Point', coordinates: [10, -2] }],
    ['LINESTRING(0 0,1 1, 2 0)', { type: 'LineString', coordinates: [[0, 0], [1, 1], [2, 0]] }], // prettier-ignore
    ['MULTIPOINT(1 2,3 4)', { type: 'MultiPoint', coordinates: [[1, 2], [3, 4]] }], // prettier-ignore
    ['MULTIPOINT((1 2),(3 4))', { type: 'MultiPoint', coordinates: [[1, 2], [3, 4]] }], // prettier-ignore
    ['POLYGON((0 0,1 0,1 1,0 0),(2 2,3 2,3 3,2 2))', { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]], [[2, 2], [3, 2], [3, 3], [2, 2]]] }], // prettier-ignore
    ['MULTILINESTRING((0 0,1 1))', { type: 'MultiLineString', coordinates: [[[0, 0], [1, 1]]] }], // prettier-ignore
    ['MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', { type: 'MultiPolygon', coordinates: [[[[0, 0], [1, 0], [1, 1], [0, 0]]]] }], // prettier-ignore
    ['GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))', { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 2] }, { type: 'LineString', coordinates: [[0, 0], [1, 1]] }] }], // prettier-ignore
  ])('reads %s', (text, geometry) => {
    expect(parseWkt(text)).toEqual(geometry);
  });

  it.each([
    '',
    'POINT',
    'POINT(1)',
    'POINT(1 2',
    'POINT(1 2))',
    'POINT EMPTY',
    'CIRCLE(1 2)',
    'POINT(a b)',
    'LINESTRING((1 2))',
    'POINT(1 2) x',
  ])(
    // prettier-ignore
    'refuses "%s"',
    (text) => {
      expect(() => parseWkt(text)).toThrow(FeatureFault);
    },
  );
});
