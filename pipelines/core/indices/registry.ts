/** All indices, by id. A new index is one record in the file of its family. */
import { parseExpression } from '../expression/parse.ts';
import { BURN } from './burn.ts';
import { CLOUD } from './cloud.ts';
import type { IndexDefinition, IndexDomain, SpectralIndex } from './definition.ts';
import { KERNEL } from './kernel.ts';
import { RADAR } from './radar.ts';
import { SNOW } from './snow.ts';
import { SOIL } from './soil.ts';
import { URBAN } from './urban.ts';
import { VEGETATION_RED_EDGE } from './vegetation-red-edge.ts';
import { VEGETATION_SHORTWAVE } from './vegetation-shortwave.ts';
import { VEGETATION_VISIBLE } from './vegetation-visible.ts';
import { VEGETATION } from './vegetation.ts';
import { WATER } from './water.ts';

const FAMILIES: readonly (readonly [IndexDomain, readonly IndexDefinition[]])[] = [
  ['vegetation', VEGETATION],
  ['vegetation', VEGETATION_VISIBLE],
  ['vegetation', VEGETATION_RED_EDGE],
  ['vegetation', VEGETATION_SHORTWAVE],
  ['water', WATER],
  ['burn', BURN],
  ['snow', SNOW],
  ['soil', SOIL],
  ['urban', URBAN],
  ['cloud', CLOUD],
  ['radar', RADAR],
  ['kernel', KERNEL],
];

const byId = new Map<string, { definition: IndexDefinition; domain: IndexDomain }>();
/** Lower-case id → the ids that are written so: `bai` → BAI, BaI. */
const spellings = new Map<string, string[]>();
for (const [domain, definitions] of FAMILIES)
  for (const definition of definitions) {
    byId.set(definition.id, { definition, domain });
    const key = definition.id.toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), definition.id]);
  }

export const INDEX_IDS: readonly string[] = [...byId.keys()];

/** The ids that a word can mean: itself where it is one, else those that differ in case alone. */
export function spelledLike(word: string): readonly string[] {
  return byId.has(word) ? [word] : (spellings.get(word.toLowerCase()) ?? []);
}

/** @param id  Exactly. */
export function findIndex(id: string): SpectralIndex | null {
  const found = byId.get(id);
  if (!found) return null;
  return { ...found.definition, domain: found.domain, bands: parseExpression(found.definition.formula).bandNames };
}

/** The whole catalogue, by family and then as the family's file has it. */
export function listIndices(): readonly SpectralIndex[] {
  return INDEX_IDS.map((id) => findIndex(id)!);
}
