/** What the register knows of an asset, and how a feature of a file becomes one. */
import { createHash } from 'node:crypto';
import { findAssetType } from '../core/assets/asset-types.ts';
import type { Importance } from '../core/assets/risk.ts';
import type { Geometry } from '../core/cql2/ast.ts';
import { lonLatBoxOf } from '../core/cql2/spatial/box.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import { brief, FeatureFault, isRecord } from '../core/vector/feature.ts';
import type { RawFeature } from '../core/vector/feature.ts';
import type { AssetMapping } from './mapping.ts';
import { parseGeometry } from './geometry.ts';

/** A drawing, a photo, a report: where it is. */
export interface AssetDocument {
  readonly href: string;
  readonly title: string | null;
  readonly kind: 'document' | 'photo';
}

export interface AssetRecord {
  readonly id: string;
  /** Of `ASSET_TYPES`. */
  readonly type: string;
  readonly name: string;
  readonly owner: string | null;
  readonly built: number | null;
  /** Null: the usual one is reckoned with. */
  readonly importance: Importance | null;
  /** Euros, of bringing it into good condition; null: that of its type. */
  readonly cost: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly documents: readonly AssetDocument[];
  /** Degrees, longitude first. */
  readonly geometry: Geometry;
}

export interface NewAsset extends AssetRecord {
  readonly bbox: LonLatBox;
  /** Of all that is said of it. */
  readonly digest: string;
}

/** Names under which files have what an asset is, in the order in which they are looked for, small letters. */
const NAMES = {
  id: ['id', 'asset', 'asset_id', 'identificatie', 'imgeo_id', 'lokaalid'],
  type: ['type', 'asset_type', 'objecttype', 'soort', 'bgt_type'],
  name: ['name', 'naam', 'title', 'omschrijving', 'location'],
  owner: ['owner', 'eigenaar', 'beheerder', 'bronhouder'],
  built: ['built', 'year', 'year_built', 'construction_year', 'bouwjaar', 'aanlegjaar', 'jaar_van_aanleg'],
  safety: ['safety', 'importance_safety', 'veiligheid'],
  availability: ['availability', 'importance_availability', 'beschikbaarheid'],
  consequenceCost: ['importance_cost', 'consequence_cost', 'kosten'],
  importance: ['importance', 'belang'],
  cost: ['cost', 'maintenance_cost', 'intervention_cost', 'onderhoudskosten'],
  documents: ['documents', 'document', 'documenten'],
  photos: ['photos', 'photo', 'fotos', 'foto'],
} as const;
export const ASSET_FIELDS = Object.keys(NAMES) as readonly (keyof typeof NAMES)[];
export type AssetField = keyof typeof NAMES;

export interface AssetReading {
  /** Of what has no type of its own. */
  readonly type: string | null;
  readonly mapping: AssetMapping | null;
  /** The year now, for years of construction. */
  readonly year: number;
}

/** @returns the key of a feature, however wrong the rest of it is; null where it has none */
export function keyOf({ id, properties }: RawFeature, { mapping }: Pick<AssetReading, 'mapping'>): string | null {
  const values = lookUp(properties, mapping);
  const found =
    mapping?.fields['id'] === undefined && mapping?.constants['id'] === undefined ? (id ?? values('id')) : values('id');
  const text = typeof found === 'number' || typeof found === 'string' ? String(found).trim() : '';
  return text === '' ? null : text;
}

/**
 * @param feature  In degrees.
 * @throws {FeatureFault} naming what does not fit
 */
export function parseAsset(feature: RawFeature, reading: AssetReading): NewAsset {
  const id = keyOf(feature, reading);
  if (id === null) throw new FeatureFault('it has no id, neither of its own nor as a property');
  if (id.length > 200 || id.includes('\0')) throw new FeatureFault('its id is longer than 200 characters');
  const values = lookUp(feature.properties, reading.mapping);
  const geometry = parseGeometry(feature.geometry);
  const record: AssetRecord = {
    id,
    type: typeOf(values('type') ?? reading.type),
    name: textOf(values('name'), 500) ?? id,
    owner: textOf(values('owner'), 200),
    built: builtOf(values('built'), reading.year),
    importance: importanceOf(values),
    cost: numberOf('cost', values('cost'), 0, 1e12),
    attributes: values.others(),
    documents: [...documentsOf(values('documents'), 'document'), ...documentsOf(values('photos'), 'photo')],
    geometry,
  };
  const text = JSON.stringify(record);
  if (text.includes('\\u0000')) throw new FeatureFault('a text of it holds the character NUL');
  return { ...record, bbox: boxOf(geometry), digest: createHash('sha256').update(text).digest('hex').slice(0, 32) };
}

