/** The passport of a product, as far as it is the product's. */
import { PlatformError } from '../core/errors.ts';
import type { Passport } from '../core/passport/passport.ts';
import { digestOf } from './digest.ts';
import { findPassport, sidecarOf } from './sidecar.ts';

/**
 * @param path  A product, whose content is checked against its passport; or the sidecar, which is only read.
 * @throws {PlatformError} as `findPassport`; `format-damaged` where the product is another file than the passport says
 */
export async function readPassport(path: string, signal?: AbortSignal): Promise<Passport> {
  const { passport, product, embedded } = await findPassport(path);
  if (embedded || product !== path) return passport;
  const { sha256 } = await digestOf(product, signal);
  if (sha256 === passport.product.sha256) return passport;
  throw new PlatformError(
    'format-damaged',
    `${product} is not the file that ${sidecarOf(product)} describes: it was changed or replaced since (name the passport itself to see it)`,
    { detail: { path: product, sha256, described: passport.product.sha256 } },
  );
}
