/**
 * Programs as they come out of a passport or a queue. Kernels are compiled from their expressions, so every word of one
 * is checked: operators are those we know, indices point to what stands before.
 */
import { z } from 'zod';
import { COMPARISONS } from '../core/expression/graph.ts';
import { FUNCTIONS } from '../core/expression/names.ts';
import type { FunctionName } from '../core/expression/names.ts';
import { SPATIAL_FILTERS } from '../core/radar/speckle.ts';
import { CHANGE_BANDS } from '../core/raster/change.ts';
import { RESAMPLINGS } from '../core/raster/resample.ts';
import { createPixelAnalyst } from '../core/series/pixel/create-analyst.ts';
import { pixelAnalysisSchema } from '../runs/series-schema.ts';
import { isCallback } from '../graph/graph.ts';
import type { ProcessGraph } from '../graph/graph.ts';
import type { RasterOptions } from './products.ts';
import type { CubeProgram } from './program.ts';
import { inputsOf } from './program.ts';

const index = z.int().nonnegative();
const affine = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
const side = z.int().min(1);
const label = z.union([z.string(), z.number()]);

const alignment = z.strictObject({
  scaleX: z.number(),
  offsetX: z.number(),
  scaleY: z.number(),
  offsetY: z.number(),
});

const band = z.strictObject({
  path: z.string(),
  version: z.string(),
  band: index,
  alignment,
  special: z.strictObject({ nodata: z.number().nullable(), saturated: z.number().nullable() }),
});

const file = z.strictObject({
  role: z.string(),
  reading: z.strictObject({
    band: z.int(),
    dtype: z.string(),
    nodata: z.union([z.number(), z.string(), z.null()]),
    invalid: z.array(z.number()).optional(),
    maskedClasses: z.array(z.number()).optional(),
    scale: z.number(),
    offset: z.number(),
    grid: z.strictObject({
      width: z.number(),
      height: z.number(),
      epsg: z.number().nullable(),
      transform: affine.nullable(),
    }),
    level: z.number(),
    placement: z.string(),
  }),
});

const source = { band, calibration: z.strictObject({ scale: z.number(), offset: z.number() }), file };

const margin = z
  .strictObject({
    pixel: z.strictObject({ width: z.number().positive(), height: z.number().positive() }),
    guards: z.array(z.strictObject({ codes: z.array(z.number()), metres: z.number().nonnegative().max(100_000) })),
  })
  .optional();

const classes = z
  .strictObject({ mask: z.strictObject({ source: band, excluded: z.array(z.number()), margin }), file })
  .nullable();

const statistic = z.enum(['mean', 'median', 'min', 'max', 'sum', 'product', 'sd', 'variance', 'first', 'last']);

const reducer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: statistic, ignoreNodata: z.boolean() }),
  z.strictObject({ kind: z.literal('count'), all: z.boolean() }),
  z.strictObject({
    kind: z.literal('quantile'),
    probability: z.number().min(0).max(1),
    ignoreNodata: z.boolean(),
  }),
]);

const rasterGrid = z.strictObject({ transform: affine, epsg: z.int(), width: side, height: side });

const operation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), value: z.number().nullable() }),
  z.strictObject({ kind: z.literal('literal'), width: side, values: z.array(z.number().nullable()) }),
  z.strictObject({ kind: z.literal('source'), ...source, classes }),
  z.strictObject({ kind: z.literal('layer'), expression: index, sources: z.array(z.strictObject(source)), classes }),
  z.strictObject({
    kind: z.literal('formula'),
    expression: index,
    inputs: z.array(index),
    repair: index.nullable(),
  }),
  z.strictObject({ kind: z.literal('classed'), input: index, classes: classes.unwrap() }),
  z.strictObject({ kind: z.literal('mask'), input: index, mask: index, replacement: z.number().nullable() }),
  z.strictObject({ kind: z.literal('mosaic'), inputs: z.array(index).min(1) }),
  z.strictObject({ kind: z.literal('reduce'), reducer, inputs: z.array(index).min(1) }),
  z.strictObject({
    kind: z.literal('callback'),
    callback: index,
    inputs: z.array(index),
    outputs: z.int().min(1).nullable(),
  }),
  z.strictObject({
    kind: z.literal('series'),
    analysis: pixelAnalysisSchema,
    days: z.array(z.number()).min(1),
    inputs: z.array(index).min(1),
    outputs: z.int().min(1),
  }),
  z.strictObject({
    kind: z.literal('change'),
    inputs: z.array(index).min(2),
    before: z.int().min(1),
    noise: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('series'), sigma: z.number().positive() }),
      z.strictObject({ kind: z.literal('scene'), median: z.number(), sigma: z.number().positive() }),
    ]),
    rule: z.strictObject({ threshold: z.number().nullable(), significance: z.number().nullable() }),
    outputs: z.literal(CHANGE_BANDS.length),
  }),
  z.strictObject({
    kind: z.literal('speckle'),
    input: index,
    width: side,
    height: side,
    choice: z.strictObject({
      method: z.enum(SPATIAL_FILTERS),
      side: z.int().min(3).max(63),
      looks: z.number().positive(),
    }),
  }),
  z.strictObject({ kind: z.literal('part'), input: index, index }),
  z.strictObject({ kind: z.literal('shift'), input: index, col: z.int(), row: z.int() }),
  z.strictObject({
    kind: z.literal('kernel'),
    input: index,
    width: side,
    height: side,
    kernel: z.array(z.array(z.number())).min(1),
    factor: z.number(),
    border: z.union([z.number(), z.enum(['replicate', 'reflect', 'reflect_pixel', 'wrap'])]),
    replaceInvalid: z.number(),
  }),
  z.strictObject({
    kind: z.literal('warp'),
    input: index,
    from: rasterGrid,
    to: rasterGrid,
    resampling: z.enum(RESAMPLINGS),
    scale: z.tuple([z.number().positive(), z.number().positive()]),
  }),
  z.strictObject({
    kind: z.literal('polygons'),
    polygons: z.array(z.array(z.array(z.number()))),
    side: z.enum(['inside', 'outside']),
  }),
]);

