/** The relations of times and intervals, as comparisons of their bounds. */

export type Bound = 'start' | 'end';
export type Comparison = readonly [a: Bound, sign: '<' | '=' | '>', b: Bound];

/** All must hold; of `t_disjoint` one. `t_intersects` is its opposite. */
export const TEMPORAL: Readonly<Record<string, readonly Comparison[]>> = {
  t_after: [['start', '>', 'end']],
  t_before: [['end', '<', 'start']],
  t_contains: [
    ['start', '<', 'start'],
    ['end', '>', 'end'],
  ],
  t_disjoint: [
    ['end', '<', 'start'],
    ['start', '>', 'end'],
  ],
  t_during: [
    ['start', '>', 'start'],
    ['end', '<', 'end'],
  ],
  t_equals: [
    ['start', '=', 'start'],
    ['end', '=', 'end'],
  ],
  t_finishedBy: [
    ['start', '<', 'start'],
    ['end', '=', 'end'],
  ],
  t_finishes: [
    ['start', '>', 'start'],
    ['end', '=', 'end'],
  ],
  t_intersects: [
    ['end', '<', 'start'],
    ['start', '>', 'end'],
  ],
  t_meets: [['end', '=', 'start']],
  t_metBy: [['start', '=', 'end']],
  t_overlappedBy: [
    ['start', '>', 'start'],
    ['start', '<', 'end'],
    ['end', '>', 'end'],
  ],
  t_overlaps: [
    ['start', '<', 'start'],
    ['end', '>', 'start'],
    ['end', '<', 'end'],
  ],
  t_startedBy: [
    ['start', '=', 'start'],
    ['end', '>', 'end'],
  ],
  t_starts: [
    ['start', '=', 'start'],
    ['end', '<', 'end'],
  ],
};

export const DAY_MS = 86_400_000;
/** A date as a time that lasts ends here. */
export const END_OF_DAY = 'T23:59:59.999999Z';
export const START_OF_DAY = 'T00:00:00Z';
