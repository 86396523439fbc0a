/** JSON schemas out of the folder of standards, by their address: nothing is fetched. */
import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { AnySchemaObject, ValidateFunction } from 'ajv';
import { default as addFormats } from 'ajv-formats';
import { parse } from 'yaml';
import type { Server } from './check.ts';
import { Skipped, standard } from './check.ts';

export class NotMirrored extends Error {}

export interface Schemas {
  /** @returns what is wrong with it; null where nothing is. @throws {NotMirrored} */
  faultOf(value: unknown, address: string): Promise<string | null>;
}

export function openSchemas(server: Server): Schemas {
  const mirror = standard(server, 'schema-mirror');
  const load = async (address: string): Promise<AnySchemaObject> => {
    const path = `${mirror}/${address.replace(/^https?:\/\//, '').replace(/#.*$/, '')}`;
    if (!existsSync(path)) throw new NotMirrored(`${address} is not mirrored`);
    const text = readFileSync(path, 'utf8');
    return (path.endsWith('.yaml') ? fromOpenApi30(parse(text)) : JSON.parse(text)) as AnySchemaObject;
  };
  const ajv = new Ajv({ strict: false, allErrors: false, loadSchema: load, validateFormats: true, logger: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const known = new Map<string, Promise<ValidateFunction>>();
  const compile = async (address: string) => {
    const schema = await load(address);
    const { $schema: _, ...rest } = schema;
    return ajv.getSchema(address) ?? ajv.compileAsync({ ...rest, $id: address });
  };
  return {
    async faultOf(value, address) {
      const compiling = known.get(address) ?? compile(address);
      known.set(address, compiling);
      const validate = await compiling;
      if (validate(value)) return null;
      const [first] = validate.errors!.filter(
        ({ keyword }) => keyword !== 'if' && keyword !== 'allOf' && keyword !== 'anyOf',
      );
      const { instancePath, message } = first ?? validate.errors![0]!;
      return `${instancePath || '/'} ${message} (${address.split('/').slice(3).join('/')})`;
    },
  };
}

/** OpenAPI 3.0 has `nullable` where JSON schema has a second type. */
function fromOpenApi30(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromOpenApi30);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, example: _example, ...rest } = value as Record<string, unknown>;
  const plain = Object.fromEntries(Object.entries(rest).map(([name, member]) => [name, fromOpenApi30(member)]));
  if (nullable === true && typeof plain['type'] === 'string') plain['type'] = [plain['type'], 'null'];
  return plain;
}

export function orSkip(error: unknown): never {
  throw error instanceof NotMirrored ? new Skipped(error.message) : error;
}