const expression = z
  .strictObject({
    text: z.string(),
    bandNames: z.array(z.string()).min(1),
    nodes: z.array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('number'), value: z.number().nullable() }),
        z.strictObject({ kind: z.literal('band'), band: index }),
        z.strictObject({
          kind: z.literal('operation'),
          operator: z.enum([
            '+',
            '-',
            '*',
            '/',
            '^',
            'negate',
            ...COMPARISONS,
            ...(Object.keys(FUNCTIONS) as FunctionName[]),
          ]),
          operands: z.array(index).min(1).max(3),
        }),
      ]),
    ),
    root: index,
  })
  .refine(
    ({ nodes, root, bandNames }) =>
      root < nodes.length &&
      nodes.every((node, at) => {
        if (node.kind === 'band') return node.band < bandNames.length;
        return node.kind === 'number' || node.operands.every((operand) => operand < at);
      }),
    'an expression names what is not before it',
  );

const callback = z.strictObject({
  graph: z.custom<ProcessGraph>((graph) => isCallback({ process_graph: graph }), 'a process graph is needed'),
  form: z.enum(['x', 'xy', 'data']),
  labels: z.array(label).nullable(),
  places: z.array(index).nullable(),
  context: z.unknown(),
});

const program = z
  .strictObject({
    grid: z.strictObject({ width: side, height: side, transform: affine, epsg: z.int().nullable() }),
    dimensions: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['temporal', 'bands', 'other']),
        labels: z.array(label),
        times: z.array(z.string()).optional(),
      }),
    ),
    planes: z.array(index).min(1),
    operations: z.array(operation).min(1),
    expressions: z.array(expression),
    callbacks: z.array(callback),
  })
  .refine((parsed) => isClosed(parsed as unknown as CubeProgram), 'an operation names what is not there');

/** Whether every operation finds what it names: inputs before it, its expression, its callback. */
function isClosed({ operations, planes, expressions, callbacks }: CubeProgram): boolean {
  const holds = operations.every((node, at) => {
    if (inputsOf(node).some((input) => input >= at)) return false;
    switch (node.kind) {
      case 'layer':
        return expressions[node.expression]?.bandNames.length === node.sources.length;
      case 'formula':
        return (
          expressions[node.expression]?.bandNames.length === node.inputs.length &&
          (node.repair === null || node.repair < callbacks.length)
        );
      case 'callback':
        return node.callback < callbacks.length;
      case 'part': {
        const input = operations[node.input];
        if (input?.kind !== 'callback' && input?.kind !== 'series' && input?.kind !== 'change') return false;
        return input.outputs !== null && node.index < input.outputs;
      }
      case 'change':
        return node.before < node.inputs.length;
      case 'series': {
        const { days, inputs, analysis, outputs } = node;
        return (
          days.length === inputs.length &&
          days.every((day, k) => k === 0 || day > days[k - 1]!) &&
          createPixelAnalyst(analysis, Float64Array.from(days)).bands.length === outputs
        );
      }
      case 'kernel':
        return node.kernel.every((row) => row.length === node.kernel[0]!.length && row.length % 2 === 1);
      default:
        return true;
    }
  });
  return holds && planes.every((plane) => plane < operations.length);
}

const options = z.strictObject({
  dtype: z.enum(['float32', 'int16', 'uint16', 'uint8', 'int32']),
  scale: z.number().positive(),
  offset: z.number(),
  bandNames: z.array(z.string()),
  title: z.string().nullable(),
  time: z.string().nullable(),
}) satisfies z.ZodType<RasterOptions>;

export const cubeRequestSchema = z.strictObject({ program, options });
