/** CQL2 in JSON, already parsed from its text. */
import type { InstantNode, IntervalNode, Node, PropertyNode } from './ast.ts';
import { boxGeometry, Budget, instant, parseGeometry } from './build.ts';
import { brief, fault } from './fault.ts';

/** @throws {PlatformError} `expression-invalid` with a JSON pointer to the fault */
export function parseCql2Json(value: unknown): Node {
  return readNode(value, '', 0, new Budget());
}

function readNode(value: unknown, at: string, depth: number, budget: Budget): Node {
  budget.node(at);
  Budget.depth(depth, at);
  if (typeof value === 'string' || typeof value === 'boolean') return { kind: 'literal', value, at };
  if (typeof value === 'number' && Number.isFinite(value)) return { kind: 'literal', value, at };
  const read = (part: unknown, name: string | number) => readNode(part, `${at}/${name}`, depth + 1, budget);
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item, k) => read(item, k)), at };
  if (typeof value !== 'object' || value === null) throw fault(at, `${String(value)} is no part of a filter`);
  const record = value as Readonly<Record<string, unknown>>;
  if ('op' in record) return readCall(record, at, (part, k) => read(part, `args/${k}`));
  if ('property' in record) return property(record['property'], at);
  if ('date' in record || 'timestamp' in record) return readInstant(record, at);
  if ('interval' in record) return readInterval(record['interval'], at);
  if ('bbox' in record && !('type' in record)) return boxGeometry(numbers(record['bbox'], at), at);
  if ('type' in record) return { kind: 'geometry', geometry: parseGeometry(record, at), bbox: null, at };
  const members = Object.keys(record).slice(0, 5).map(brief).join(', ');
  throw fault(
    at,
    `an object with ${members || 'no members'} is no part of a filter; {"op": …, "args": […]} is expected`,
  );
}

function readCall(
  { op, args }: Readonly<Record<string, unknown>>,
  at: string,
  read: (part: unknown, index: number) => Node,
): Node {
  if (typeof op !== 'string') throw fault(`${at}/op`, 'op is no text');
  if (!Array.isArray(args)) throw fault(`${at}/args`, `the args of ${brief(op)} are no array`);
  return { kind: 'call', op, args: args.map((part: unknown, k) => read(part, k)), at };
}

function property(name: unknown, at: string): PropertyNode {
  if (typeof name !== 'string') throw fault(at, 'the name of a property is text');
  return { kind: 'property', name, at };
}

function readInstant(record: Readonly<Record<string, unknown>>, at: string): InstantNode {
  const isDate = 'date' in record;
  const value = isDate ? record['date'] : record['timestamp'];
  if (typeof value !== 'string') throw fault(at, 'a time is text');
  const node = instant(value, at);
  if (node.isDate !== isDate) throw fault(at, `'${brief(value)}' is no ${isDate ? 'date' : 'timestamp'}`);
  return node;
}

function readInterval(value: unknown, at: string): IntervalNode {
  if (!Array.isArray(value) || value.length !== 2) throw fault(at, 'an interval has a start and an end');
  const bound = (part: unknown, k: number): InstantNode | PropertyNode | null => {
    const place = `${at}/interval/${k}`;
    if (part === '..') return null;
    if (typeof part === 'string') return instant(part, place);
    if (typeof part === 'object' && part !== null && 'property' in part) return property(part.property, place);
    if (typeof part === 'object' && part !== null && ('date' in part || 'timestamp' in part))
      return readInstant(part as Record<string, unknown>, place);
    throw fault(place, "a bound of an interval is a time, '..' or a property");
  };
  return { kind: 'interval', start: bound(value[0], 0), end: bound(value[1], 1), at };
}

function numbers(value: unknown, at: string): number[] {
  if (!Array.isArray(value) || !value.every((n) => typeof n === 'number' && Number.isFinite(n)))
    throw fault(at, 'a box is an array of numbers');
  return value as number[];
}
