/** Opens the rasters of a run, finds the grid that they share, and says what was done to bring them onto it. */
import { stat } from 'node:fs/promises';
import { PlatformError } from '../core/errors.ts';
import type { Affine } from '../core/grid/affine.ts';
import type { Alignment } from '../core/raster/align.ts';
import { alignGrid, isShifted, overlaps, SAME_GRID } from '../core/raster/align.ts';
import { openRaster } from '../io/open-raster.ts';
import type { BandInfo, RasterInfo } from '../io/raster-source.ts';
import type { AlignedBand, SpecialValues } from '../tasks/layer.ts';
import { NO_SPECIAL_VALUES } from '../tasks/layer.ts';

/** A band that a run needs. */
export interface BandRequest {
  /** File path or URL, with `#3` or `#name` behind it for one band of several. */
  readonly path: string;
  /** What the user calls it; a file of several bands is searched for a band of this name. */
  readonly name: string | null;
}

export interface OpenedBand {
  readonly path: string;
  readonly version: string;
  /** From 0. */
  readonly band: number;
  readonly raster: RasterInfo;
  readonly info: BandInfo;
  /** What a user should know of the choice of the band. */
  readonly note: string | null;
}

export interface SharedGrid {
  readonly width: number;
  readonly height: number;
  readonly transform: Affine | null;
  readonly epsg: number | null;
  /** One per band, in their order. */
  readonly alignments: readonly Alignment[];
  /** What a user should know: resampling and shifts. */
  readonly notes: readonly string[];
}

/**
 * Reads the header of a raster and picks the band: the one that `#` names, that of the name, or the first.
 * @throws {PlatformError} what `openRaster` throws; `band-missing` where there is no band that `#` names
 */
export async function openBand(request: BandRequest, signal?: AbortSignal): Promise<OpenedBand> {
  const { path, band } = splitBand(request.path);
  const [opened] = await describe(path, signal, (raster) => [
    band === null ? findNamed(raster, request.name) : findAsked(raster, band),
  ]);
  const { raster, info } = opened!;
  if (raster.bands.length === 1 || band !== null || info.name === request.name) return opened!;
  const note = `${path} has ${raster.bands.length} bands; the first is taken (${path}#2 is the second)`;
  return { ...opened!, note };
}

/** All bands of a raster, or the one that `#` names. @throws {PlatformError} as `openBand` */
export async function openBands(text: string, signal?: AbortSignal): Promise<OpenedBand[]> {
  const { path, band } = splitBand(text);
  return describe(path, signal, (raster) => (band === null ? [...raster.bands.keys()] : [findAsked(raster, band)]));
}

async function describe(
  path: string,
  signal: AbortSignal | undefined,
  pick: (raster: RasterInfo) => number[],
): Promise<OpenedBand[]> {
  const source = await openRaster(path, signal ? { signal } : {});
  try {
    const raster = source.info;
    const version = await versionOf(path, raster);
    return pick(raster).map((band) => ({ path, version, band, raster, info: raster.bands[band]!, note: null }));
  } finally {
    await source.close();
  }
}

function splitBand(text: string): { path: string; band: string | null } {
  const match = /^(.+)#(\w+)$/.exec(text);
  return match ? { path: match[1]!, band: match[2]! } : { path: text, band: null };
}

function findNamed({ bands }: RasterInfo, name: string | null): number {
  return Math.max(
    0,
    bands.findIndex((band) => band.name !== null && band.name === name),
  );
}

function findAsked({ name, bands }: RasterInfo, asked: string): number {
  const byName = bands.findIndex((band) => band.name === asked);
  if (byName >= 0) return byName;
  const number = /^\d+$/.test(asked) ? Number(asked) : 0;
  if (number >= 1 && number <= bands.length) return number - 1;
  const names = bands.flatMap((band, b) => (band.name ? [`${b + 1} ${band.name}`] : []));
  const has = `${name} has ${bands.length} bands${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
  throw new PlatformError('band-missing', `${has}, none is "${asked}"`, {
    detail: { path: name, bands: bands.length, asked },
  });
}

async function versionOf(path: string, raster: RasterInfo): Promise<string> {
  const local = await stat(path).catch(() => null);
  return local ? `${local.size}:${local.mtimeMs}` : String(raster.sizeBytes ?? '');
}

/** @param special  Numbers that are no measurement although the file does not declare them. */
export function toAligned(
  { path, version, band, info }: OpenedBand,
  alignment: Alignment,
  special: SpecialValues = NO_SPECIAL_VALUES,
): AlignedBand {
  const nodata = special.nodata === info.nodata ? null : special.nodata; // the reader has seen to it
  return { path, version, band, alignment, special: { ...special, nodata } };
}

/**
 * The grid of the finest band (the first of equally fine ones); the others are brought onto it by nearest neighbour.
 * What lies outside a band is invalid there.
 * @throws {PlatformError} `grid-mismatch` with the reason: another CRS, turned axes, no common ground
 */
export function shareGrid(bands: readonly OpenedBand[]): SharedGrid {
  const target = bands.reduce((best, band) => (cellArea(band) < cellArea(best) ? band : best));
  const notes = bands.flatMap(({ note }) => (note === null ? [] : [note]));
  const alignments = bands.map((band) => alignOnto(band, target, notes));
  const { width, height, transform, epsg, crsText } = target.raster;
  if (epsg === null && crsText !== null)
    notes.push(`The CRS of ${target.path} (${firstLine(crsText)}) has no EPSG code here; the result carries no CRS`);
  return { width, height, transform, epsg, alignments, notes: [...new Set(notes)] };
}

function cellArea({ raster: { transform: t } }: OpenedBand): number {
  return t ? Math.abs(t[0] * t[4] - t[1] * t[3]) : Infinity;
}

function alignOnto(band: OpenedBand, target: OpenedBand, notes: string[]): Alignment {
  if (band === target) return SAME_GRID;
  const [from, to] = [band.raster, target.raster];
  if (from.epsg !== to.epsg || (from.epsg === null && from.crsText !== to.crsText))
    throw mismatch(
      band,
      target,
      `is in ${crsOf(from)}, ${target.path} in ${crsOf(to)}; bring one to the other with warp`,
    );
  const alignment = alignGrid(from, to);
  if (!alignment) {
    const why =
      from.transform && to.transform
        ? 'has axes that are turned against those of'
        : `has ${from.width} × ${from.height} pixels${from.transform ? '' : ' without a georeference'} and cannot be laid over`;
    throw mismatch(band, target, `${why} ${target.path}; bring it onto that grid with warp`);
  }
  if (!overlaps(alignment, from, to)) throw mismatch(band, target, `and ${target.path} have no ground in common`);
  const { scaleX, scaleY } = alignment;
  const resampled = Math.abs(scaleX) !== 1 || Math.abs(scaleY) !== 1;
  if (isShifted(alignment))
    notes.push(`${band.path} does not lie on whole pixels of ${target.path}: the nearest pixel is taken`);
  else if (resampled) notes.push(`${band.path} is coarser than ${target.path}: its pixels are repeated`);
  return alignment;
}

function crsOf({ epsg, crsText }: RasterInfo): string {
  if (epsg !== null) return `EPSG:${epsg}`;
  return crsText === null ? 'no CRS' : firstLine(crsText);
}

function firstLine(text: string): string {
  const line = text.split('\n')[0]!.trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function mismatch(band: OpenedBand, target: OpenedBand, what: string): PlatformError {
  return new PlatformError('grid-mismatch', `${band.path} ${what}`, { detail: { paths: [band.path, target.path] } });
}
