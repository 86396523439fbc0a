/** A table of ground-motion points into the workspace: a file of points, and a row of the database that names it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFiles } from '../catalog/scene-files.ts';
import { PlatformError } from '../core/errors.ts';
import { createTransform } from '../core/grid/crs.ts';
import { recogniseProduct } from '../core/motion/product.ts';
import type { Database } from '../database/database.ts';
import { writeError } from '../io/output-file.ts';
import type { MotionFacts } from '../motion/motion-file.ts';
import { MOTION_EPSG } from '../motion/motion-file.ts';
import type { MotionSet } from '../motion/motion-repository.ts';
import { findMotionDigest, findMotionSet, putMotionSet } from '../motion/motion-repository.ts';
import { openMotionCsv } from '../motion/read-motion-csv.ts';
import type { MotionCsv } from '../motion/read-motion-csv.ts';
import { writeMotionFile } from '../motion/write-motion.ts';
import type { IngestOptions, IngestResult } from './ingest.ts';

/** Folder of the workspace. */
const FOLDER = 'motion';
/** So many refused rows are told with the result. */
const TOLD = 100;
/** What the sample's generator puts into the name of its file. */
const SIMULATED = /simulated/i;

/**
 * The same contents again are known, whatever they are called.
 * @throws {PlatformError} `format-unknown` where the header is not of ground motion; `parameter-invalid` for a name that is
 *   taken; `format-damaged` where no row can be used; what reading and writing throw
 */
export async function ingestMotion(database: Database, input: string, options: IngestOptions): Promise<IngestResult> {
  const { name, signal, progress, workspace } = options;
  if (workspace === undefined) throw new Error('Ground motion needs the folder of a workspace');
  const csv = await openMotionCsv(input, { signal, advance: (bytes) => progress?.advance(bytes) });
  const [read] = await digestFiles([input], { signal });
  const digest = read!.sha256 ?? input;
  const result = { input, kind: 'motion', notes: [] };
  const known = await findMotionDigest(database, digest);
  if (known && (name === undefined || slugOf(name) === known.id))
    return { ...result, id: known.id, status: 'known', reason: null };
  const title = name ?? csv.name;
  const id = slugOf(title);
  const before = await findMotionSet(database, id);
  if (before && name === undefined)
    throw new PlatformError(
      'parameter-invalid',
      `${input}: ground motion called ${id} is there already, with other contents; name this with --name, or that too to replace it`,
    );
  const file = `${FOLDER}/${id}.${digest.replace(/\W/g, '').slice(-12)}.motion`;
  await mkdir(join(workspace, FOLDER), { recursive: true }).catch((error: unknown) => {
    throw writeError(join(workspace, FOLDER), error);
  });
  progress?.stage(`Points of ${csv.name}`, read!.sizeBytes ?? undefined);
  const { facts, refusals, refused } = await store(join(workspace, file), csv, input);
  await putMotionSet(database, { id, title, file, source: input, digest, refused, ...summaryOf(facts) });
  if (before && before.file !== file) await rm(join(workspace, before.file), { force: true });
  const first = refusals[0];
  return {
    ...result,
    id,
    status: 'added',
    reason: first ? `${refused} rows refused; row ${first.row}: ${first.reason}` : null,
    notes: notesOf(facts, before),
    rows: { added: facts.points, known: 0, refused },
    refusals,
  };
}

function slugOf(title: string): string {
  const id = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  if (id !== '') return id;
  throw new PlatformError('parameter-invalid', `"${title}" is no name for ground motion; give it one with --name`);
}

async function store(path: string, csv: MotionCsv, input: string) {
  const refusals: { row: number; reason: string }[] = [];
  let refused = 0;
  const told = {
    product: recogniseProduct(csv.layout, csv.name),
    source: csv.name,
    days: [...csv.layout.days],
    isSimulated: SIMULATED.test(csv.name),
  };
  const facts = await writeMotionFile(path, told, async (sink) => {
    let added = 0;
    await csv.rows({
      add: (record) => {
        added++;
        return sink.add(record);
      },
      refuse: (row, reason) => {
        if (refused++ < TOLD) refusals.push({ row, reason });
      },
    });
    if (added > 0) return;
    const why = refusals[0] ? `; row ${refusals[0].row}: ${refusals[0].reason}` : '';
    throw new PlatformError('format-damaged', `${input}: none of its ${refused} rows is a point${why}`);
  });
  return { facts, refusals, refused };
}

function summaryOf({ product, points, days, bounds, isSimulated }: MotionFacts) {
  const toLonLat = createTransform(MOTION_EPSG, 4326);
  const [west, south, east, north] = bounds;
  const corners = [west, east].flatMap((x) => [south, north].map((y) => toLonLat.point(x, y)));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const date = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
  return {
    product,
    points,
    dates: days.length,
    firstDate: date(days[0]!),
    lastDate: date(days.at(-1)!),
    bbox: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const,
    isSimulated,
  };
}

function notesOf({ product, points, days }: MotionFacts, before: MotionSet | null): string[] {
  const { level, component, track } = product;
  const what = [level ?? 'level 2', component ?? 'component unknown', ...(track === null ? [] : [`track ${track}`])];
  return [
    `${points} points with ${days.length} dates: ${what.join(', ')}`,
    ...(level === null
      ? ['its name does not tell whether it is calibrated (L2b): it is compared with no other set']
      : []),
    ...(level === 'L2a' ? ['a Basic product: velocities are relative to a point of its own unit'] : []),
    ...(before ? ['it replaces what was known by this name'] : []),
  ];
}
