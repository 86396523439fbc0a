/** Which property a new Datastream observes, of those that the quality tests have limits for. */
import { findProperty } from '../../../pipelines/core/sensors/properties.ts';
import type { Queries } from '../../../pipelines/database/database.ts';

/** By the key, the definition or the name of its ObservedProperty; not by short names, which mean many things. */
export async function setKnownProperty(tx: Queries, datastream: number): Promise<void> {
  const [row] = await tx.query<{ key: string | null; name: string; definition: string }>(
    `SELECT property.key, property.name, property.definition FROM sta_datastreams AS stream
     JOIN sta_observed_properties AS property ON property.id = stream.observed_property WHERE stream.id = $1`,
    [datastream],
  );
  if (!row) return;
  const words = [row.key, row.definition.replace(/\/+$/, '').split(/[/#:]/).at(-1), row.name];
  const known = words.map((word) => knownProperty(word ?? '')).find((id) => id !== null) ?? null;
  await tx.query('UPDATE sta_datastreams SET property = $2 WHERE id = $1', [datastream, known]);
}

function knownProperty(word: string): string | null {
  const found = findProperty(word);
  const plain = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');
  return found && (plain === found.id || plain === found.cfName) ? found.id : null;
}
