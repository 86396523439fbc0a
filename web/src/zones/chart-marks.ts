import type UPlot from 'uplot';
import type { ZoneLine } from './zone-lines.ts';

/** Below this share of a zone a value stands for too little of it: its point is hollow. */
const HOLLOW_BELOW = 0.5;
const RADIUS = 3.5;

/** The observations of a zone: circles, squares or triangles; hollow where little of the zone was valid. */
export function drawMarks(u: UPlot, times: readonly number[], line: ZoneLine, index: number, ink: string): void {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const paper = getComputedStyle(u.root.parentElement ?? u.root).backgroundColor;
  ctx.save();
  ctx.setLineDash([]);
  ctx.strokeStyle = ink;
  ctx.lineWidth = 1.5 * ratio;
  line.values.forEach((value, i) => {
    if (value === null) return;
    const share = line.validShares[i];
    const [x, y] = [u.valToPos(times[i]!, 'x', true), u.valToPos(value, 'y', true)];
    ctx.beginPath();
    outline(ctx, index, x, y, RADIUS * ratio);
    ctx.fillStyle = share != null && share < HOLLOW_BELOW ? paper : ink;
    ctx.fill();
    ctx.stroke();
  });
  ctx.restore();
}

/** The same shapes as `LineMark`. */
function outline(ctx: CanvasRenderingContext2D, index: number, x: number, y: number, r: number): void {
  if (index % 3 === 0) ctx.arc(x, y, r, 0, 2 * Math.PI);
  else if (index % 3 === 1) ctx.rect(x - r, y - r, 2 * r, 2 * r);
  else {
    ctx.moveTo(x, y - 1.2 * r);
    ctx.lineTo(x + 1.2 * r, y + r);
    ctx.lineTo(x - 1.2 * r, y + r);
    ctx.closePath();
  }
}
