import type { Processes } from '../define-process.ts';
import { processesOf } from '../define-process.ts';
import { arithmetic } from './arithmetic.ts';
import { arrays } from './arrays.ts';
import { arraySearch } from './array-search.ts';
import { comparison } from './comparison.ts';
import { constants } from './constants.ts';
import { cumulative } from './cumulative.ts';
import { dates } from './dates.ts';
import { logic } from './logic.ts';
import { statistics } from './statistics.ts';
import { texts } from './texts.ts';
import { trigonometry } from './trigonometry.ts';

/** The processes on plain values by family: what a callback may be made of. */
export const VALUE_FAMILIES = {
  Arithmetic: arithmetic,
  Trigonometry: trigonometry,
  Comparison: comparison,
  Logic: logic,
  Statistics: statistics,
  Cumulation: cumulative,
  Arrays: arrays,
  'Searching and sorting': arraySearch,
  Dates: dates,
  Texts: texts,
  Constants: constants,
} as const;

export const VALUE_PROCESSES: Processes = processesOf(...Object.values(VALUE_FAMILIES));
