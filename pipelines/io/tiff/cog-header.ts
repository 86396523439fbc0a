/**
 * The front of a COG: all directories, full resolution first, then overviews from fine to coarse; GDAL's note that they
 * stand before the data; and where each block then lies: coarsest overview first, full resolution last.
 * @see https://gdal.org/en/stable/drivers/raster/cog.html, "File format details"
 */
import { bytesPerSample } from '../../core/raster/block.ts';
import type { CogLevel, CogSpec } from './cog-layout.ts';
import { blockSizeOf } from './cog-layout.ts';
import { predictorOf } from './encode-block.ts';
import { geoKeyTags, transformTags } from './write-geo-keys.ts';
import type { TiffTag } from './write-ifd.ts';
import { align, ascii, ifdSize, long, offsets, short, writeIfd, writeOffset } from './write-ifd.ts';

/** Where the blocks of one level lie, by `band · across · down + row · across + col`. */
export interface LevelBlocks {
  readonly level: CogLevel;
  /** Relative to the first block of the level. */
  readonly starts: Float64Array;
  readonly sizes: Uint32Array;
  /** Bytes of all blocks of the level. */
  readonly total: number;
}

const CLASSIC_LIMIT = 2 ** 32;
const COMPRESSION = { deflate: 8, zstd: 50000 } as const;
const SAMPLE_FORMAT = { uint: 1, int: 2, float: 3 } as const;

/** @returns the bytes that stand before the blocks; the blocks of `levels` follow, last level first. */
export function cogHeader(spec: CogSpec, levels: readonly LevelBlocks[]): Uint8Array {
  const data = levels.reduce((sum, l) => sum + l.total, 0);
  const classic = headerSize(spec, levels, false);
  const big = classic + data >= CLASSIC_LIMIT;
  return writeHeader(spec, levels, big, big ? headerSize(spec, levels, true) : classic);
}

function headerSize(spec: CogSpec, levels: readonly LevelBlocks[], big: boolean): number {
  return levels.reduce((at, level, n) => at + ifdSize(tagsOf(spec, level, n, 0, big), big), firstIfd(big));
}

function writeHeader(spec: CogSpec, levels: readonly LevelBlocks[], big: boolean, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, big ? 43 : 42]); // little endian
  if (big) view.setUint16(4, 8, true);
  writeOffset(view, big ? 8 : 4, firstIfd(big), big);
  bytes.set(GHOST, big ? 16 : 8);
  const bases = blockBases(levels, size);
  let at = firstIfd(big);
  levels.forEach((level, n) => {
    const tags = tagsOf(spec, level, n, bases[n]!, big);
    const next = at + ifdSize(tags, big);
    writeIfd(view, at, tags, big, n === levels.length - 1 ? 0 : next);
    at = next;
  });
  return bytes;
}

/** File offset of each level's first block: the coarsest comes first. */
function blockBases(levels: readonly LevelBlocks[], headerBytes: number): number[] {
  let at = headerBytes;
  return levels
    .toReversed()
    .map(({ total }) => (at += total) - total)
    .toReversed();
}

const GHOST = ghostArea('LAYOUT=IFDS_BEFORE_DATA\nKNOWN_INCOMPATIBLE_EDITION=NO\n ');

/** Padded with spaces to a multiple of 8, because the first directory must follow at once and lie at an even place. */
function ghostArea(features: string): Uint8Array {
  const prefix = 'GDAL_STRUCTURAL_METADATA_SIZE=000000 bytes\n'.length;
  const padded = features.padEnd(align(prefix + features.length) - prefix);
  const size = String(padded.length).padStart(6, '0');
  return new TextEncoder().encode(`GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${padded}`);
}

function firstIfd(big: boolean): number {
  return (big ? 16 : 8) + GHOST.length;
}

