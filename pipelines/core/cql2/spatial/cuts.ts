import type { Segment } from './shape.ts';
import { isOn } from './shape.ts';

/** Where segment `s` is met by segment `t`, as shares of its length: none, one, or both ends of what they share. */
export function cutsOf(s: Segment, t: Segment): number[] {
  const [ax, ay, bx, by] = s;
  const [cx, cy, dx, dy] = t;
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return [];
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return [];
  const cuts: number[] = [];
  if (isOn(cx, cy, s)) cuts.push(share(s, cx, cy));
  if (isOn(dx, dy, s)) cuts.push(share(s, dx, dy));
  if (isOn(ax, ay, t)) cuts.push(0);
  if (isOn(bx, by, t)) cuts.push(1);
  if (cuts.length > 0) return cuts;
  const side = (x: number, y: number, [x1, y1, x2, y2]: Segment) => (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
  const [c, d] = [side(cx, cy, s), side(dx, dy, s)];
  if (c > 0 === d > 0) return [];
  const [a, b] = [side(ax, ay, t), side(bx, by, t)];
  return a > 0 === b > 0 ? [] : [a / (a - b)];
}

/** Do two segments cross where neither has an end? */
export function isCrossing(s: Segment, t: Segment, cuts: readonly number[]): boolean {
  if (cuts.length !== 1) return false;
  const isEnd = isOn(s[0], s[1], t) || isOn(s[2], s[3], t) || isOn(t[0], t[1], s) || isOn(t[2], t[3], s);
  return !isEnd;
}

function share([x1, y1, x2, y2]: Segment, x: number, y: number): number {
  return Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (x - x1) / (x2 - x1) : (y - y1) / (y2 - y1);
}
