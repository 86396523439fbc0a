/**
 * CPU-bound units of work by name. Each is a file with `run(input, context)`; it is imported on first use, so that a
 * thread loads only what it runs.
 */
export const TASKS = {
  'accuracy-count': () => import('./accuracy-count.ts'),
  'accuracy-locate': () => import('./accuracy-locate.ts'),
  'cube-region': () => import('./cube-region.ts'),
  'digest-file': () => import('./digest-file.ts'),
  'encode-region': () => import('./encode-region.ts'),
  'index-region': () => import('./index-region.ts'),
  'interpolate-model': () => import('./interpolate-model.ts'),
  'interpolate-region': () => import('./interpolate-region.ts'),
  'mask-region': () => import('./mask-region.ts'),
  'change-borders': () => import('./change-borders.ts'),
  'change-noise': () => import('./change-noise.ts'),
  'change-region': () => import('./change-region.ts'),
  'composite-region': () => import('./composite-region.ts'),
  'radar-flood-borders': () => import('./radar-flood-borders.ts'),
  'radar-flood-region': () => import('./radar-flood-region.ts'),
  'radar-region': () => import('./radar-region.ts'),
  'radar-sample': () => import('./radar-sample.ts'),
  'radar-tiles': () => import('./radar-tiles.ts'),
  'region-runs': () => import('./region-runs.ts'),
  'render-contours': () => import('./render-contours.ts'),
  'render-crop': () => import('./render-crop.ts'),
  'render-points': () => import('./render-points.ts'),
  'render-sample': () => import('./render-sample.ts'),
  'render-statistics': () => import('./render-statistics.ts'),
  'render-tile': () => import('./render-tile.ts'),
  'sample-distribution': () => import('./sample-distribution.ts'),
  'series-region': () => import('./series-region.ts'),
  'tile-subtree': () => import('./tile-subtree.ts'),
  'vector-tile': () => import('./vector-tile.ts'),
  'warp-region': () => import('./warp-region.ts'),
  'zonal-tiles': () => import('./zonal-tiles.ts'),
} as const satisfies Record<string, () => Promise<{ run: unknown }>>;

type Tasks = typeof TASKS;
export type TaskName = keyof Tasks;
type TaskRun<N extends TaskName> = Awaited<ReturnType<Tasks[N]>> extends { run: infer R } ? R : never;
export type TaskInput<N extends TaskName> =
  TaskRun<N> extends (input: infer I, ...rest: never[]) => unknown ? I : never;
export type TaskOutput<N extends TaskName> = TaskRun<N> extends (...args: never[]) => infer O ? Awaited<O> : never;
