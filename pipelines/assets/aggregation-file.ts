/** How an organisation lets parts weigh in the score of an asset, as a file. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Aggregation } from '../core/assets/condition.ts';
import { PlatformError } from '../core/errors.ts';
import { parseYamlFile } from '../sensors/yaml-file.ts';

const rising = (values: readonly number[]) => values.every((value, k) => k === 0 || value > values[k - 1]!);

const schema = z
  .strictObject({
    factors: z.array(z.number().min(1)).length(6).refine(rising, 'factors rise from score 1 to score 6'),
    limits: z.array(z.number().min(1)).length(5).refine(rising, 'limits rise from score 1 to score 5'),
  })
  // A part of one score alone must keep it
  .refine(({ factors, limits }) => limits.every((limit, k) => factors[k]! <= limit && limit < factors[k + 1]!), {
    error: 'the limit of each score lies from its own factor to below the next one',
    path: ['limits'],
  });

/** @throws {PlatformError} `usage` where it cannot be read; `format-damaged`, `parameter-invalid` with the line */
export async function readAggregation(path: string): Promise<Aggregation> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError('usage', `The file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  });
  return parseYamlFile(text, path, schema).value as unknown as Aggregation;
}
