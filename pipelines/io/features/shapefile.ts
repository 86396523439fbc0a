/**
 * Shapefiles, as a zip or as files beside each other: shapes (.shp), attributes (.dbf), CRS (.prj), encoding (.cpg).
 * @see ESRI Shapefile Technical Description, July 1998; dBASE III PLUS table file structure
 */
import { dirname, extname, join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { PlatformError } from '../../core/errors.ts';
import { epsgOfWkt } from '../../core/grid/crs-names.ts';
import { createTransform } from '../../core/grid/crs.ts';
import { readExactly } from '../byte-source/byte-source.ts';
import { openByteSource } from '../byte-source/open.ts';
import { listZipEntries } from '../byte-source/zip-source.ts';
import { DbfTable } from './dbf-table.ts';
import type { CoordinateReading, FeatureSink } from './read-features.ts';
import { reprojectGeometry } from './reproject.ts';
import { parseShape } from './shape-records.ts';

const FILE_CODE = 9994;
const HEADER_BYTES = 100;
const MAX_BYTES = 2 ** 31;

/**
 * @param path  The zip or the `.shp`.
 * @returns the EPSG code of the coordinates: as the user says, else as the .prj says.
 * @throws {PlatformError} `format-unknown`, `format-damaged`; `crs-missing` where nothing tells the CRS
 */
export async function readShapefile(
  path: string,
  sink: FeatureSink,
  { epsg, asStored }: CoordinateReading,
  signal?: AbortSignal,
): Promise<number> {
  const parts = await findParts(path);
  const code = epsg ?? epsgOfWkt(await readText(parts.prj)) ?? null;
  if (code === null)
    throw new PlatformError(
      'crs-missing',
      `${path} ${parts.prj === null ? 'has no .prj' : 'has a .prj that names no CRS known here'}; name its CRS with --crs EPSG:n`,
    );
  const shapes = await readWhole(parts.shp, signal);
  const table = parts.dbf === null ? null : new DbfTable(await readWhole(parts.dbf, signal), await readText(parts.cpg));
  const transform = asStored || code === 4326 ? null : createTransform(code, 4326);
  const view = new DataView(shapes.buffer, shapes.byteOffset, shapes.byteLength);
  if (shapes.length < HEADER_BYTES || view.getInt32(0) !== FILE_CODE)
    throw new PlatformError('format-unknown', `${parts.shp} is no shapefile`);
  for (let at = HEADER_BYTES, ordinal = 1; at + 8 <= shapes.length; ordinal++) {
    const length = 2 * view.getInt32(at + 4);
    if (length < 4 || at + 8 + length > shapes.length)
      throw new PlatformError('format-damaged', `${parts.shp} ends in the middle of record ${ordinal}; copy it again`);
    try {
      const geometry = parseShape(new DataView(shapes.buffer, shapes.byteOffset + at + 8, length));
      if (transform) reprojectGeometry(geometry, (x, y) => transform.point(x, y));
      sink.feature({ geometry, properties: table?.row(ordinal - 1) ?? {} }, 'feature', ordinal);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      sink.refuse('feature', ordinal, error.message);
    }
    at += 8 + length;
  }
  return code;
}

interface Parts {
  readonly shp: string;
  readonly dbf: string | null;
  readonly prj: string | null;
  readonly cpg: string | null;
}

/** @throws {PlatformError} `format-unknown` for a zip with no shapefile in it, or with several */
async function findParts(path: string): Promise<Parts> {
  const isZip = /\.zip$/i.test(path);
  const names = isZip ? await listZipEntries(path) : await readdir(dirname(path));
  const own = names.filter((name) => !/(?:^|\/)(?:__MACOSX\/|\._)/.test(name));
  const found = isZip
    ? own.filter((name) => /\.shp$/i.test(name))
    : [path.slice(dirname(path).length).replace(/^[\\/]/, '')];
  if (found.length !== 1)
    throw new PlatformError(
      'format-unknown',
      `${path} holds ${found.length === 0 ? 'no shapefile' : `${found.length} shapefiles (${found.join(', ')}); unpack it and name one`}`,
    );
  const stem = found[0]!.slice(0, -extname(found[0]!).length).toLowerCase();
  const part = (ending: string) => {
    const name = own.find((one) => one.toLowerCase() === `${stem}.${ending}`);
    return name === undefined ? null : isZip ? `${path}!/${name}` : join(dirname(path), name);
  };
  return { shp: part('shp') ?? path, dbf: part('dbf'), prj: part('prj'), cpg: part('cpg') };
}

async function readWhole(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const source = await openByteSource(path, signal ? { signal } : {});
  try {
    const size = source.size ?? 0;
    if (size > MAX_BYTES)
      throw new PlatformError('too-large', `${path} has ${size} bytes; shapefiles have at most 2 GB`);
    return await readExactly(source, 0, size, signal);
  } finally {
    await source.close();
  }
}

/** Empty where there is no such file. */
async function readText(path: string | null): Promise<string> {
  return path === null ? '' : new TextDecoder().decode(await readWhole(path)).trim();
}
