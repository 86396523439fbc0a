import { resolve } from 'node:path';
import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { INGEST_KINDS } from '../../../pipelines/runs/ingest.ts';
import type { IngestKind, IngestRequest, IngestResult } from '../../../pipelines/runs/ingest.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { ingestAndStart } from '../../services/ingest.ts';
import { onWorkspace } from '../on-workspace.ts';
import { withRunService } from '../run-service.ts';

function define(command: Command): void {
  command
    .argument(
      '<inputs...>',
      'paths or http(s) URLs: SAFE folder or .zip, STAC item, folder of bands, COG; GeoJSON, CSV',
    )
    .option('--as <kind>', `${INGEST_KINDS.join(', ')}; default: found out for each`)
    .option('--name <name>', 'of a set of zones (default: the name of its file)')
    .option('--id <field>', 'property that tells zones apart')
    .option('--crs <code>', 'CRS of what states none, such as EPSG:28992')
    .option('--mapping <file>', 'which column is what, for assets, observations and motion')
    .option('--refused <file.csv>', 'of observations: where rows that are refused are listed with the reason')
    .addHelpText(
      'after',
      `
The same thing ingested twice is there once. A scene is checked at the door: grid, nodata, calibration, difference and
shift beside its neighbours in time. What is refused leaves the rest untouched, and the exit code is 1.

Examples:
  landmeter ingest S2B_MSIL2A_20240601T105619_N0510_R094_T31UFT_20240601T141713.SAFE
  landmeter ingest scenes/ https://earth-search.aws.element84.com/v1/collections/sentinel-2-c1-l2a/items/<id>
  landmeter ingest parcels.geojson --as zones --id gid --crs EPSG:28992
  landmeter ingest readings.csv --as observations --mapping readings.yaml --refused refused.csv`,
    );
}

const run: Action = async (context, inputs, options) => {
  const request = toRequest(inputs, options);
  const results: IngestResult[] = [];
  const controls = { signal: context.signal, progress: context.progress, workspace: context.config.workspace };
  const found = onWorkspace(context, {
    name: 'landmeter ingest',
    here: (database) =>
      withRunService(context, database, (service) => ingestAndStart(database, service, request, controls)),
    there: { path: '/workspace/ingest', body: request },
  });
  try {
    for await (const result of found) {
      results.push(result);
      if (!context.json) printResult(context, result);
    }
  } finally {
    context.progress.done();
    if (context.json && results.length > 0) context.printJson(results);
  }
  const rows = results.reduce((sum, result) => sum + (result.rows?.refused ?? 0), 0);
  const refused = results.filter(({ status }) => status === 'refused').length;
  if (refused === 0 && rows > 0)
    throw new PlatformError('parameter-invalid', `${rows} rows were refused; all others are kept`);
  if (refused > 0)
    throw new PlatformError(
      'format-unknown',
      `${refused} of ${results.length} ${refused === 1 ? 'was' : 'were'} refused: ${results.find((r) => r.reason && r.status === 'refused')!.reason}`,
    );
};

function toRequest(inputs: readonly string[], options: Readonly<Record<string, unknown>>): IngestRequest {
  const text = (name: string) => options[name] as string | undefined;
  const path = (name: string) => (text(name) === undefined ? undefined : resolve(text(name)!));
  const as = text('as');
  if (as !== undefined && !INGEST_KINDS.includes(as as IngestKind))
    throw new PlatformError('usage', `--as is "${as}"; ${INGEST_KINDS.join(', ')} are accepted`);
  return {
    // A server that carries this out stands in another folder.
    inputs: inputs.map((input) => (/^https?:\/\//i.test(input) ? input : resolve(input))),
    ...given({
      as: as as IngestKind | undefined,
      name: text('name'),
      idField: text('id'),
      crs: text('crs'),
      mapping: path('mapping'),
      refused: path('refused'),
    }),
  };
}

/** JSON has no undefined, and neither have exact optional properties. */
function given<T extends object>(words: T): T {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)) as T;
}

function printResult({ print, note }: CliContext, { input, kind, id, status, reason, notes }: IngestResult): void {
  print([status.padEnd(8), kind.padEnd(6), id ?? input, ...(reason === null ? [] : [`(${reason})`])].join(' '));
  for (const text of notes) note(`${id}: ${text}`);
}

export const command: CommandModule = { define, run };
