/** The areas of a class raster as polygons along the edges of its pixels → table: `landmeter polygonize`. */
import { PlatformError } from '../core/errors.ts';
import { createTransform, isSupportedCrs } from '../core/grid/crs.ts';
import { apply } from '../core/grid/affine.ts';
import { split } from '../core/grid/window.ts';
import type { Connectedness } from '../core/raster/components.ts';
import type { AreaMeasure, PixelGrid } from '../core/raster/polygon-geometry.ts';
import { areaMeasure, toLonLat } from '../core/raster/polygon-geometry.ts';
import { joinRuns } from '../core/raster/runs.ts';
import type { RunTable } from '../core/raster/runs.ts';
import type { PixelComponent } from '../core/raster/vectorise.ts';
import { createVectoriser } from '../core/raster/vectorise.ts';
import type { Column, TableBatch } from '../io/table/table.ts';
import { findTableFormat, writeTable } from '../io/table/write-table.ts';
import { runInOrder } from '../runner.ts';
import type { TaskRunner } from '../runner.ts';
import type { OpenedBand } from './align.ts';
import { openBand, openBands } from './align.ts';
import type { PolygonTable } from './polygon-tables.ts';
import { POLYGON_TABLES } from './polygon-tables.ts';
import type { RunControls } from './progress.ts';
import { bandUse, operationsBetween } from './run-facts.ts';

export interface PolygonizeRequest {
  /** `#` behind it names the band of classes; 0 and nodata are background. */
  readonly raster: string;
  /** Names or numbers of bands whose means each polygon gets. */
  readonly measures: readonly string[];
  readonly table: PolygonTable;
  /** Square metres that a polygon must have; null: any. */
  readonly minArea: number | null;
  readonly connectedness: Connectedness;
  readonly output: string;
}

export interface PolygonizeReport {
  readonly output: string;
  readonly polygons: number;
  /** Square metres of all polygons, by the number of their class. */
  readonly areas: Readonly<Record<string, number>>;
  readonly area: Pick<AreaMeasure, 'kind' | 'scale' | 'pixelArea'>;
  readonly notes: readonly string[];
}

/** Side of the windows that threads read. */
const SIDE = 512;

/**
 * Threads find the runs of windows; here they are joined to polygons, row of windows by row of windows.
 * @throws {PlatformError} `usage` for an output of an unknown format; `crs-missing`, `crs-unsupported`, `band-missing`,
 *   `format-unsupported` for classes that are no whole numbers; what opening and writing throw
 */
export async function runPolygonize(
  request: PolygonizeRequest,
  startRunner: () => Promise<TaskRunner>,
  controls: RunControls = {},
): Promise<PolygonizeReport> {
  const { output, connectedness, minArea } = request;
  const { signal, progress, passport } = controls;
  const format = findTableFormat(output, { hasGeometry: true });
  const classes = await openBand({ path: request.raster, name: null }, signal);
  const measures = await openMeasures(classes, request.measures, signal);
  const grid = gridOf(classes);
  const measure = areaMeasure(grid);
  const runner = await startRunner();
  passport?.begin(
    {
      inputs: [
        bandUse('classes', classes, { placement: 'the same grid' }),
        ...measures.map((band) => bandUse(band.info.name ?? 'measure', band, { placement: 'the same grid' })),
      ],
      method: {
        summary: `Polygons of classes whose pixels touch by ${connectedness === 4 ? 'edges' : 'edges and corners'}`,
        coordinates: await operationsBetween(grid.epsg, 4326),
      },
    },
    runner,
  );
  const notes = [...(classes.note === null ? [] : [classes.note]), ...noteArea(measure, grid)];
  const table = POLYGON_TABLES[request.table](classes, measures);
  const columns: Column[] = [
    { name: 'id', type: 'integer' },
    ...table.columns,
    { name: 'pixels', type: 'integer' },
    { name: 'area_m2', type: 'number', digits: 12 },
    ...table.means,
    ...(format.hasGeometry
      ? []
      : (['lon', 'lat'] as const).map((name): Column => ({ name, type: 'number', digits: 10 }))),
  ];
  const minPixels = minArea === null ? 1 : Math.max(1, Math.ceil(minArea / measure.pixelArea - 1e-9));
  const areas: Record<string, number> = {};
  let polygons = 0;
  const toBatch = (components: readonly PixelComponent[]): TableBatch => {
    const rows = components.map((component) => {
      const area = measure.areaOf(component);
      const value = classes.info.scale * component.value + classes.info.offset;
      areas[value] = (areas[value] ?? 0) + area;
      return [
        ++polygons,
        ...table.cells(component),
        component.pixels,
        area,
        ...table.meansOf(component),
        ...(format.hasGeometry ? [] : placeIn(component, grid)),
      ];
    });
    return {
      rows: rows.length,
      columns: columns.map((_, c) => rows.map((row) => row[c]!)),
      ...(format.hasGeometry && {
        geometries: components.map((component) => JSON.stringify(toLonLat(component, grid))),
      }),
    };
  };
  async function* batches(): AsyncGenerator<TableBatch> {
    const vectoriser = createVectoriser({ connectedness, minPixels });
    for await (const runs of stripsOf(classes, measures, runner, controls)) {
      checkWhole(classes, runs);
      for (const components of chunksOf(vectoriser.add(runs))) yield toBatch(components);
    }
    for (const components of chunksOf(vectoriser.finish())) yield toBatch(components);
    passport?.found({ features: polygons }, notes);
  }
  progress?.stage(`Outlining ${classes.path}`, Math.ceil(grid.height / SIDE));
  await writeTable(output, format, columns, batches(), passport);
  const { kind, scale, pixelArea } = measure;
  return { output, polygons, areas, area: { kind, scale, pixelArea }, notes };
}

