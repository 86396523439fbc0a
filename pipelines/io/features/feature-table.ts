/** Features as the rows of a table: what formats with columns are written from. */
import type { Geometry } from '../../core/cql2/ast.ts';

export interface TableFeature {
  readonly id: string;
  /** x first. */
  readonly geometry: Geometry | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export type FeatureColumnType = 'integer' | 'number' | 'boolean' | 'text' | 'json';

export interface FeatureColumn {
  readonly name: string;
  readonly type: FeatureColumnType;
}

/** Who made what is written, for formats that can say so. */
export interface TableWords {
  readonly title: string;
  readonly citation: string | null;
  /** Address or name. */
  readonly licence: string | null;
}

/** The properties of all features in the order in which they first come; what has no one type is JSON. */
export function columnsOf(features: readonly TableFeature[]): FeatureColumn[] {
  const types = new Map<string, FeatureColumnType | null>();
  for (const { properties } of features)
    for (const [name, value] of Object.entries(properties)) {
      const [known, type] = [types.get(name) ?? null, typeOf(value)];
      types.set(name, known === null ? type : type === null ? known : unite(known, type));
    }
  return [...types].map(([name, type]) => ({ name, type: type ?? 'text' }));
}

/** Null where there is no value. */
function typeOf(value: unknown): FeatureColumnType | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' ? 'text' : 'json';
}

function unite(a: FeatureColumnType, b: FeatureColumnType): FeatureColumnType {
  if (a === b) return a;
  const isNumeric = (type: FeatureColumnType) => type === 'integer' || type === 'number';
  return isNumeric(a) && isNumeric(b) ? 'number' : 'json';
}

/** As its column holds it; null where there is no value. */
export function cellOf({ properties }: TableFeature, { name, type }: FeatureColumn): unknown {
  const value = Object.hasOwn(properties, name) ? properties[name] : null;
  if (value === null || value === undefined) return null;
  return type === 'json' ? JSON.stringify(value) : value;
}
