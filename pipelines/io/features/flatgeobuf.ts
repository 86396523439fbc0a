/** FlatGeobuf, streamed from front to back. The one file that knows the package. @see https://flatgeobuf.org */
import type { Feature } from 'flatgeobuf/lib/mjs/flat-geobuf/feature.js';
import { deserialize, parseProperties } from 'flatgeobuf/lib/mjs/generic.js';
import type { IFeature } from 'flatgeobuf/lib/mjs/generic.js';
import { fromGeometry } from 'flatgeobuf/lib/mjs/geojson/geometry.js';
import type { HeaderMeta } from 'flatgeobuf/lib/mjs/header-meta.js';
import { calcTreeSize } from 'flatgeobuf/lib/mjs/packedrtree.js';
import { epsgOfWkt } from '../../core/grid/crs-names.ts';
import { createTransform, parseCrs } from '../../core/grid/crs.ts';
import { PlatformError } from '../../core/errors.ts';
import type { RawFeature } from '../../core/vector/feature.ts';
import type { ByteSource } from '../byte-source/byte-source.ts';
import { readChunks } from './chunks.ts';
import type { ChunkOptions } from './chunks.ts';
import type { CoordinateReading, FeatureSink } from './read-features.ts';
import { reprojectGeometry } from './reproject.ts';

/** `fgb`, the version, and a byte for patches; then the length of the header. */
const MAGIC = [0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62];
const PREFIX_BYTES = 12;
/** A header names columns and a CRS. */
const MAX_HEADER_BYTES = 1 << 24;

/**
 * @returns the EPSG code of the coordinates: as the user says, else as the header says, else WGS 84, as in GeoJSON.
 * @throws {PlatformError} `format-unknown` for what is none; `format-damaged` where it ends too early or is not what its
 *   header says; `crs-missing` where the header has a CRS that is not known here
 */
export async function readFlatGeobuf(
  source: ByteSource,
  sink: FeatureSink,
  { epsg, asStored }: CoordinateReading,
  options: ChunkOptions,
): Promise<number> {
  const file = new FileCheck(source, await readHeaderBytes(source, options.signal));
  let code = epsg ?? 4326;
  let transform: ReturnType<typeof createTransform> | null = null;
  const headerMetaFn = (header: HeaderMeta) => {
    file.begin(header);
    code = epsg ?? codeOf(header, source.name);
    transform = asStored || code === 4326 ? null : createTransform(code, 4326);
  };
  const fromFeature = (_id: number, feature: Feature, { columns, geometryType }: HeaderMeta) => {
    file.next(feature);
    const stored = feature.geometry();
    const geometry = stored && fromGeometry(stored, geometryType);
    if (transform) reprojectGeometry(geometry, (x, y) => transform!.point(x, y));
    return { geometry, properties: plain(parseProperties(feature, columns)) } as RawFeature & IFeature;
  };
  const stream = ReadableStream.from(readChunks(source, options)) as ReadableStream;
  const features = deserialize(stream, { fromFeature, headerMetaFn });
  for (;;) {
    const { value, done } = await features.next().catch((error: unknown) => {
      // The package has no errors of its own: what it throws comes of numbers that lead nowhere
      throw error instanceof PlatformError ? error : file.damaged('is damaged', error);
    });
    if (done === true) break;
    sink.feature(value as RawFeature, 'feature', file.features);
  }
  file.end();
  return code;
}

async function readHeaderBytes(source: ByteSource, signal?: AbortSignal): Promise<number> {
  const prefix = await source.read(0, PREFIX_BYTES, signal);
  if (prefix.length < PREFIX_BYTES || MAGIC.some((byte, i) => prefix[i] !== byte))
    throw new PlatformError('format-unknown', `${source.name} is no FlatGeobuf of version 3`, {
      detail: { path: source.name },
    });
  const bytes = new DataView(prefix.buffer, prefix.byteOffset).getUint32(8, true);
  if (bytes <= MAX_HEADER_BYTES) return bytes;
  throw new PlatformError('format-damaged', `${source.name} says that its header has ${bytes} bytes; copy it again`, {
    detail: { path: source.name },
  });
}

/** Counts what was read: the package takes what a torn file lacks for zeros. */
class FileCheck {
  features = 0;
  readonly #source: ByteSource;
  #at: number;
  #stated = 0;

  constructor(source: ByteSource, headerBytes: number) {
    this.#source = source;
    this.#at = PREFIX_BYTES;
    this.#advance(headerBytes);
  }

  begin({ featuresCount, indexNodeSize }: HeaderMeta): void {
    this.#stated = featuresCount;
    if (indexNodeSize > 0) this.#advance(calcTreeSize(featuresCount, indexNodeSize));
  }

  next(feature: Feature): void {
    this.features++;
    this.#advance(feature.bb!.capacity());
  }

  #advance(bytes: number): void {
    this.#at += bytes;
    const { size } = this.#source;
    if (size !== null && this.#at > size) throw this.damaged('ends too early');
  }

  end(): void {
    if (this.#stated > 0 && this.features !== this.#stated)
      throw this.damaged(`has ${this.features} features where its header says ${this.#stated}`);
  }

  damaged(what: string, cause?: unknown): PlatformError {
    const { name } = this.#source;
    const options = { detail: { path: name, feature: this.features }, ...(cause !== undefined && { cause }) };
    return new PlatformError('format-damaged', `${name} ${what} (feature ${this.features}); copy it again`, options);
  }
}

function codeOf({ crs }: HeaderMeta, name: string): number {
  if (!crs) return 4326;
  const { org, code, wkt } = crs;
  if (code > 0 && (org === null || org.toUpperCase() === 'EPSG')) return parseCrs(`EPSG:${code}`);
  const found = wkt === null ? null : epsgOfWkt(wkt);
  if (found !== null) return found;
  throw new PlatformError('crs-missing', `${name} has a CRS that is not known here; name it with --crs EPSG:n`, {
    detail: { path: name },
  });
}

/** Attributes that JSON has. */
function plain(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined && !(value instanceof Uint8Array))
      .map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}
