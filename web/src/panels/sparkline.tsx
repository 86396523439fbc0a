import type { FrameSeriesPoint } from '../map/values.ts';

interface SparklineProps {
  readonly points: readonly FrameSeriesPoint[];
  readonly current: string | undefined;
  readonly label: string;
  readonly format: (value: number) => string;
}

const WIDTH = 320;
const HEIGHT = 72;
const MARGIN = 6;
/** At the right, for the names of the lowest and the highest value. */
const LABELS = 52;

/** A small chart over true time, its lowest and highest value named: dots where there is a value, a hollow mark on the axis where there is none. */
export function Sparkline({ points, current, label, format }: SparklineProps) {
  const times = points.map(({ frame }, i) => (frame.datetime ? Date.parse(frame.datetime) : i));
  const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
  if (known.length === 0) return null;
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i: number) => MARGIN + ((times[i]! - start) / Math.max(1, end - start)) * (WIDTH - LABELS - 2 * MARGIN);
  const y = (value: number) => HEIGHT - MARGIN - 8 - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN - 12);
  const line = points
    .flatMap(({ value }, i) => (value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`]))
    .join(' ');
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 3} y2={HEIGHT - 3} />
      {[...new Set([low, high])].map((value) => (
        <text key={value} x={WIDTH} y={y(value)}>
          {format(value)}
        </text>
      ))}
      <polyline points={line} />
      {points.map(({ frame, value }, i) => (
        <circle
          key={frame.id}
          cx={x(i)}
          cy={value === null ? HEIGHT - 3 : y(value)}
          r={frame.id === current ? 5 : 3}
          data-current={frame.id === current}
          data-missing={value === null}
        />
      ))}
    </svg>
  );
}
