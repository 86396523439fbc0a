/**
 * Well-known text to GeoJSON geometry: the types of Simple Features, with Z and M, which are read over.
 * @see OGC 06-103r4, Simple Feature Access, Part 1, clause 7
 */
import { brief, FeatureFault } from './feature.ts';

export interface WktGeometry {
  readonly type: string;
  readonly coordinates?: unknown;
  readonly geometries?: readonly WktGeometry[];
}

/** How deep the parentheses of a type go before its positions. */
const TYPES: Readonly<Record<string, { readonly name: string; readonly depth: number }>> = {
  POINT: { name: 'Point', depth: 0 },
  LINESTRING: { name: 'LineString', depth: 1 },
  POLYGON: { name: 'Polygon', depth: 2 },
  MULTIPOINT: { name: 'MultiPoint', depth: 1 },
  MULTILINESTRING: { name: 'MultiLineString', depth: 2 },
  MULTIPOLYGON: { name: 'MultiPolygon', depth: 3 },
};
const COLLECTION = 'GEOMETRYCOLLECTION';
const MAX_NESTING = 16;

/** @throws {FeatureFault} where the text is no geometry, or an empty one. */
export function parseWkt(text: string): WktGeometry {
  const words = text.replace(/^\s*SRID=\d+;/i, '').match(/[A-Za-z]+|[-+.\dEe]+|[(),]|\S/g) ?? [];
  let at = 0;

  const fail = (): never => {
    throw new FeatureFault(`${brief(text)} is no well-known text of a geometry`);
  };
  const expect = (word: string) => {
    if (words[at++] !== word) fail();
  };
  const listOf = <T>(item: () => T): T[] => {
    expect('(');
    const items = [item()];
    while (words[at] === ',') {
      at++;
      items.push(item());
    }
    expect(')');
    return items;
  };
  const position = (): number[] => {
    const numbers: number[] = [];
    while (words[at] !== undefined && words[at] !== ',' && words[at] !== ')') numbers.push(Number(words[at++]));
    if (numbers.length < 2 || numbers.some((n) => !Number.isFinite(n))) fail();
    return numbers.slice(0, 2);
  };
  const wrapped = (): number[] => {
    expect('(');
    const inner = position();
    expect(')');
    return inner;
  };
  const nested = (depth: number): unknown => (depth === 0 ? position() : listOf(() => nested(depth - 1)));

  const geometry = (level: number): WktGeometry => {
    const word = (words[at++] ?? '').toUpperCase().replace(/(?<=.{5})(?:ZM|Z|M)$/, '');
    if (/^(?:ZM|Z|M)$/i.test(words[at] ?? '')) at++;
    if (/^EMPTY$/i.test(words[at] ?? '')) throw new FeatureFault('its geometry is empty');
    if (word === COLLECTION) {
      if (level === MAX_NESTING) fail();
      return { type: 'GeometryCollection', geometries: listOf(() => geometry(level + 1)) };
    }
    const type = TYPES[word] ?? fail();
    if (type.name === 'Point') return { type: 'Point', coordinates: wrapped() };
    // Both MULTIPOINT (1 2, 3 4) and MULTIPOINT ((1 2), (3 4)) are in use.
    if (type.name === 'MultiPoint')
      return { type: 'MultiPoint', coordinates: listOf(() => (words[at] === '(' ? wrapped() : position())) };
    return { type: type.name, coordinates: nested(type.depth) };
  };

  const result = geometry(0);
  if (at !== words.length) fail();
  return result;
}
