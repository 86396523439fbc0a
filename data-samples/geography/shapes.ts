/** Plane geometry that turns a few named points into believable outlines. Positions are metres of EPSG:32631. */
import { unit } from '../random.ts';

export type Position = readonly [x: number, y: number];
export type Ring = readonly Position[];

/** A rough ellipse: radius disturbed by a few harmonics that the seed chooses. Closed, counter-clockwise. */
export function blob(centre: Position, radius: number, stretch: number, roughness: number, seed: number): Ring {
  const count = Math.max(32, Math.min(160, Math.round(radius / 20)));
  const phases = [2, 3, 5, 7, 11, 17].map((n, k) => ({
    n,
    phase: unit(seed, k) * 2 * Math.PI,
    size: roughness / (1 + k * 0.7),
  }));
  const rx = radius * Math.sqrt(stretch);
  const ry = radius / Math.sqrt(stretch);
  const ring: Position[] = [];
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * i) / count;
    const r = phases.reduce((sum, { n, phase, size }) => sum + size * Math.sin(n * angle + phase), 1);
    ring.push([centre[0] + rx * r * Math.cos(angle), centre[1] + ry * r * Math.sin(angle)]);
  }
  return close(ring);
}

/** The path with its corners rounded off (Chaikin) `rounds` times; ends stay. */
export function roundOff(path: readonly Position[], rounds: number): Position[] {
  let current = [...path];
  for (let k = 0; k < rounds; k++) {
    const next: Position[] = [current[0]!];
    for (let i = 0; i + 1 < current.length; i++) {
      const a = current[i]!;
      const b = current[i + 1]!;
      next.push(
        [a[0] * 0.75 + b[0] * 0.25, a[1] * 0.75 + b[1] * 0.25],
        [a[0] * 0.25 + b[0] * 0.75, a[1] * 0.25 + b[1] * 0.75],
      );
    }
    next.push(current.at(-1)!);
    current = next;
  }
  return current;
}

/** The path with bends of about `size` metres, as rivers have them. */
export function meander(path: readonly Position[], size: number, seed: number): Position[] {
  const dense = densify(path, size * 2.2);
  const bent = dense.map((p, i): Position => {
    if (i === 0 || i === dense.length - 1) return p;
    const [nx, ny] = normal(dense, i);
    const shift = (unit(seed, i) * 2 - 1) * size;
    return [p[0] + nx * shift, p[1] + ny * shift];
  });
  return roundOff(bent, 3);
}

export function densify(path: readonly Position[], step: number): Position[] {
  const out: Position[] = [path[0]!];
  for (let i = 0; i + 1 < path.length; i++) {
    const a = path[i]!;
    const b = path[i + 1]!;
    const parts = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[1] - a[1]) / step));
    for (let k = 1; k <= parts; k++) out.push([a[0] + ((b[0] - a[0]) * k) / parts, a[1] + ((b[1] - a[1]) * k) / parts]);
  }
  return out;
}

/** The band around a path; `halfWidth` in metres at each vertex. Closed ring. */
export function corridor(path: readonly Position[], halfWidth: (i: number) => number): Ring {
  const left: Position[] = [];
  const right: Position[] = [];
  path.forEach((p, i) => {
    const [nx, ny] = normal(path, i);
    const w = halfWidth(i);
    left.push([p[0] + nx * w, p[1] + ny * w]);
    right.push([p[0] - nx * w, p[1] - ny * w]);
  });
  return close([...right, ...left.reverse()]);
}

function normal(path: readonly Position[], i: number): [number, number] {
  const a = path[Math.max(0, i - 1)]!;
  const b = path[Math.min(path.length - 1, i + 1)]!;
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
  return [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
}

function close(ring: readonly Position[]): Ring {
  return [...ring, ring[0]!];
}
