import type { IntervalNode, Node } from './ast.ts';

/** The tree in CQL2's JSON. */
export function toCql2Json(node: Node): unknown {
  switch (node.kind) {
    case 'call':
      return { op: node.op, args: node.args.map(toCql2Json) };
    case 'property':
      return { property: node.name };
    case 'literal':
      return node.value;
    case 'instant':
      return node.isDate ? { date: node.value } : { timestamp: node.value };
    case 'interval':
      return { interval: [bound(node.start), bound(node.end)] };
    case 'geometry':
      return node.bbox ? { bbox: node.bbox } : node.geometry;
    case 'list':
      return node.items.map(toCql2Json);
  }
}

function bound(part: IntervalNode['start']): unknown {
  if (part === null) return '..';
  return part.kind === 'instant' ? part.value : toCql2Json(part);
}
