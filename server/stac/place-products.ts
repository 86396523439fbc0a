/** Where products lie: the grid of a passport as a footprint in degrees. */
import { listUnplaced, placeProduct } from '../../pipelines/catalog/item-index.ts';
import type { ProductPlace } from '../../pipelines/catalog/item-index.ts';
import { placeOf } from '../../pipelines/catalog/footprint-polygon.ts';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { Passport } from '../../pipelines/core/passport/passport.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { findProduct } from '../../pipelines/queue/products-repository.ts';

const AT_ONCE = 500;

/** Looks for products that came since the last time; where there are none, this costs one look into an empty index. */
export async function placeProducts(database: Database): Promise<void> {
  for (const id of await listUnplaced(database, AT_ONCE)) {
    const product = await findProduct(database, id);
    await placeProduct(database, id, product && placeOfPassport(product.passport));
  }
}

function placeOfPassport({ method, product }: Passport): ProductPlace | null {
  const { grid } = method;
  if (!grid?.transform || grid.epsg === null) return null;
  const { width, height, transform, epsg } = grid;
  try {
    const { bbox, footprint } = placeOf({ info: { width, height }, transform, epsg, path: product.name });
    return { bbox, footprint, epsg, gsd: Math.hypot(transform[0], transform[3]) };
  } catch (error) {
    if (isPlatformError(error)) return null; // a CRS that we do not know
    throw error;
  }
}
