/** Things into the workspace's catalogue, whatever they are. What is refused leaves what is beside it untouched. */
import { extname } from 'node:path';
import { isStacItem } from '../catalog/scene-source.ts';
import { isPlatformError, PlatformError } from '../core/errors.ts';
import type { Database } from '../database/database.ts';
import type { RunProgress } from './progress.ts';

export const INGEST_KINDS = ['scenes', 'zones', 'assets', 'observations', 'motion'] as const;
export type IngestKind = (typeof INGEST_KINDS)[number];

export interface IngestRequest {
  /** Paths and http(s) addresses. */
  readonly inputs: readonly string[];
  /** Undefined: found out for each. */
  readonly as?: IngestKind | undefined;
  /** Of a set of zones. */
  readonly name?: string | undefined;
  /** The property that tells zones apart. */
  readonly idField?: string | undefined;
  /** CRS of what states none. */
  readonly crs?: string | undefined;
  /** Path of the mapping of observations. */
  readonly mapping?: string | undefined;
  /** Path of a CSV file for rows of observations that are refused. */
  readonly refused?: string | undefined;
}

export interface IngestOptions extends Omit<IngestRequest, 'inputs'> {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: RunProgress | undefined;
  /** Folder for what is kept beside the database. */
  readonly workspace?: string | undefined;
}

export interface IngestResult {
  readonly input: string;
  readonly kind: string;
  readonly id: string | null;
  readonly status: 'added' | 'known' | 'refused';
  /** Why it was refused, or what else happened; null: there is nothing to say. */
  readonly reason: string | null;
  /** What the door found that somebody should look at. */
  readonly notes: readonly string[];
  /** Of a table of observations. */
  readonly rows?: { readonly added: number; readonly known: number; readonly refused: number };
  /** The first of its rows that were refused. */
  readonly refusals?: readonly { readonly row: number | string; readonly reason: string }[];
}

export interface IngestControls {
  readonly signal?: AbortSignal;
  readonly progress?: RunProgress;
  readonly workspace?: string;
}

/** One result for each thing as soon as it is in the database; a result that was given is kept, whatever comes next. */
export async function* ingest(
  database: Database,
  request: IngestRequest,
  controls: IngestControls = {},
): AsyncGenerator<IngestResult> {
  const { inputs, ...options } = request;
  const { signal, progress, workspace } = controls;
  for (const [k, input] of inputs.entries()) {
    signal?.throwIfAborted();
    progress?.stage(inputs.length === 1 ? `Ingesting ${input}` : `Ingesting ${k + 1} of ${inputs.length}: ${input}`);
    yield* ingestOne(database, input, { ...options, signal, progress, workspace });
  }
}

async function* ingestOne(database: Database, input: string, options: IngestOptions): AsyncGenerator<IngestResult> {
  let kind: IngestKind = options.as ?? 'scenes';
  try {
    kind = options.as ?? (await kindOf(input));
    if (kind === 'scenes') yield* (await import('./ingest-scenes.ts')).ingestScenes(database, input, options);
    else if (kind === 'zones') yield await (await import('./ingest-zones.ts')).ingestZones(database, input, options);
    else if (kind === 'assets') yield await (await import('./ingest-assets.ts')).ingestAssets(database, input, options);
    else if (kind === 'observations')
      yield await (await import('./ingest-observations.ts')).ingestObservations(database, input, options);
    else yield await (await import('./ingest-motion.ts')).ingestMotion(database, input, options);
  } catch (error) {
    if (!isPlatformError(error) || !isOfInput(error)) throw error;
    const word = kind === 'scenes' ? 'scene' : kind;
    yield { input, kind: word, id: null, status: 'refused', reason: error.message, notes: [] };
  }
}

/** Not of the database, the disk or the user who stops. */
function isOfInput({ code }: PlatformError): boolean {
  return code !== 'aborted' && code !== 'unavailable' && code !== 'disk-full' && code !== 'usage';
}

const ZONE_NAMES = new Set([
  '.geojsonl',
  '.geojsons',
  '.ndgeojson',
  '.ndjson',
  '.jsonl',
  '.csv',
  '.tsv',
  '.shp',
  '.gpkg',
  '.fgb',
]);

/** By the name, and for JSON by what is in it. A damaged JSON is taken for features, whose reader says what is wrong. */
async function kindOf(input: string): Promise<IngestKind> {
  const name = input.replace(/[?#].*$/, '');
  const ending = extname(name).toLowerCase();
  if ((ending === '.csv' || ending === '.zip') && (await isMotionTable(input))) return 'motion';
  if (ZONE_NAMES.has(ending)) return 'zones';
  if (ending === '.zip') return (await isZippedShapefile(name)) ? 'zones' : 'scenes';
  if (ending === '.geojson' || ending === '.json')
    return (await isStacItem(input)) || (await isPageOfItems(input)) ? 'scenes' : 'zones';
  return 'scenes';
}

async function isMotionTable(input: string): Promise<boolean> {
  return (await import('../motion/read-motion-csv.ts')).isMotion(input);
}

/** Of a STAC API that is asked with a name such as `items.json`. */
async function isPageOfItems(input: string): Promise<boolean> {
  if (!/^https?:\/\//i.test(input)) return false;
  const { listItemAddresses } = await import('../catalog/stac-search.ts');
  return (await listItemAddresses(input)) !== null;
}

async function isZippedShapefile(path: string): Promise<boolean> {
  const { listZipEntries } = await import('../io/byte-source/zip-source.ts');
  return (await listZipEntries(path)).some((name) => /\.shp$/i.test(name));
}