/** Text of polygons that is held before it is written. */
const CHUNK = 4096;

function* chunksOf(components: readonly PixelComponent[]): Generator<readonly PixelComponent[]> {
  for (let from = 0; from < components.length; from += CHUNK) yield components.slice(from, from + CHUNK);
}

/** The runs of each row of windows. */
async function* stripsOf(
  classes: OpenedBand,
  measures: readonly OpenedBand[],
  runner: TaskRunner,
  { signal, progress }: RunControls,
): AsyncGenerator<RunTable> {
  const { path, version, band } = classes;
  const { width, height } = classes.raster;
  const across = Math.ceil(width / SIDE);
  const inputs = split(width, height, SIDE).map((window) => ({
    path,
    version,
    band,
    measures: measures.map((measure) => measure.band),
    window,
  }));
  let strip: RunTable[] = [];
  for await (const runs of runInOrder(runner, 'region-runs', inputs, signal ? { signal } : {})) {
    strip.push(runs);
    if (strip.length < across) continue;
    yield joinRuns(strip);
    strip = [];
    progress?.advance();
  }
}

async function openMeasures(
  { path, raster }: OpenedBand,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<OpenedBand[]> {
  const opened: OpenedBand[] = [];
  for (const name of names) {
    const [band] = await openBands(`${path}#${name}`, signal);
    if (band!.raster.width === raster.width) opened.push(band!);
  }
  return opened;
}

function gridOf({ path, raster: { width, height, transform, epsg } }: OpenedBand): PixelGrid {
  if (transform === null || epsg === null)
    throw new PlatformError('crs-missing', `${path} has no CRS, so its pixels have no place on the map`);
  if (!isSupportedCrs(epsg))
    throw new PlatformError('crs-unsupported', `${path} is in EPSG:${epsg}, a CRS that is not known here`);
  return { width, height, transform, epsg };
}

function noteArea({ kind, scale }: AreaMeasure, { epsg }: PixelGrid): string[] {
  if (kind === 'ellipsoid') return [`EPSG:${epsg} keeps no areas: they are those on the ellipsoid`];
  return [
    `Areas are planar in EPSG:${epsg}; at the middle of the raster they are ${scale.toFixed(5)} of those on the ellipsoid`,
  ];
}

/** Classes of floating point are whole numbers all the same. */
function checkWhole({ path, info: { dtype } }: OpenedBand, { classes, rows, starts, count }: RunTable): void {
  if (!dtype.startsWith('float')) return;
  for (let k = 0; k < count; k++)
    if (!Number.isInteger(classes[k]))
      throw new PlatformError(
        'format-unsupported',
        `${path} has ${Number(classes[k]!.toPrecision(6))} at column ${starts[k]}, row ${rows[k]}: polygons are made of classes, which are whole numbers`,
      );
}

/** The middle of the first pixel of a component: longitude and latitude. */
function placeIn({ polygons }: PixelComponent, { transform, epsg }: PixelGrid): readonly number[] {
  const [col, row] = polygons[0]![0]!;
  return createTransform(epsg, 4326).point(...apply(transform, col! + 0.5, row! + 0.5));
}
