/** What is sent: values of the right kind, values that are nearly right, and values that are not. */

export interface Route {
  readonly method: string;
  readonly path: string;
  /** Of the query. */
  readonly names: readonly string[];
}

type Random = () => number;

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly parameters?: readonly { readonly name: string; readonly in: string }[] }>>
    >
  >;
}

/** Every route but those that would hand the machine's own files about. */
export function readRoutes(document: object): Route[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(() => path !== '/workspace/backup')
      .map(([method, { parameters = [] }]) => ({
        method: method.toUpperCase(),
        path,
        names: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
      })),
  );
}

/** Values that mean something, by the name of their parameter. */
export type Good = Readonly<Record<string, readonly string[]>>;

export const GOOD: Good = {
  layer: ['a', 'layer'],
  name: ['a'],
  item: ['scene'],
  itemId: ['scene'],
  collectionId: ['sentinel-2-l2a', 'zones', 'scenes', 'catalogue'],
  set: ['zones'],
  tileMatrixSetId: ['WebMercatorQuad', 'NetherlandsRDNewQuad'],
  z: ['0', '10'],
  x: ['0', '526'],
  y: ['0', '337'],
  format: ['png', 'webp', 'tif'],
  lon: ['5.1'],
  lat: ['52.1'],
  bbox: ['5,52,6,53'],
  index: ['ndvi'],
  expression: ['nir-red'],
  limit: ['1'],
};

const NASTY = [
  '',
  '0',
  '-1',
  '1e308',
  'NaN',
  'Infinity',
  '99999999999999999999',
  'null',
  'true',
  '[]',
  '{}',
  '%',
  "'",
  '"',
  '\\',
  '\u0001',
  '\ud7ff',
  'é'.repeat(300),
  'a'.repeat(3000),
  '../'.repeat(9),
  '..%2f..%2foperator.token',
  '.',
  '..',
  '1,2,3,4',
  '4,3,2,1',
  '180,0,-180,1',
  '2020-13-45',
  '0000-00-00T00:00:00Z',
  '2024-01-01T00:00:00Z/2020-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  'nir/0',
  '9^9^9^9',
  'sqrt(',
  '('.repeat(500),
  'nir+'.repeat(400),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '<script>',
  '${1}',
  "' OR 1=1 --",
  "id LIKE '%'",
  'S_INTERSECTS(geometry,POINT(1 1))',
  'POLYGON((0 0,1 1,2 2,0 0))',
  '{"type":"Point","coordinates":[1]}',
  '{"op":"and","args":[]}',
  '{"op":"not","args":['.repeat(300),
  'NOT '.repeat(2000),
  'EPSG:28992',
  'EPSG:0',
  '-1,1',
  'p2,p98',
  'viridis',
  '\r\nX-A: b',
  '🌍',
  '٣',
  '$it',
  '5,52',
  '\0',
];

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;

function value(name: string, random: Random, good: Good): string {
  const kind = random();
  if (kind < 0.4 && good[name]) return pick(good[name], random);
  if (kind < 0.85) return pick(NASTY, random);
  if (kind < 0.93) return String((random() - 0.5) * 10 ** Math.floor(random() * 30 - 5));
  const length = 1 + Math.floor(random() * 60);
  return String.fromCodePoint(...Array.from({ length }, () => 1 + Math.floor(random() * 0xd7fe)));
}

export function nastyPath({ path, names }: Route, random: Random, good: Good): string {
  const isReal = random() < 0.6; // so that what comes after the address is reached
  const filled = path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(isReal && good[name] ? pick(good[name], random) : value(name, random, good)),
  );
  const asked = names.filter(() => random() < 0.4).map((name) => [name, value(name, random, good)] as const);
  if (random() < 0.2) asked.push([pick(['zzz', 'limit', '__proto__[a]', 'a[]', 'f'], random), pick(NASTY, random)]);
  return asked.length === 0
    ? filled
    : `${filled}?${asked.map(([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`).join('&')}`;
}

export function nastyBody(random: Random): string {
  const kind = random();
  if (kind < 0.15) return '{"bad":';
  if (kind < 0.25) return '['.repeat(20_000) + ']'.repeat(20_000);
  if (kind < 0.35) return `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`;
  if (kind < 0.37) return `{"filter":${'{"op":"not","args":['.repeat(50_000)}1${']}'.repeat(50_000)}}`;
  if (kind < 0.39) return tangle(3000);
  if (kind < 0.4) return `{"limit":1${'0'.repeat(400)}}`;
  if (kind < 0.45) return pick(['null', '1', '"text"', '[]', 'true', ''], random);
  return JSON.stringify(nastyValue(random, 4));
}

/** A polygon whose edges cross each other millions of times. */
function tangle(positions: number): string {
  const ring = Array.from({ length: positions }, (_, k) => {
    const radius = k % 2 === 0 ? 0.001 : 0.03;
    return [5.1 + radius * Math.cos(k * 2.399963), 52.1 + radius * Math.sin(k * 2.399963)];
  });
  const geometry = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
  return JSON.stringify({ type: 'Feature', properties: {}, geometry });
}

const MEMBERS = [
  'filter',
  'op',
  'args',
  'type',
  'geometry',
  'coordinates',
  'bbox',
  'datetime',
  'limit',
  'ids',
  'inputs',
  'parameters',
  'process',
  'pipeline',
  'action',
  'id',
  'token',
  'sortby',
  'fields',
  'properties',
  '__proto__',
  'intersects',
];

function nastyValue(random: Random, depth: number): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.3) return pick([null, 0, -1, 1e308, true, '', ...NASTY], random);
  if (kind < 0.5) return Array.from({ length: Math.floor(random() * 5) }, () => nastyValue(random, depth - 1));
  const members = MEMBERS.filter(() => random() < 0.2).map((name) => [name, nastyValue(random, depth - 1)] as const);
  return Object.fromEntries(members);
}
