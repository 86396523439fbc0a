import { PlatformError } from '../core/errors.ts';

/**
 * What a process throws for values that it does not take.
 *
 * @param exception  The name that openEO's definition gives to it; clients of its API read it from `detail`.
 */
export function refusal(exception: string, message: string): PlatformError {
  return new PlatformError('parameter-invalid', message, { detail: { exception } });
}
