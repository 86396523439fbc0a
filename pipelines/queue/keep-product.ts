/** What happens to a product when it is there: its passport goes into the database, and what shows it is made. */
import { extname } from 'node:path';
import type { Database } from '../database/database.ts';
import { digestOf } from '../passport/digest.ts';
import { findPassport, mediaTypeOf } from '../passport/sidecar.ts';
import { storeZoneSeries } from '../runs/store-zone-series.ts';
import { putProduct } from './products-repository.ts';
import type { ProductRecord } from './products-repository.ts';
import type { RunStep } from './run-record.ts';
import { showLayer } from './show-layer.ts';

const KINDS: Readonly<Record<string, ProductRecord['kind']>> = {
  '.tif': 'raster',
  '.pmtiles': 'archive',
  '.csv': 'table',
  '.parquet': 'table',
  '.json': 'table',
  '.geojson': 'features',
};

export async function keepProduct(database: Database, run: string, step: RunStep, signal: AbortSignal): Promise<void> {
  if (step.isIntermediate) return;
  const { passport } = await findPassport(step.output);
  // An archive carries its passport, and cannot hold its own digest
  const { bytes, sha256 } =
    passport.product.bytes !== undefined && passport.product.sha256 !== undefined
      ? { bytes: passport.product.bytes, sha256: passport.product.sha256 }
      : await digestOf(step.output, signal);
  const id = `${run}-${step.id}`;
  await putProduct(database, {
    id,
    runId: run,
    step: step.id,
    process: step.process,
    kind: KINDS[extname(step.output)] ?? 'other',
    title: step.title,
    path: step.output,
    mediaType: mediaTypeOf(step.output),
    bytes,
    sha256,
    passport,
  });
  const { zoneSeries } = step;
  if (zoneSeries)
    await storeZoneSeries(database, { setId: zoneSeries.set, name: zoneSeries.series }, step.output, signal);
  if (step.layer) await showLayer(database, step.layer, { path: step.output, productId: id, bytes, sha256 });
}
