/** Which property of a file is what of an asset: a file that the user writes (YAML or JSON). */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { parseYamlFile } from '../sensors/yaml-file.ts';
import type { AssetField } from './asset.ts';
import { ASSET_FIELDS } from './asset.ts';

const scalar = z.union([z.string(), z.number()]);

/** A property by its name, or with the values that it has translated; a constant is the same for all. */
const field = z.union([
  z.string(),
  z.strictObject({ property: z.string(), values: z.record(z.string(), scalar).optional() }),
  z.strictObject({ constant: scalar }),
]);

const schema = z.strictObject({
  /** CRS of the coordinates where the file states none. */
  crs: z.string().optional(),
  fields: z.partialRecord(z.enum(ASSET_FIELDS as [AssetField, ...AssetField[]]), field),
});

export interface AssetMapping {
  readonly crs: string | null;
  readonly fields: Readonly<Partial<Record<AssetField, string>>>;
  readonly values: Readonly<Partial<Record<AssetField, Readonly<Record<string, string | number>>>>>;
  readonly constants: Readonly<Partial<Record<AssetField, string | number>>>;
}

/**
 * @param name  As messages call it: the file.
 * @throws {PlatformError} `format-damaged` where it is no YAML; `parameter-invalid` with the line of what is wrong
 */
export function parseAssetMapping(text: string, name: string): AssetMapping {
  const { crs, fields } = parseYamlFile(text, name, schema).value;
  const mapping = { fields: {} as Record<string, string>, values: {} as Record<string, Record<string, string | number>>, constants: {} as Record<string, string | number> }; // prettier-ignore
  for (const [one, said] of Object.entries(fields)) {
    if (typeof said === 'string') mapping.fields[one] = said;
    else if ('constant' in said) mapping.constants[one] = said.constant;
    else {
      mapping.fields[one] = said.property;
      if (said.values) mapping.values[one] = said.values;
    }
  }
  return { crs: crs ?? null, ...mapping };
}

/** @throws {PlatformError} `usage` where it cannot be read, and as `parseAssetMapping` */
export async function readAssetMapping(path: string): Promise<AssetMapping> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PlatformError('usage', `The mapping ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  });
  return parseAssetMapping(text, path);
}
