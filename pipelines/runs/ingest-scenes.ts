/** Scenes into the catalogue: read, checked at the door, kept. */
import { basename } from 'node:path';
import { checkAlignment, checkCalibration, checkNeighbour, checkNodata } from '../catalog/door-checks.ts';
import { checkFiles, checkGrid, openFiles, pixelSize } from '../catalog/door-bands.ts';
import type { PlacedFile } from '../catalog/door-bands.ts';
import { comparableBands, readSample } from '../catalog/door-sample.ts';
import { placeOf } from '../catalog/footprint-polygon.ts';
import { readCandidate } from '../catalog/read-candidate.ts';
import type { SceneCandidate } from '../catalog/read-candidate.ts';
import { headerOf } from '../catalog/scene-headers.ts';
import { digestFiles, digestOf } from '../catalog/scene-files.ts';
import type { Finding, SceneRecord } from '../catalog/scene-record.ts';
import { findSceneSources } from '../catalog/scene-source.ts';
import type { SceneSource } from '../catalog/scene-source.ts';
import { findScene, listScenes, putScene } from '../catalog/scenes-repository.ts';
import type { LonLatBox } from '../core/grid/bounds.ts';
import type { Queries } from '../database/database.ts';
import { isPlatformError } from '../core/errors.ts';
import type { IngestOptions, IngestResult } from './ingest.ts';

/** @throws {PlatformError} where nothing is found at all; what is found and refused is a result */
export async function* ingestScenes(
  database: Queries,
  path: string,
  options: IngestOptions,
): AsyncGenerator<IngestResult> {
  for (const source of await findSceneSources(path)) yield await ingestScene(database, source, options);
}

async function ingestScene(database: Queries, source: SceneSource, options: IngestOptions): Promise<IngestResult> {
  const { crs, signal } = options;
  const result = { input: source.path, kind: 'scene' } as const;
  try {
    const candidate = await readCandidate(source, { crs, signal });
    const known = candidate.id === null ? null : await findScene(database, candidate.id);
    const files = await digestFiles(filesOf(candidate), { known: known?.files ?? [], signal });
    const digest = digestOf(files);
    const id = candidate.id ?? `${slug(candidate.name)}-${digest.slice(0, 8)}`;
    const before = known ?? (await findScene(database, id));
    if (before?.digest === digest) return { ...result, ...(await settleKnown(database, before, { candidate, files })) };
    const record = await checkAtDoor(database, { candidate, id, digest, files }, signal);
    await putScene(database, record);
    const notes = record.findings.filter(({ level }) => level === 'warning').map(({ text }) => text);
    const reason = before
      ? `replaces what was known as ${id} from ${before.source}, whose contents were different`
      : null;
    return { ...result, id, status: 'added', reason, notes };
  } catch (error) {
    if (!isPlatformError(error) || error.code === 'aborted') throw error;
    return { ...result, id: null, status: 'refused', reason: error.message, notes: [] };
  }
}

function filesOf(candidate: SceneCandidate): string[] {
  return [
    ...candidate.metadata,
    ...candidate.bands.map(({ path }) => path),
    ...candidate.classes.map(({ path }) => path),
  ];
}

interface Found {
  readonly candidate: SceneCandidate;
  readonly files: SceneRecord['files'];
}

/** The same contents: nothing new, unless they have moved. */
async function settleKnown(database: Queries, before: SceneRecord, { candidate, files }: Found) {
  const { id } = before;
  const isSame = before.files.every(
    (file, k) => file.path === files[k]?.path && file.modifiedMs === files[k]?.modifiedMs,
  );
  if (isSame) return { id, status: 'known', reason: null, notes: [] } as const;
  const { source } = candidate;
  const moved = <T extends object>(kept: readonly T[], now: readonly { readonly path: string }[]) =>
    kept.map((entry, k) => ({ ...entry, path: now[k]!.path }));
  const [bands, classes] = [moved(before.bands, candidate.bands), moved(before.classes, candidate.classes)];
  await putScene(database, { ...before, bands, classes, source, files });
  const reason = before.source === source ? null : `its files were in ${before.source}; from now on they are read here`;
  return { id, status: 'known', reason, notes: [] } as const;
}

