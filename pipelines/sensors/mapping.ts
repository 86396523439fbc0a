/** How the columns of a table become observations: a file that the user writes (YAML or JSON), checked before a row is read. */
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { parseCrs } from '../core/grid/crs.ts';
import { createTimeReader } from './time-format.ts';
import type { YamlFile } from './yaml-file.ts';
import { parseYamlFile } from './yaml-file.ts';

const scalar = z.union([z.string(), z.number()]).transform(String);

/** A constant, or the cell of a column, translated where `map` says so. */
const cell = z.union([
  scalar,
  z.strictObject({
    column: scalar,
    map: z.record(z.string(), scalar).optional(),
  }),
]);

const values = z.strictObject({
  column: scalar,
  property: cell,
  unit: cell.optional(),
  /** Of the number in the table. */
  scale: z
    .number()
    .refine((factor) => factor !== 0, 'a scale of 0 would lose all values')
    .default(1),
  offset: z.number().default(0),
  /** Where one property is observed several times at a station. */
  variant: cell.optional(),
});

const station = z
  .strictObject({
    key: cell,
    name: cell.optional(),
    lon: cell.optional(),
    lat: cell.optional(),
    x: cell.optional(),
    y: cell.optional(),
    crs: scalar.optional(),
  })
  .refine((given) => (given.lon === undefined) === (given.lat === undefined), {
    error: 'lon and lat go together',
    path: ['lon'],
  })
  .refine((given) => [given.x, given.y, given.crs].every((part) => (part === undefined) === (given.x === undefined)), {
    error: 'x, y and crs go together',
    path: ['x'],
  });

const schema = z.strictObject({
  format: z.enum(['csv', 'parquet', 'json', 'ndjson']).optional(),
  encoding: z.enum(['utf-8', 'latin1', 'windows-1252']).default('utf-8'),
  delimiter: z.string().length(1).optional(),
  decimal: z.enum(['.', ',']).default('.'),
  /** Lines before the header. */
  skip: z.int().min(0).max(10_000).default(0),
  /** For JSON: where the rows are, as a JSON pointer. */
  rows: z
    .string()
    .regex(/^(\/.*)?$/, 'a JSON pointer such as /data is accepted')
    .default(''),
  missing: z.array(scalar).default([]),
  time: z.strictObject({
    column: scalar.optional(),
    /** Joined by a blank. */
    columns: z.array(scalar).min(1).optional(),
    format: z.string().default('iso'),
    zone: z.string().default('UTC'),
  }),
  station,
  values: z.array(values).min(1),
  /** Key of a datastream; {station}, {property} and {variant} are filled in. */
  datastream: z.string().optional(),
  /** Makes stations and datastreams that are not there. */
  create: z.boolean().default(false),
  source: z
    .strictObject({ title: z.string().optional(), licence: z.string().optional(), attribution: z.string().optional() })
    .optional(),
});

export type ObservationMapping = z.infer<typeof schema>;
export type MappedCell = z.infer<typeof cell>;
export type MappedValue = z.infer<typeof values>;

/**
 * @param name  As messages call it: the file.
 * @throws {PlatformError} `format-damaged` where it is no YAML; `parameter-invalid` with the line of what is wrong
 */
export function parseMapping(text: string, name: string): ObservationMapping {
  const { value, fail } = parseYamlFile(text, name, schema);
  checkWords(value, fail);
  return value;
}

function checkWords(mapping: ObservationMapping, fail: YamlFile<unknown>['fail']): void {
  const { time } = mapping;
  if ((time.column === undefined) === (time.columns === undefined))
    throw fail(['time'], 'either column or columns is needed');
  try {
    createTimeReader(time.format, time.zone);
    if (mapping.station.crs !== undefined) parseCrs(mapping.station.crs);
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    throw fail(error.code === 'crs-unsupported' ? ['station', 'crs'] : ['time'], error.message);
  }
  const unknown = /\{(?!station\}|property\}|variant\})[^}]*\}/.exec(mapping.datastream ?? '');
  if (unknown) throw fail(['datastream'], `${unknown[0]} is not known; {station}, {property} and {variant} are`);
}
