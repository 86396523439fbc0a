import type { Processes } from '../define-process.ts';
import { processesOf } from '../define-process.ts';
import { arithmetic } from './arithmetic.ts';

/** The processes on plain values: what a callback may be made of. */
export const VALUE_PROCESSES: Processes = processesOf(arithmetic);