interface AtDoor {
  readonly candidate: SceneCandidate;
  readonly id: string;
  readonly digest: string;
  readonly files: SceneRecord['files'];
}

async function checkAtDoor(
  database: Queries,
  { candidate, id, digest, files }: AtDoor,
  signal?: AbortSignal,
): Promise<SceneRecord> {
  const { name: _name, metadata: _metadata, leftOut: _leftOut, ...stated } = candidate;
  const placed = await openFiles(candidate, signal);
  const fileOf = new Map(placed.map((file) => [file.path, file]));
  const measured = <T extends { path: string; gsd: number; index?: number }>(band: T) => {
    const { info, transform } = fileOf.get(band.path)!;
    return { ...band, gsd: pixelSize(transform), header: headerOf(info, band.index)! };
  };
  const { epsg } = placed[0]!;
  const record = {
    ...stated,
    ...placeOf(largest(placed)),
    id,
    digest,
    files: [...files],
    epsg,
    bands: candidate.bands.map(measured),
    classes: candidate.classes.map(measured),
    findings: [checkFiles(candidate), checkGrid(candidate, placed)],
  };
  const compared = { ...candidate, bands: record.bands };
  const findings = candidate.bands.length === 0 ? [] : await measure(database, compared, record, signal);
  return { ...record, bbox: [...record.bbox], findings: [...record.findings, ...findings] };
}

type Placed = Pick<SceneRecord, 'id' | 'collection' | 'epsg' | 'datetime' | 'source'> & { readonly bbox: LonLatBox };

/** What needs pixels. */
async function measure(
  database: Queries,
  candidate: SceneCandidate,
  record: Placed,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const sample = await readSample(comparableBands(candidate.bands), signal);
  const findings = [checkNodata(sample), checkCalibration(candidate, sample)];
  const others = await neighboursOf(database, record, sample.band.name);
  const time = Date.parse(record.datetime);
  const distance = (scene: SceneRecord) => Math.abs(Date.parse(scene.datetime) - time);
  const [nearest] = others
    .filter(hasNoWarning('calibration', 'neighbour'))
    .toSorted((a, b) => distance(a) - distance(b));
  const [clearest] = others
    .filter(hasNoWarning('alignment'))
    .toSorted((a, b) => (a.cloudCover ?? 100) - (b.cloudCover ?? 100) || distance(a) - distance(b));
  if (nearest) findings.push(await tolerant('neighbour', nearest, () => checkNeighbour(sample, nearest, signal)));
  if (clearest)
    findings.push(await tolerant('alignment', clearest, () => checkAlignment(candidate, sample, clearest, signal)));
  return findings;
}

/** A scene that was found wrong itself is no measure for others. */
function hasNoWarning(...checks: readonly Finding['check'][]): (scene: SceneRecord) => boolean {
  return ({ findings }) => !findings.some(({ check, level }) => level === 'warning' && checks.includes(check));
}

/** A neighbour whose files are gone is no fault of the scene at the door. */
async function tolerant(
  check: Finding['check'],
  other: SceneRecord,
  measureIt: () => Promise<Finding>,
): Promise<Finding> {
  try {
    return await measureIt();
  } catch (error) {
    if (!isPlatformError(error) || error.code === 'aborted') throw error;
    return {
      check,
      level: 'unknown',
      text: `${other.id} cannot be read: ${error.message}`,
      values: { scene: other.id },
    };
  }
}

async function neighboursOf(database: Queries, record: Placed, band: string): Promise<SceneRecord[]> {
  const { bbox, collection, id, epsg } = record;
  const near = await listScenes(database, { bbox, collection });
  return near.filter(
    (scene) => scene.id !== id && scene.epsg === epsg && scene.bands.some(({ name }) => name === band),
  );
}

function largest(files: readonly PlacedFile[]): PlacedFile {
  const area = ({ info, transform }: PlacedFile) => info.width * info.height * pixelSize(transform) ** 2;
  return files.toSorted((a, b) => area(b) - area(a))[0]!;
}

function slug(name: string): string {
  return (
    basename(name)
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'scene'
  );
}
