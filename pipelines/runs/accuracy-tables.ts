/** What an assessment reads: the judged sample, and the areas that weigh it. */
import { classLabel } from '../core/accuracy/labels.ts';
import type { SampleUnit } from '../core/accuracy/tally.ts';
import { PlatformError } from '../core/errors.ts';
import { openRaster } from '../io/open-raster.ts';
import { createCellParser } from '../io/table/series-cells.ts';
import type { SourceCell } from '../io/table/read-table.ts';
import { openTable } from '../io/table/read-table.ts';
import type { InputUse } from '../passport/recorder.ts';
import type { TaskRunner } from '../runner.ts';
import { readSampleRows } from './accuracy-points.ts';
import { openClassMap } from './class-map.ts';
import { valuesAt } from './point.ts';
import type { RunControls } from './progress.ts';
import { bandUse } from './run-facts.ts';

export interface SampleColumns {
  readonly map: string;
  readonly reference: string;
  /** Of the stratum that a point was drawn from; null: its map class. */
  readonly stratum: string | null;
}

/** A raster of the strata (the class map), or a table with their areas. */
export type AreaSource = { readonly kind: 'raster' | 'table'; readonly path: string };

export interface Areas {
  readonly areas: ReadonlyMap<string, number>;
  /** `ha`, or the name of the table's column. */
  readonly unit: string;
  readonly uses: readonly InputUse[];
}

export async function readAreas(
  { kind, path }: AreaSource,
  exclude: readonly string[],
  runner: TaskRunner,
  controls: RunControls,
): Promise<Areas> {
  const found = kind === 'raster' ? await areasOfRaster(path, runner, controls) : await areasOfTable(path, controls);
  const areas = new Map(found.areas);
  for (const name of exclude)
    if (!areas.delete(name)) throw new PlatformError('parameter-invalid', `--exclude: ${path} has no class ${name}`);
  return { ...found, areas };
}

async function areasOfRaster(path: string, runner: TaskRunner, controls: RunControls): Promise<Areas> {
  const { opened, total } = await openClassMap(path, runner, controls);
  return {
    areas: new Map([...total].map(([value, { area }]) => [String(value), area / 1e4])),
    unit: 'ha',
    uses: [bandUse('areas', opened, { placement: 'counted whole' })],
  };
}

const CLASS_COLUMNS = ['class', 'map', 'stratum'];
const AREA_COLUMNS = ['area_ha', 'area', 'pixels', 'weight'];

async function areasOfTable(path: string, { signal }: RunControls): Promise<Areas> {
  const table = await openTable(path, signal ? { signal } : {});
  try {
    const pick = (accepted: readonly string[]) => {
      const found = accepted.find((name) => table.columnNames.includes(name));
      if (found !== undefined) return found;
      throw missingColumn(path, accepted.join(' or '), table.columnNames);
    };
    const [name, area] = [pick(CLASS_COLUMNS), pick(AREA_COLUMNS)];
    const cells = createCellParser(path);
    const areas = new Map<string, number>();
    let row = 0;
    for await (const { rows, columns } of table.batches([name, area], signal ? { signal } : {}))
      for (let i = 0; i < rows; i++, row++) {
        const label = classLabel(columns[0]![i]);
        const size = cells.value(columns[1]![i]!, row, area);
        if (label === null || !(size >= 0) || areas.has(label))
          throw new PlatformError(
            'format-damaged',
            `${path}, row ${row + 1}: ${label === null ? 'there is no class' : areas.has(label) ? `class ${label} was there before` : `the ${area} of class ${label} is no size`}`,
          );
        if (size > 0) areas.set(label, size);
      }
    return { areas, unit: area === 'area_ha' ? 'ha' : area, uses: [{ role: 'weights', path }] };
  } finally {
    await table.close();
  }
}

/**
 * The points that have a reference. Where the table has no map class (it was hidden from who judged), the class map tells
 * it at the point's `lon` and `lat`.
 */
export async function readUnits(
  path: string,
  { map, reference, stratum }: SampleColumns,
  areas: AreaSource,
  controls: RunControls,
): Promise<{ units: SampleUnit[]; notes: string[]; stratified: boolean }> {
  let looksUp = false;
  const rows = await readSampleRows(path, controls, (names) => {
    looksUp = !names.includes(map) && areas.kind === 'raster' && names.includes('lon') && names.includes('lat');
    const wanted = [reference, ...(looksUp ? ['lon', 'lat'] : [map]), ...(stratum === null ? [] : [stratum])];
    for (const name of wanted) if (!names.includes(name)) throw missingColumn(path, name, names);
    return wanted;
  });
  const judged = rows.filter(([cell]) => classLabel(cell) !== null);
  const notes: string[] = [];
  if (judged.length < rows.length)
    notes.push(`Points without a reference, left out: ${rows.length - judged.length} of ${rows.length}`);
  if (judged.length === 0)
    throw new PlatformError('parameter-invalid', `${path} has no row with a ${reference}; judge the points first`);
  const classes = looksUp ? await classesAt(path, judged, areas.path) : judged.map((cells) => classLabel(cells[1]));
  if (looksUp) notes.push(`The map's class of each point is looked up in ${areas.path}`);
  const units = judged.map((cells, i): SampleUnit => {
    const need = (label: string | null | undefined, what: string): string => {
      if (label) return label;
      throw new PlatformError('format-damaged', `${path}: judged point ${i + 1} has no ${what}`, { detail: { path } });
    };
    const label = need(classes[i], 'class on the map');
    const own = stratum === null ? label : need(classLabel(cells.at(-1)), stratum);
    return { stratum: own, map: label, reference: classLabel(cells[0])! };
  });
  return { units, notes, stratified: stratum !== null };
}

async function classesAt(
  path: string,
  rows: readonly (readonly SourceCell[])[],
  raster: string,
): Promise<(string | null)[]> {
  const cells = createCellParser(path);
  const source = await openRaster(raster);
  try {
    const classes: (string | null)[] = [];
    for (const [i, [, lon, lat]] of rows.entries()) {
      const { values } = await valuesAt(source, cells.value(lon!, i, 'lon'), cells.value(lat!, i, 'lat'));
      classes.push(classLabel(values[0]));
    }
    return classes;
  } finally {
    await source.close();
  }
}

function missingColumn(path: string, name: string, there: readonly string[]): PlatformError {
  return new PlatformError('parameter-invalid', `${path} has no column ${name}; it has ${there.join(', ')}`, {
    detail: { path, column: name },
  });
}