interface LookUp {
  (field: AssetField): unknown;
  /** Properties that are no field. */
  others(): Record<string, unknown>;
}

function lookUp(properties: unknown, mapping: AssetMapping | null): LookUp {
  const given = isRecord(properties) ? properties : {};
  const bySmall = new Map(Object.keys(given).map((name) => [name.toLowerCase(), name]));
  const used = new Set<string>();
  const nameOf = (field: AssetField): string | undefined => {
    const named = mapping?.fields[field];
    if (named !== undefined) return named in given ? named : bySmall.get(named.toLowerCase());
    for (const name of NAMES[field]) if (bySmall.has(name)) return bySmall.get(name);
    return undefined;
  };
  for (const field of ASSET_FIELDS) {
    const name = nameOf(field);
    if (name !== undefined) used.add(name);
  }
  const value = (field: AssetField) => {
    const constant = mapping?.constants[field];
    if (constant !== undefined) return constant;
    const name = nameOf(field);
    const found = name === undefined ? null : given[name];
    const translated = mapping?.values[field]?.[String(found)];
    return translated ?? (found === '' ? null : found) ?? null;
  };
  return Object.assign(value, {
    others: () => Object.fromEntries(Object.entries(given).filter(([name]) => !used.has(name))),
  });
}

function typeOf(word: unknown): string {
  if (word === null) throw new FeatureFault('it has no type; give all of them one with --type');
  const found = typeof word === 'string' ? findAssetType(word) : null;
  if (!found) throw new FeatureFault(`its type ${brief(word)} is not known; a mapping can translate it`);
  return found.id;
}

function textOf(value: unknown, most: number): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  const text = String(value).trim();
  return text === '' ? null : text.slice(0, most);
}

function numberOf(name: string, value: unknown, least: number, most: number): number | null {
  if (value === null) return null;
  const number = typeof value === 'number' ? value : Number(typeof value === 'string' ? value : NaN);
  if (number >= least && number <= most) return number;
  throw new FeatureFault(`its ${name} is ${brief(value)}; a number from ${least} to ${most} is accepted`);
}

/** A year, or a date of which it is the first part. */
function builtOf(value: unknown, now: number): number | null {
  const text = typeof value === 'string' ? (/^\d{4}(?=-\d\d)/.exec(value)?.[0] ?? value) : value;
  const year = numberOf('year of construction', text, 1000, now + 20);
  return year === null ? null : Math.floor(year);
}

/** One number for all consequences, or one for each. */
function importanceOf(values: LookUp): Importance | null {
  const whole = values('importance');
  const step = (field: AssetField, name: string) => numberOf(name, values(field), 1, 5);
  const parts = isRecord(whole)
    ? (['safety', 'availability', 'cost'] as const).map((name) =>
        numberOf(`importance for ${name}`, whole[name] ?? null, 1, 5),
      )
    : [step('safety', 'safety'), step('availability', 'availability'), step('consequenceCost', 'importance of cost')];
  const usual = isRecord(whole) ? null : numberOf('importance', whole, 1, 5);
  if (usual === null && parts.every((part) => part === null)) return null;
  const [safety, availability, cost] = parts.map((part) => part ?? usual ?? 3) as [number, number, number];
  return { safety, availability, cost };
}

function documentsOf(value: unknown, kind: AssetDocument['kind']): AssetDocument[] {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(/[\s;]+/)
      : [];
  return list.flatMap((one): AssetDocument[] => {
    const href: unknown = isRecord(one) ? one['href'] : one;
    if (typeof href !== 'string' || href === '') return [];
    if (!/^https?:\/\//i.test(href)) throw new FeatureFault(`its ${kind} ${brief(href)} is no http(s) address`);
    return [{ href, kind, title: isRecord(one) && typeof one['title'] === 'string' ? one['title'] : null }];
  });
}

function boxOf(geometry: Geometry): LonLatBox {
  const [west, south, east, north] = lonLatBoxOf(geometry)!;
  return [west, south, east, north];
}
