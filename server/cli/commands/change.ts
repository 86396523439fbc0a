import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { ChangeReport, ChangeRequest } from '../../../pipelines/runs/change.ts';
import { findTableFormat } from '../../../pipelines/io/table/write-table.ts';
import { CHANGE_MEASURES } from '../../../pipelines/runs/polygon-tables.ts';
import type { PolygonizeReport } from '../../../pipelines/runs/polygonize.ts';
import { addConnectednessOption, areaText, parseArea, parseConnectedness } from '../area-options.ts';
import type { Action, CommandModule } from '../command.ts';
import { classesOf, classFiles, datesOf } from '../date-options.ts';
import { produce } from '../produce.ts';
import { addMaskOptions, collect, listOf, parseCalibration, parseNumber } from '../raster-options.ts';

type Options = Readonly<Record<string, unknown>>;

function define(command: Command): void {
  command
    .argument('[before...]', 'rasters of the date or period before; with --index scenes')
    .option('--after <files...>', 'rasters or scenes of the date or period after')
    .option('--index <formula>', 'compare this index or expression of scenes, or of the bands of --band')
    .option('--band <name=file>', 'a band before, once per date: red=B04.tif', collect)
    .option('--after-band <name=file>', 'a band after, once per date', collect)
    .option('--scl <file>', 'scene classification, one per raster or date, before then after', collect)
    .option('--scale <number>', 'value = (DN + offset) / scale (default: from the metadata, else 1)')
    .option('--offset <number>', '(default: from the metadata, else 0)')
    .option('--nodata <number>', 'a number that is no value although the files do not say so')
    .option('--threshold <value>', 'least difference of a change, in the unit of the values')
    .option('--significance <p>', 'greatest p of a change (default: 0.01 without --threshold)')
    .option('--mmu <area>', 'minimum mapping unit: smaller changes are none; 500m2, 0.5ha');
  addConnectednessOption(command);
  addMaskOptions(command);
  command
    .option('--polygons <file>', 'also write the changes as polygons: .geojson, or without outlines .csv, .parquet')
    .requiredOption('-o, --output <file>', 'the COG to write: difference, relative, z, p, valid, class (-1, 0, 1)')
    .addHelpText(
      'after',
      `
Each period is the median of its dates. With four dates or more before, a difference is held against the noise of
each pixel's own series, else against the differences of the whole scene.

Examples:
  landmeter change june2023.tif --after june2024.tif --threshold 0.2 -o change.tif
  landmeter change ndvi2023*.tif --after ndvi2024*.tif --significance 0.01 --mmu 0.1ha \\
    --polygons change.geojson -o change.tif
  landmeter change A.SAFE B.SAFE --after C.SAFE --index ndvi --mask cloud,shadow -o change.tif`,
    );
}

const run: Action = async (context, before, options) => {
  const request = toRequest(before, options);
  const polygons = options['polygons'] as string | undefined;
  if (polygons !== undefined) findTableFormat(polygons, { hasGeometry: true }); // wrong words are told before the work
  const report = await produce(context, 'change', request);
  const outlined =
    polygons === undefined
      ? null
      : await produce(context, 'polygonize', {
          raster: `${request.output}#class`,
          measures: CHANGE_MEASURES,
          table: 'change',
          minArea: null,
          connectedness: request.connectedness,
          output: polygons,
        });
  if (context.json) return context.printJson(outlined ? { ...report, polygons: outlined } : report);
  context.print(describe(report));
  if (outlined) context.print(describePolygons(outlined));
};

function toRequest(before: readonly string[], options: Options): ChangeRequest {
  const after = listOf(options['after']);
  const threshold = parseNumber('--threshold', options['threshold']) ?? null;
  const dates =
    options['index'] === undefined ? rasterDates(before, after, options) : formulaDates(before, after, options);
  return {
    ...dates,
    threshold,
    significance: parseNumber('--significance', options['significance']) ?? (threshold === null ? 0.01 : null),
    minArea: parseArea('--mmu', options['mmu']),
    connectedness: parseConnectedness(options['connectedness']),
    output: String(options['output']),
  };
}

type Periods = Pick<ChangeRequest, 'input' | 'before'>;

function rasterDates(before: readonly string[], after: readonly string[], options: Options): Periods {
  for (const [name, word] of [['band', 'band'] as const, ['afterBand', 'after-band'] as const])
    if (options[name] !== undefined)
      throw new PlatformError('usage', `--${word} goes with --index; without it rasters are taken as they are`);
  const paths = [...before, ...after];
  const scl = classFiles(options, paths.length);
  return {
    input: {
      rasters: paths.map((path, k) => ({ path, classes: scl && classesOf(scl[k]!, options) })),
      nodata: parseNumber('--nodata', options['nodata']) ?? null,
      calibration: parseCalibration(options),
    },
    before: before.length,
  };
}

function formulaDates(before: readonly string[], after: readonly string[], options: Options): Periods {
  if (options['nodata'] !== undefined)
    throw new PlatformError('usage', '--nodata goes with rasters taken as they are, not with --index');
  const [early, late] = [listOf(options['band']), listOf(options['afterBand'])];
  const scenes = [...before, ...after];
  const dates = datesOf({ ...options, scene: scenes, band: [...early, ...late] });
  const counts = new Set([...Map.groupBy(early, (text) => text.split('=')[0]!).values()].map(({ length }) => length));
  if (counts.size > 1)
    throw new PlatformError('usage', '--band gives some bands more often than others; give each once per date');
  return {
    input: { formula: String(options['index']), dates, calibration: parseCalibration(options) },
    before: scenes.length > 0 ? before.length : ([...counts][0] ?? 0),
  };
}

function describe({
  output,
  before,
  after,
  width,
  height,
  validShare,
  decreased,
  increased,
  noise,
}: ChangeReport): string {
  const share = (pixels: number) => `${((100 * pixels) / (validShare * width * height)).toFixed(2)} %`;
  const held = noise.kind === 'series' ? 'the noise of its own series' : 'the differences of the scene';
  return (
    `${output}: ${after} after against ${before} before, by ${held} (sigma ${noise.sigma.toPrecision(3)}); ` +
    `${(100 * validShare).toFixed(1)} % valid, of which ${share(decreased)} decreased and ${share(increased)} increased`
  );
}

function describePolygons({ output, polygons, areas }: PolygonizeReport): string {
  const [decrease, increase] = [areas['-1'] ?? 0, areas['1'] ?? 0];
  return `${output}: ${polygons} polygons, ${areaText(decrease)} of decrease, ${areaText(increase)} of increase`;
}

export const command: CommandModule = { define, run };
