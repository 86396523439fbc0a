/** Well-known text within a filter, read from the filter's own tokens so that a fault has its place. */
import type { Geometry, Position } from './ast.ts';
import { Budget, parseGeometry } from './build.ts';
import type { TextParser } from './parse-text.ts';

const NAMES: Readonly<Record<string, { readonly type: string; readonly levels: number }>> = {
  POINT: { type: 'Point', levels: 0 },
  LINESTRING: { type: 'LineString', levels: 1 },
  POLYGON: { type: 'Polygon', levels: 2 },
  MULTIPOINT: { type: 'MultiPoint', levels: 1 },
  MULTILINESTRING: { type: 'MultiLineString', levels: 2 },
  MULTIPOLYGON: { type: 'MultiPolygon', levels: 3 },
};
const COLLECTION = 'GEOMETRYCOLLECTION';

export const WKT_TYPES: ReadonlySet<string> = new Set([...Object.keys(NAMES), COLLECTION]);

/** What follows the name of a geometry's type. */
export function parseWktAt(parser: TextParser, name: string, depth: number): Geometry {
  const { at } = parser.peek();
  if (parser.isWord('z')) parser.next();
  return parseGeometry(name === COLLECTION ? collection(parser, depth) : simple(parser, name), at);
}

function collection(parser: TextParser, depth: number): unknown {
  Budget.depth(depth, parser.peek().at);
  const geometries = listOf(parser, () => {
    const { text } = parser.next();
    if (!WKT_TYPES.has(text.toUpperCase())) throw parser.unexpected('the type of a geometry');
    return parseWktAt(parser, text.toUpperCase(), depth + 1);
  });
  return { type: 'GeometryCollection', geometries };
}

function simple(parser: TextParser, name: string): unknown {
  const { type, levels } = NAMES[name]!;
  if (type === 'Point') return { type, coordinates: listOf(parser, () => position(parser))[0] };
  // Both MULTIPOINT(1 2, 3 4) and MULTIPOINT((1 2), (3 4)) are in use.
  if (type === 'MultiPoint')
    return {
      type,
      coordinates: listOf(parser, () =>
        parser.isSign('(') ? listOf(parser, () => position(parser))[0] : position(parser),
      ),
    };
  return { type, coordinates: nested(parser, levels) };
}

function nested(parser: TextParser, levels: number): unknown {
  return levels === 0 ? position(parser) : listOf(parser, () => nested(parser, levels - 1));
}

function listOf<T>(parser: TextParser, item: () => T): T[] {
  parser.expect('(');
  const items = [item()];
  while (parser.isSign(',')) {
    parser.next();
    items.push(item());
  }
  parser.expect(')');
  return items;
}

function position(parser: TextParser): Position {
  const numbers: number[] = [];
  while (!parser.isSign(',') && !parser.isSign(')')) numbers.push(parser.number());
  return numbers;
}
