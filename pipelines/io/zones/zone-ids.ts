import type { ColumnType } from '../table/table.ts';

/** What could name a zone. */
export interface IdCandidate {
  /** The feature's own `id`. */
  readonly member: unknown;
  /** A property. */
  readonly property: unknown;
}

export function isId(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

export interface ZoneIds {
  /** Of the column. */
  readonly name: string;
  readonly type: Extract<ColumnType, 'integer' | 'number' | 'text'>;
  /** One per zone; numbers where all are. */
  readonly values: readonly (string | number)[];
  /** How many ids are those of more than one zone, and one of them. */
  readonly repeated: number;
  readonly example: string | number | null;
}

/** The ids of a field that every zone has; without one the feature's own id, the property `id`, or its number from 1. */
export function chooseIds(candidates: readonly IdCandidate[], field: string | null): ZoneIds {
  const members = candidates.map(({ member }) => member);
  const properties = candidates.map(({ property }) => property);
  const chosen =
    field !== null ? properties : members.every(isId) ? members : properties.every(isId) ? properties : null;
  const raw = chosen ?? candidates.map((_, i) => i + 1);
  const areNumbers = raw.every((id) => typeof id === 'number');
  const values = areNumbers ? raw : raw.map(String);
  const type = !areNumbers ? 'text' : raw.every(Number.isSafeInteger) ? 'integer' : 'number';
  return { name: field ?? 'id', type, values, ...repeats(values) };
}

function repeats(values: readonly (string | number)[]) {
  const seen = new Set<string | number>();
  const again = new Set<string | number>();
  for (const value of values) {
    if (seen.has(value)) again.add(value);
    seen.add(value);
  }
  const [example = null] = again;
  return { repeated: again.size, example };
}
