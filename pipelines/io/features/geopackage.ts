/**
 * GeoPackages: features in a table of an SQLite file, which Node itself reads.
 * @see OGC 12-128r18, GeoPackage Encoding Standard
 */
import { DatabaseSync } from 'node:sqlite';
import { PlatformError } from '../../core/errors.ts';
import { createTransform, parseCrs } from '../../core/grid/crs.ts';
import type { CoordinateReading, FeatureSink } from './read-features.ts';
import { reprojectGeometry } from './reproject.ts';
import { parseWkb } from './wkb.ts';

/** Bytes of the envelope by the three bits that say which there is. */
const ENVELOPE_BYTES = [0, 32, 48, 48, 64];

interface Layer {
  readonly table: string;
  readonly column: string;
  readonly organization: string;
  readonly code: number;
}

/**
 * @returns the EPSG code of the coordinates: as the user says, else as the file says.
 * @throws {PlatformError} `format-unknown` for what is none, or has no or several layers of features; `crs-missing`
 */
export function readGeoPackage(path: string, sink: FeatureSink, { epsg, asStored }: CoordinateReading): number {
  const database = open(path);
  try {
    const layer = findLayer(database, path);
    const code = epsg ?? codeOf(layer, path);
    const transform = asStored || code === 4326 ? null : createTransform(code, 4326);
    let ordinal = 0;
    for (const row of database.prepare(`SELECT * FROM ${quoted(layer.table)}`).iterate()) {
      ordinal++;
      const { [layer.column]: blob, ...properties } = row;
      try {
        const geometry = blob instanceof Uint8Array ? parseBlob(blob) : null;
        if (transform) reprojectGeometry(geometry, (x, y) => transform.point(x, y));
        sink.feature({ id: row['fid'] ?? row['id'], geometry, properties: plain(properties) }, 'feature', ordinal);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        sink.refuse('feature', ordinal, error.message);
      }
    }
    return code;
  } finally {
    database.close();
  }
}

function open(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.prepare('SELECT count(*) FROM gpkg_contents').get();
    return database;
  } catch (cause) {
    throw new PlatformError(
      'format-unknown',
      `${path} is no GeoPackage that can be read: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

function findLayer(database: DatabaseSync, path: string): Layer {
  const layers = database
    .prepare(
      `SELECT c.table_name AS "table", g.column_name AS "column", s.organization, s.organization_coordsys_id AS code
       FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
       WHERE c.data_type = 'features' ORDER BY c.table_name`,
    )
    .all() as unknown as Layer[];
  if (layers.length === 1) return layers[0]!;
  const there =
    layers.length === 0
      ? 'no layer of features'
      : `${layers.length} layers (${layers.map(({ table }) => table).join(', ')})`;
  throw new PlatformError('format-unknown', `${path} has ${there}; a file with one is read`);
}

function codeOf({ organization, code, table }: Layer, path: string): number {
  if (organization.toUpperCase() === 'EPSG') return parseCrs(String(code));
  throw new PlatformError('crs-missing', `${path} does not say in which CRS ${table} is; name it with --crs EPSG:n`);
}

/** GeoPackage's header, then well-known binary. @throws {RangeError} */
function parseBlob(blob: Uint8Array): object | null {
  const flags = blob[3]!;
  const envelope = ENVELOPE_BYTES[(flags >> 1) & 7];
  if (blob[0] !== 0x47 || blob[1] !== 0x50 || envelope === undefined)
    throw new RangeError('its geometry is no GeoPackage geometry');
  const isEmpty = (flags & 16) !== 0;
  return isEmpty
    ? null
    : parseWkb(new DataView(blob.buffer, blob.byteOffset + 8 + envelope, blob.byteLength - 8 - envelope));
}

/** Attributes that JSON has. */
function plain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => !(value instanceof Uint8Array))
      .map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
