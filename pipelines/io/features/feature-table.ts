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

/** Features on their way to a file. */
export interface TableContent {
  /** All of them, a page at a time; may be asked for more than once. */
  readonly pages: () => AsyncIterable<readonly TableFeature[]>;
  /** Of their properties, without `id`. */
  readonly columns: readonly FeatureColumn[];
  /** Of the positions, x first. */
  readonly epsg: number;
  readonly words: TableWords;
}

/** The properties of all features in the order in which they first come; what has no one type is JSON. */
export class ColumnFinder {
  readonly #types = new Map<string, FeatureColumnType | null>();

  add(features: readonly TableFeature[]): void {
    for (const { properties } of features)
      for (const name in properties) {
        const [known, type] = [this.#types.get(name) ?? null, typeOf(properties[name])];
        this.#types.set(name, known === null ? type : type === null ? known : unite(known, type));
      }
  }

  columns(): FeatureColumn[] {
    return [...this.#types].filter(([name]) => name !== 'id').map(([name, type]) => ({ name, type: type ?? 'text' }));
  }
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
