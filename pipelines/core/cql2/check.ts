/** Do the parts of a filter fit each other and the properties there are? */
import type { Call, IntervalNode, Node } from './ast.ts';
import { instant } from './build.ts';
import { brief, fault } from './fault.ts';
import { OPERATORS } from './operators.ts';
import type { Operand, Operator, ValueType } from './operators.ts';
import { findQueryable } from './queryables.ts';
import type { Queryables } from './queryables.ts';

/**
 * The filter with texts that stand for times made times.
 * @throws {PlatformError} `expression-invalid` for a property or function there is not, a wrong number of arguments, or
 *   values that cannot be compared; with the place of the fault
 */
export function checkFilter(node: Node, queryables: Queryables): Node {
  const checked = check(node, queryables);
  expectType(checked, 'boolean', queryables, 'a filter');
  return checked;
}

export function typeOf(node: Node, queryables: Queryables): ValueType {
  switch (node.kind) {
    case 'call':
      return node.op in OPERATORS ? OPERATORS[node.op as keyof typeof OPERATORS].gives : 'any';
    case 'literal':
      return typeof node.value as 'string' | 'number' | 'boolean';
    case 'property': {
      const type = findQueryable(queryables, node.name)?.type ?? 'any';
      return type === 'date' ? 'instant' : type;
    }
    default:
      return node.kind;
  }
}

function check(node: Node, queryables: Queryables): Node {
  switch (node.kind) {
    case 'call':
      return checkCall(node, queryables);
    case 'property':
      return checkProperty(node, queryables);
    case 'interval':
      return checkInterval(node, queryables);
    case 'list':
      return { ...node, items: node.items.map((item) => check(item, queryables)) };
    case 'literal':
      if (typeof node.value === 'string' && node.value.includes('\0'))
        throw fault(node.at, 'a text with the character U+0000 is not accepted');
      return node;
    default:
      return node;
  }
}

function checkProperty<T extends Node & { readonly kind: 'property' }>(node: T, queryables: Queryables): T {
  if (findQueryable(queryables, node.name)) return node;
  const known = Object.keys(queryables).slice(0, 30).join(', ');
  throw fault(node.at, `there is no property "${brief(node.name)}"; there are ${known}`);
}

function checkInterval(node: IntervalNode, queryables: Queryables): IntervalNode {
  for (const bound of [node.start, node.end])
    if (bound?.kind === 'property') expectType(checkProperty(bound, queryables), 'instant', queryables, 'an interval');
  const { start, end } = node;
  if (start?.kind === 'instant' && end?.kind === 'instant' && Date.parse(start.value) > Date.parse(end.value))
    throw fault(node.at, `the interval starts at ${start.value}, after its end, ${end.value}`);
  return node;
}

function checkCall(node: Call, queryables: Queryables): Call {
  if (!Object.hasOwn(OPERATORS, node.op))
    throw fault(node.at, `there is no function ${brief(node.op)}; there are ${Object.keys(OPERATORS).join(' ')}`);
  const operator: Operator = OPERATORS[node.op as keyof typeof OPERATORS];
  const { takes, atLeast } = operator;
  const count = node.args.length;
  if (atLeast === undefined ? count !== takes.length : count < atLeast)
    throw fault(node.at, `${node.op} takes ${atLeast ? `at least ${atLeast}` : takes.length} arguments, not ${count}`);
  let args = node.args.map((arg) => check(arg, queryables));
  if (takes[0] === 'scalar' || takes[0] === 'temporal') args = withTimes(args, queryables);
  if (takes[0] === 'list') args = args.map(asList);
  for (const [k, arg] of args.entries()) expectType(arg, takes[k] ?? takes.at(-1)!, queryables, node.op);
  if (takes[0] === 'scalar') expectOneType(node, args, queryables);
  return { ...node, args };
}

/** Beside a time, a text is one as well: many clients write it so. */
function withTimes(args: readonly Node[], queryables: Queryables): Node[] {
  const flat = args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const isTime = flat.some((arg) => ['instant', 'interval'].includes(typeOf(arg, queryables)));
  if (!isTime) return [...args];
  const toTime = (arg: Node): Node => {
    if (arg.kind === 'list') return { ...arg, items: arg.items.map(toTime) };
    return arg.kind === 'literal' && typeof arg.value === 'string' ? instant(arg.value, arg.at) : arg;
  };
  return args.map(toTime);
}

/** In text, a list of one cannot be told from a value in brackets. */
function asList(arg: Node): Node {
  const isValue = arg.kind === 'literal' || arg.kind === 'instant';
  return isValue ? { kind: 'list', items: [arg], at: arg.at } : arg;
}

function expectType(node: Node, wanted: Operand, queryables: Queryables, owner: string): void {
  const type = typeOf(node, queryables);
  if (!fits(node, type, wanted))
    throw fault(node.at, `${owner} takes ${NAMES[wanted]} here, and this is ${NAMES[type]}`);
}

function fits(node: Node, type: ValueType, wanted: Operand): boolean {
  if (wanted === 'pattern') return isPattern(node);
  if (type === 'any' || wanted === 'any') return true;
  if (wanted === 'scalar') return ['string', 'number', 'boolean', 'instant'].includes(type);
  if (wanted === 'temporal') return type === 'instant' || type === 'interval';
  return type === wanted;
}

function isPattern(node: Node): boolean {
  if (node.kind === 'call') return (node.op === 'casei' || node.op === 'accenti') && node.args.every(isPattern);
  if (node.kind !== 'literal' || typeof node.value !== 'string') return false;
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(node.value))
    throw fault(node.at, 'a pattern ends with \\, which takes the meaning of the character after it away');
  return true;
}

function expectOneType(node: Call, args: readonly Node[], queryables: Queryables): void {
  const values = args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const [first, ...others] = values.map((value) => ({ value, type: typeOf(value, queryables) }));
  for (const { value, type } of others) {
    if (type === first!.type || type === 'any' || first!.type === 'any') continue;
    throw fault(value.at, `${node.op} cannot compare ${NAMES[first!.type]} with ${NAMES[type]}`);
  }
}

const NAMES: Readonly<Record<Operand, string>> = {
  any: 'anything',
  boolean: 'true or false',
  number: 'a number',
  string: 'a text',
  instant: 'a time',
  interval: 'an interval',
  geometry: 'a geometry',
  list: 'a list',
  scalar: 'a text, number, time, true or false',
  temporal: 'a time or an interval',
  pattern: 'a text with % and _',
};
