/** STAC's older `query` parameter, `{"eo:cloud_cover": {"lt": 10}}`, as the same tree that CQL2 becomes. */
import type { Node } from '../../pipelines/core/cql2/ast.ts';
import { call, invalid } from './conditions.ts';
import { findStacQueryable } from './queryables.ts';

const COMPARISONS: Readonly<Record<string, string>> = { eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' };
const PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  startsWith: (text) => `${text}%`,
  endsWith: (text) => `%${text}`,
  contains: (text) => `%${text}%`,
};
const OPERATORS = [...Object.keys(COMPARISONS), ...Object.keys(PATTERNS), 'in'].join(', ');

/** @throws {PlatformError} `parameter-invalid` */
export function parseQuery(given: unknown): Node[] {
  const query = typeof given === 'string' ? fromText(given) : given;
  if (!isRecord(query)) throw invalid('query', given, 'an object of properties and operators');
  return Object.entries(query).flatMap(([name, tests]) => {
    if (!isRecord(tests)) throw invalid('query', given, `operators for ${name}: ${OPERATORS}`);
    return Object.entries(tests).map(([operator, value]) => toNode(name, operator, value));
  });
}

function fromText(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw invalid('query', given, 'JSON');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toNode(name: string, operator: string, value: unknown): Node {
  const at = `/query/${name}/${operator}`;
  const property: Node = { kind: 'property', name, at };
  if (Object.hasOwn(COMPARISONS, operator))
    return call(COMPARISONS[operator]!, [property, literal(typed(name, value), at)], at);
  if (Object.hasOwn(PATTERNS, operator) && typeof value === 'string') {
    const pattern = PATTERNS[operator]!(value.replace(/[\\%_]/g, '\\$&'));
    return call('like', [property, literal(pattern, at)], at);
  }
  if (operator === 'in' && Array.isArray(value)) {
    const items = value.map((item: unknown) => literal(typed(name, item), at));
    return call('in', [property, { kind: 'list', items, at }], at);
  }
  throw invalid('query', { [name]: { [operator]: value } }, `one of ${OPERATORS} with a value that fits it`);
}

/** pystac-client sends the number of `eo:cloud_cover<20` as text. */
function typed(name: string, value: unknown): unknown {
  const isNumber = findStacQueryable(name)?.type === 'number' && typeof value === 'string' && value.trim() !== '';
  return isNumber && Number.isFinite(Number(value)) ? Number(value) : value;
}

function literal(value: unknown, at: string): Node {
  if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return { kind: 'literal', value, at };
  throw invalid('query', value, 'a text, a number, true or false');
}
