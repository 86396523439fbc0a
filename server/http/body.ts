import type { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';

/** @throws {PlatformError} `parameter-invalid` naming the member, what is wrong and what is accepted */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const parameter = issue?.path.join('.') || 'body';
  throw new PlatformError('parameter-invalid', `${parameter}: ${issue?.message ?? 'not understood'}`, {
    detail: { parameter, ...('shape' in schema && { accepted: Object.keys(schema.shape as object).join(', ') }) },
  });
}
