/** The fields extension: which members of items are sent. */
import type { StacItem } from './item.ts';
import type { FieldChoice } from './search-request.ts';

type Record_ = Readonly<Record<string, unknown>>;

/** Without these a feature is none. */
const ALWAYS = ['type', 'id', 'collection'];
const MEMBERS = new Set([
  'type',
  'stac_version',
  'stac_extensions',
  'id',
  'collection',
  'geometry',
  'bbox',
  'links',
  'assets',
]);

/** Where members are named, those; else all but those that are excluded. */
export function chooseFields(item: StacItem, choice: FieldChoice | null): object {
  if (!choice || (choice.include.length === 0 && choice.exclude.length === 0)) return item;
  const paths = (names: readonly string[]) => names.map(toPath);
  const { include, exclude } = choice;
  const chosen =
    include.length > 0 ? pick(item as unknown as Record_, [...paths(include), ...paths(ALWAYS)]) : { ...item };
  return drop(chosen, paths(exclude.filter((name) => !ALWAYS.includes(name))));
}

/** A bare name such as `eo:cloud_cover` is a property. */
function toPath(name: string): string[] {
  const [first, ...rest] = name.split('.') as [string, ...string[]];
  if (first === 'properties' || MEMBERS.has(first)) return rest.length > 0 ? [first, rest.join('.')] : [first];
  return ['properties', name];
}

function pick(record: Record_, paths: readonly (readonly string[])[]): Record_ {
  const kept: Record<string, unknown> = {};
  for (const [first, second] of paths) {
    if (!Object.hasOwn(record, first!)) continue;
    const value = record[first!];
    if (second === undefined) kept[first!] = value;
    else if (isRecord(value) && Object.hasOwn(value, second) && kept[first!] !== value)
      kept[first!] = { ...(kept[first!] as Record_ | undefined), [second]: value[second] };
  }
  return kept;
}

function drop(record: Record_, paths: readonly (readonly string[])[]): Record_ {
  const kept: Record<string, unknown> = { ...record };
  for (const [first, second] of paths) {
    if (second === undefined) delete kept[first!];
    else if (isRecord(kept[first!])) {
      const { [second]: _dropped, ...rest } = kept[first!] as Record_;
      kept[first!] = rest;
    }
  }
  return kept;
}

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
