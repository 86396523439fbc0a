/**
 * What GDAL adds to a TIFF in text: nodata, and scale, offset, unit and description of each band.
 * @see GDAL, "GTiff -- GeoTIFF File Format", internal nodata and metadata
 */
export interface BandMetadata {
  readonly scale: number;
  readonly offset: number;
  readonly unit: string | null;
  readonly description: string | null;
}

const ITEM = /<Item\b([^>]*)>([^<]*)<\/Item>/g;
const ATTRIBUTE = /([\w:]+)\s*=\s*"([^"]*)"/g;
const ROLES = new Set(['scale', 'offset', 'unittype', 'description']);

/** @returns one record per band, with 1 and 0 where the text says nothing. */
export function parseGdalMetadata(xml: string | null, bands: number): BandMetadata[] {
  const found = Array.from({ length: bands }, () => new Map<string, string>());
  for (const [, attributes = '', value = ''] of (xml ?? '').matchAll(ITEM)) {
    const named = new Map([...attributes.matchAll(ATTRIBUTE)].map((m) => [m[1]!, m[2]!]));
    const role = named.get('role') ?? '';
    const sample = Number(named.get('sample') ?? NaN);
    if (ROLES.has(role)) found[sample]?.set(role, unescape(value));
  }
  return found.map((of) => ({
    scale: numberOr(of.get('scale'), 1),
    offset: numberOr(of.get('offset'), 0),
    unit: of.get('unittype') || null,
    description: of.get('description') || null,
  }));
}

/** What GDAL calls the time of a scene, in its domain IMAGERY; `landmeter index` writes it too. */
export const ACQUISITION_TIME = 'ACQUISITIONDATETIME';
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d(?:\.\d+)?)Z?)?$/;

/**
 * When a scene was taken, RFC 3339, UTC; undefined where the text does not say. TIFF's own `DateTime` is not asked: it is
 * when the file was written.
 */
export function parseAcquisitionTime(xml: string | null): string | undefined {
  for (const [, attributes = '', value = ''] of (xml ?? '').matchAll(ITEM)) {
    if (!attributes.includes(`name="${ACQUISITION_TIME}"`)) continue;
    const [, day, time = '00:00:00'] = TIME.exec(unescape(value)) ?? [];
    const moment = Date.parse(`${day}T${time}Z`);
    if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  }
  return undefined;
}

/** Nodata as GDAL writes it: a decimal number, or `nan`; null where the text is neither. */
export function parseNodata(text: string | null): number | null {
  const word = (text ?? '').trim().toLowerCase();
  if (word === '') return null;
  if (/^[-+]?nan/.test(word)) return NaN;
  if (/^[-+]?inf(inity)?$/.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  const value = Number(word);
  return Number.isNaN(value) ? null : value;
}

function numberOr(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? NaN);
  return text?.trim() && Number.isFinite(value) ? value : otherwise;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal ? Number(decimal) : hex ? parseInt(hex, 16) : NaN;
      if (code > 0 && code < 0x110000) return String.fromCodePoint(code);
      return ENTITIES[name ?? ''] ?? whole;
    })
    .trim();
}
