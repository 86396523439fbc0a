/** The simulated assets and their inspections in the register, where it is empty. */
import { simulateAssets, simulateInspections } from '../../data-samples/assets/simulate.ts';
import { SAMPLE_ATTRIBUTION } from '../../data-samples/scene/item.ts';
import { parseAsset } from '../../pipelines/assets/asset.ts';
import { putAssets } from '../../pipelines/assets/assets-repository.ts';
import { assessRegister } from '../../pipelines/assets/assess-register.ts';
import type { DefectRow } from '../../pipelines/assets/defect-table.ts';
import { collectInspections } from '../../pipelines/assets/inspection.ts';
import { putInspections } from '../../pipelines/assets/inspections-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';

/** Whoever has taken in assets of their own gets none of these. @param today  `2026-01-01`, the day of the assessment. */
export async function ensureSampleAssets(database: Database, today: string): Promise<void> {
  if ((await database.query('SELECT FROM asset_conditions LIMIT 1')).length > 0) return;
  const [other] = await database.query("SELECT FROM assets WHERE id NOT LIKE 'S-____' LIMIT 1");
  if (other) return;
  const assets = simulateAssets();
  const reading = { type: null, mapping: null, year: 2026 };
  const features = assets.map(({ id, path, ...properties }) => ({
    id,
    properties: { ...properties, simulated: true },
    geometry: path.length === 1 ? { type: 'Point', coordinates: path[0] } : { type: 'LineString', coordinates: path },
  }));
  await putAssets(
    database,
    features.map((feature) => parseAsset(feature, reading)),
    SAMPLE_ATTRIBUTION,
  );
  const { inspections } = await collectInspections(rowsOf(assets));
  await putInspections(database, inspections, SAMPLE_ATTRIBUTION);
  await assessRegister(database, today);
}

const NOT_SAID = { inspector: null, care: null, note: null, score: null, key: null };

function* rowsOf(assets: ReturnType<typeof simulateAssets>): Generator<DefectRow> {
  let row = 1;
  for (const { asset, date, part, weight, defect } of simulateInspections(assets)) {
    const [seriousness, extent, intensity] = defect ?? [null, null, null];
    yield {
      row: ++row,
      asset,
      date,
      part,
      seriousness,
      extent: extent === null ? null : String(extent),
      intensity: intensity === null ? null : String(intensity),
      weight: String(weight),
      ...NOT_SAID,
    };
  }
}
