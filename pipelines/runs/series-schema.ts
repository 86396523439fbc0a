/** Analyses of series as they come out of a passport or a program: checked before they are carried out. */
import { z } from 'zod';
import { SMOOTH_METHODS, TREND_METHODS } from '../core/series/analysis.ts';
import { ANOMALY_METHODS } from '../core/series/anomaly.ts';
import { FILL_METHODS } from '../core/series/fill-gaps.ts';
import { FORECASTERS } from '../core/series/forecast.ts';
import type { ForecastMethod } from '../core/series/forecast.ts';

const lambda = z.union([z.number().positive(), z.literal('auto')]);
const step = z
  .strictObject({ unit: z.enum(['day', 'month']), length: z.number().positive(), day: z.int().optional() })
  .nullable();

const share = z.number().min(0).max(1);

const trend = z.strictObject({ kind: z.literal('trend'), method: z.enum(TREND_METHODS) });
const smooth = z.strictObject({
  kind: z.literal('smooth'),
  choice: z.discriminatedUnion('method', [
    z.strictObject({ method: z.literal(SMOOTH_METHODS[0]), lambda }),
    z.strictObject({ method: z.literal(SMOOTH_METHODS[1]), window: z.int().min(3), degree: z.int().min(0) }),
  ]),
});
const fill = z.strictObject({
  kind: z.literal('fill'),
  choice: z.strictObject({ method: z.enum(FILL_METHODS), lambda, maxGapDays: z.number().positive().nullable(), step }),
});
const phenology = z.strictObject({
  kind: z.literal('phenology'),
  options: z.strictObject({ startThreshold: share, endThreshold: share, lambda }),
});
const breaks = z.strictObject({
  kind: z.literal('breaks'),
  options: z.strictObject({
    minSegment: z.number().min(0.05).max(0.5),
    maxBreaks: z.int().min(1),
    level: share,
    order: z.int().min(0).max(10),
  }),
});
const anomaly = z.strictObject({
  kind: z.literal('anomaly'),
  options: z.strictObject({
    method: z.enum(ANOMALY_METHODS),
    windowDays: z.number().min(0).max(182),
    reference: z.strictObject({ firstYear: z.int(), lastYear: z.int() }).nullable(),
  }),
});
const forecast = z.strictObject({
  kind: z.literal('forecast'),
  choice: z.strictObject({
    horizon: z.int().min(1),
    method: z.enum([...(Object.keys(FORECASTERS) as ForecastMethod[]), 'auto']),
    step,
    period: step,
  }),
});

export const analysisSchema = z.discriminatedUnion('kind', [trend, smooth, fill, phenology, breaks, anomaly, forecast]);

export const pixelAnalysisSchema = z.discriminatedUnion('kind', [
  trend,
  smooth,
  fill,
  phenology.extend({ year: z.int() }),
  breaks,
  anomaly.extend({ day: z.number() }),
  forecast,
]);
