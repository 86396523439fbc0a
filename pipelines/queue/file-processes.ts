/**
 * Every kind of product as a process of graphs: `lm_file_<process>`, files in and a file out. Its arguments are the members
 * of the request that passports hold too; a path may be the result of another such node.
 */
import { z } from 'zod';
import type { ProcessDefinition } from '../graph/define-process.ts';
import type { JsonSchema } from '../graph/schema.ts';
import { isProcessName, PROCESSES } from '../runs/processes.ts';
import type { ProcessName } from '../runs/processes.ts';
import { requestSchema } from '../runs/requests.ts';

const PREFIX = 'lm_file_';

/** The ending of a product, where a graph does not name its file. */
const ENDINGS: Partial<Record<ProcessName, string>> = {
  tile: '.pmtiles',
  'tile-features': '.pmtiles',
  zonal: '.parquet',
  series: '.parquet',
  'zone-series': '.parquet',
  mowing: '.csv',
  polygonize: '.geojson',
  'accuracy-sample': '.geojson',
  'accuracy-assess': '.json',
} as Partial<Record<string, string>>;

export function endingOf(process: ProcessName): string {
  return ENDINGS[process] ?? '.tif';
}

/** Null for a process that is none of these. */
export function fileProcessOf(processId: string): ProcessName | null {
  if (!processId.startsWith(PREFIX)) return null;
  const name = processId.slice(PREFIX.length).replaceAll('_', '-');
  return isProcessName(name) ? name : null;
}

const ANYTHING: JsonSchema = {};

export const FILE_PROCESSES: readonly ProcessDefinition[] = (Object.keys(PROCESSES) as ProcessName[]).map((name) => ({
  id: PREFIX + name.replaceAll('-', '_'),
  summary: `Makes a file as landmeter ${name} does; paths are relative to the pipeline's folder.`,
  parameters: [
    ...members(name).map(({ member, isOptional }) => ({
      name: member,
      description: `As in the passport of such a product.`,
      schema: ANYTHING,
      ...(isOptional && { optional: true as const }),
    })),
    { name: 'output', description: 'Name of the file.', schema: { type: 'string' }, optional: true },
    { name: 'title', description: 'What it is called where it is shown.', schema: { type: 'string' }, optional: true },
    {
      name: 'layer',
      description: 'The layer that shows it: id, and what the map says of it.',
      schema: { type: 'object' },
      optional: true,
    },
  ],
  returns: { type: 'string', subtype: 'file-path' },
}));

function members(name: ProcessName): { member: string; isOptional: boolean }[] {
  const schema = requestSchema(name);
  if (!(schema instanceof z.ZodObject)) throw new TypeError(`The request of ${name} is no record`);
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([member, type]) => ({
    member,
    isOptional: type.safeParse(undefined).success,
  }));
}