function tagsOf(spec: CogSpec, blocks: LevelBlocks, level: number, base: number, big: boolean): TiffTag[] {
  const { width, height } = blocks.level;
  const { bands, dtype } = spec;
  const perBand = (value: number) => new Uint16Array(bands).fill(value);
  const kind = dtype.replace(/\d+$/, '') as keyof typeof SAMPLE_FORMAT;
  const size = blockSizeOf(spec);
  const predictor = predictorOf(spec);
  const tags = [
    long(254, [level === 0 ? 0 : 1]), // NewSubfileType: 1 = reduced resolution
    long(256, [width]),
    long(257, [height]),
    short(258, perBand(8 * bytesPerSample(dtype))),
    short(259, [COMPRESSION[spec.compression ?? 'deflate']]),
    short(262, [spec.palette ? 3 : 1]), // PhotometricInterpretation: palette, or black is zero
    short(277, [bands]),
    short(284, [bands > 1 ? 2 : 1]), // PlanarConfiguration
    long(322, [size]),
    long(323, [size]),
    offsets(
      324,
      blocks.starts.map((start) => base + start),
      big,
    ),
    long(325, blocks.sizes),
    short(339, perBand(SAMPLE_FORMAT[kind])),
  ];
  if (predictor !== 1) tags.push(short(317, [predictor]));
  if (spec.palette) tags.push(short(320, colorMap(spec.palette)));
  if (bands > 1) tags.push(short(338, new Uint16Array(bands - 1))); // ExtraSamples: unspecified
  if (spec.nodata !== null) tags.push(ascii(42113, nodataText(spec.nodata)));
  if (level > 0) return tags;
  const xml = metadataXml(spec);
  if (xml) tags.push(ascii(42112, xml));
  return [...tags, ...transformTags(spec.transform), ...geoKeyTags(spec.epsg)];
}

/** ColorMap: red of all 256 numbers, then green, then blue, in 16 bits. */
function colorMap(palette: readonly string[]): Uint16Array {
  const map = new Uint16Array(3 * 256);
  for (const [number, color] of palette.entries())
    for (let channel = 0; channel < 3; channel++)
      map[channel * 256 + number] = 257 * Number.parseInt(color.slice(1 + 2 * channel, 3 + 2 * channel), 16);
  return map;
}

function nodataText(nodata: number): string {
  return Number.isNaN(nodata) ? 'nan' : String(nodata);
}

/** GDAL_METADATA: items of the file, and scale, offset, unit and name of each band. */
function metadataXml(spec: CogSpec): string | null {
  const items = Object.entries(spec.metadata ?? {}).map(([name, text]) => `  ${item(`name="${escape(name)}"`, text)}`);
  for (let b = 0; b < spec.bands; b++) {
    const role = (name: string, kind: string, text: string) =>
      items.push(`  ${item(`name="${name}" sample="${b}" role="${kind}"`, text)}`);
    const isPlain = b >= spec.bands - (spec.plainBands ?? 0);
    if (!isPlain && ((spec.scale ?? 1) !== 1 || (spec.offset ?? 0) !== 0)) {
      role('OFFSET', 'offset', String(spec.offset ?? 0));
      role('SCALE', 'scale', String(spec.scale ?? 1));
    }
    const unit = spec.bandUnits?.[b] ?? spec.unit;
    if (unit) role('UNITTYPE', 'unittype', unit);
    const name = spec.bandNames?.[b];
    if (name) role('DESCRIPTION', 'description', name);
    const title = spec.bandTitles?.[b];
    if (title) items.push(`  ${item(`name="LONG_NAME" sample="${b}"`, title)}`);
  }
  return items.length === 0 ? null : `<GDALMetadata>\n${items.join('\n')}\n</GDALMetadata>\n`;
}

/** The text is escaped twice because GDAL, whose format this is, does so and undoes it twice. */
function item(attributes: string, text: string): string {
  return `<Item ${attributes}>${escape(escape(text))}</Item>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ENTITIES[c]!);
}
