import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { AccuracyAssessRequest } from '../../pipelines/runs/accuracy-assess.ts';
import { checkAreas, runAccuracyAssess } from '../../pipelines/runs/accuracy-assess.ts';
import type { AccuracySampleRequest } from '../../pipelines/runs/accuracy-sample.ts';
import { runAccuracySample } from '../../pipelines/runs/accuracy-sample.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { replay } from '../../pipelines/runs/replay.ts';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { northUp, putRaster } from '../support/rasters.ts';

const folder = temporaryFolder('accuracy');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [width, height] = [300, 200];
/** Three classes: 60 columns of 1, 10 of 7, the rest of 3; a corner without data. */
const classAt = (col: number, row: number) => (col < 5 && row < 5 ? 255 : col < 60 ? 1 : col < 70 ? 7 : 3);
let map = '';
beforeAll(async () => {
  const data = Uint8Array.from({ length: width * height }, (_, i) => classAt(i % width, Math.floor(i / width)));
  map = await putRaster(folder, 'classes', data, { width, height, dtype: 'uint8', nodata: 255 });
});

let count = 0;
const path = (name: string) => join(folder, `${count++}-${name}`);

const request = (part: Partial<AccuracySampleRequest>): AccuracySampleRequest => ({
  raster: map,
  n: 200,
  targetError: null,
  allocation: 'proportional',
  minimum: 30,
  expected: {},
  exclude: [],
  hideMap: false,
  seed: 42,
  output: path('points.csv'),
  ...part,
});
const sample = (part: Partial<AccuracySampleRequest>) => runAccuracySample(request(part), inlineRunner);

interface Row {
  id: number;
  lon: number;
  lat: number;
  map: string;
}

function readRows(file: string): Row[] {
  const [header, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const at = (name: string) => cells[names.indexOf(name)] ?? '';
    return { id: Number(at('id')), lon: Number(at('lon')), lat: Number(at('lat')), map: at('map') };
  });
}

/** The pixel that a point is the centre of. */
function pixelOf({ lon, lat }: Row): [col: number, row: number] {
  const [x, y] = createTransform(4326, 32631).point(lon, lat);
  const [cell, , left, , , top] = northUp(10);
  const [col, row] = [(x - left) / cell - 0.5, (top - y) / cell - 0.5];
  expect(Math.abs(col - Math.round(col))).toBeLessThan(0.001);
  expect(Math.abs(row - Math.round(row))).toBeLessThan(0.001);
  return [Math.round(col), Math.round(row)];
}

describe('a sample of a class map', () => {
  it('has different pixels of the right class, as many as planned', async () => {
    const report = await sample({});
    const rows = readRows(report.output);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, k) => k + 1));
    const pixels = rows.map(pixelOf);
    expect(new Set(pixels.join(';').split(';')).size).toBe(200);
    for (const [k, [col, row]] of pixels.entries()) expect(classAt(col, row)).toBe(Number(rows[k]!.map));
    expect(report.classes.map((one) => [one.class, one.pixels, one.areaHa, one.points])).toEqual([
      ['1', 11975, 119.75, 35],
      ['3', 46000, 460, 135],
      ['7', 2000, 20, 30],
    ]);
    for (const { class: name, points } of report.classes)
      expect(rows.filter((row) => row.map === name)).toHaveLength(points);
    // not sorted by class
    expect(rows.slice(0, 34).map((row) => row.map)).not.toEqual(Array.from({ length: 34 }, () => rows[0]!.map));
  });

  it('is the same for the same seed, another for another, and uniform over the class', async () => {
    const [a, b, c] = [await sample({}), await sample({}), await sample({ seed: 43 })];
    expect(readFileSync(a.output, 'utf8')).toBe(readFileSync(b.output, 'utf8'));
    expect(readFileSync(a.output, 'utf8')).not.toBe(readFileSync(c.output, 'utf8'));
    const many = readRows((await sample({ n: 4000 })).output).filter((row) => row.map === '3');
    const cols = many.map((row) => pixelOf(row)[0]);
    // of columns 70 to 299 the mean is 184.5, its standard error about 66 / √3000
    expect(Math.abs(cols.reduce((x, y) => x + y, 0) / cols.length - 184.5)).toBeLessThan(5);
  });

  it('hides the map, leaves classes out, and comes as GeoJSON', async () => {
    const { output, classes } = await sample({ hideMap: true, exclude: ['7'], output: path('points.geojson') });
    expect(classes.map((one) => one.class)).toEqual(['1', '3']);
    const { features } = JSON.parse(readFileSync(output, 'utf8')) as {
      features: { geometry: unknown; properties: Record<string, unknown> }[];
    };
    expect(features).toHaveLength(200);
    expect(features[0]!.geometry).toMatchObject({ type: 'Point' });
    expect(Object.keys(features[0]!.properties)).toEqual(['id', 'lon', 'lat', 'reference']);
  });

  it('has the size of a target', async () => {
    const { points, expectedStandardError, notes } = await sample({
      n: null,
      targetError: 0.02,
      expected: { 3: 0.9 },
      allocation: 'optimal',
      minimum: 0,
    });
    // (0.1997 · 0.4 + 0.7670 · 0.3 + 0.0333 · 0.4)² / 0.02²
    expect(points).toBe(Math.ceil(((11975 * 0.4 + 46000 * 0.3 + 2000 * 0.4) / 59975 / 0.02) ** 2));
    expect(expectedStandardError).toBeCloseTo(0.02, 3);
    expect(notes.join()).toContain('0.8 is expected of 1, 7');
  });

  it('refuses what does not fit with one sentence', async () => {
    await expect(sample({ n: null })).rejects.toThrow('either --n, the number of points, or --target-se');
    await expect(sample({ n: 50 })).rejects.toThrow('50 points are too few for 3 classes of at least 30');
    await expect(sample({ exclude: ['9'] })).rejects.toThrow('has no class 9; it has 1, 3, 7');
    const values = Float32Array.from({ length: 400 }, (_, i) => i / 7);
    const ndvi = await putRaster(folder, 'ndvi', values, { width: 20, height: 20, dtype: 'float32', nodata: NaN });
    await expect(sample({ raster: ndvi })).rejects.toThrow('ndvi.tif is no class map');
    const nowhere = await putRaster(folder, 'nowhere', new Uint8Array(16), {
      width: 4,
      height: 4,
      dtype: 'uint8',
      epsg: null,
    });
    await expect(sample({ raster: nowhere })).rejects.toThrow('no CRS that is known here');
  });

  it('counts areas on the ellipsoid where degrees are no areas', async () => {
    const data = Uint8Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : 2));
    const globe = await putRaster(folder, 'globe', data, {
      width: 10,
      height: 10,
      dtype: 'uint8',
      transform: [1, 0, 0, 0, -6, 60],
      epsg: 4326,
    });
    const { classes } = await sample({ raster: globe, n: 20, minimum: 0 });
    // Between 30° and 60° lie fewer square metres than between 0° and 30°; zone areas of WGS 84 by Snyder 3-12
    expect(classes[0]!.areaHa).toBeLessThan(0.75 * classes[1]!.areaHa);
    expect(classes[0]!.areaHa + classes[1]!.areaHa).toBeCloseTo((10 / 360) * 2.2069e10, -8);
  });
});

describe('an assessment', () => {
  const PAPER = { 1: [66, 0, 5, 4], 2: [0, 55, 8, 12], 3: [1, 0, 153, 11], 4: [2, 1, 9, 313] };
  const put = (name: string, text: string) => {
    const file = path(name);
    writeFileSync(file, text);
    return file;
  };
  const table = () =>
    put(
      'judged.csv',
      `id,map,reference\n${Object.entries(PAPER)
        .flatMap(([m, row]) => row.flatMap((n, j) => Array.from({ length: n }, () => `0,${m},${j + 1}`)))
        .join('\n')}\n0,1,\n`,
    );
  const weights = () => put('areas.csv', 'class,area_ha\n1,18000\n2,13500\n3,288000\n4,580500\n');
  const assess = (part: Partial<AccuracyAssessRequest>) =>
    runAccuracyAssess(
      {
        table: '',
        columns: { map: 'map', reference: 'reference', stratum: null },
        areas: { kind: 'table', path: '' },
        exclude: [],
        output: path('report.json'),
        ...part,
      },
      inlineRunner,
    );

  it('of the example of Olofsson et al. (2014) reports its numbers, as JSON and as a table', async () => {
    const areas = { kind: 'table', path: weights() } as const;
    const report = await assess({ table: table(), areas });
    expect(report.points).toBe(640);
    expect(report.notes).toEqual(['Points without a reference, left out: 1 of 641']);
    expect(report.classes[0]!.area.value).toBeCloseTo(21157.8, 1);
    expect(report.classes[0]!.area.high! - report.classes[0]!.area.value!).toBeCloseTo(6157.5, 0);
    expect(report.classes[0]).toMatchObject({ class: '1', mapArea: 18000, mapPoints: 75, referencePoints: 69 });
    const { output, ...content } = report;
    expect(JSON.parse(readFileSync(output, 'utf8'))).toEqual(content);
    const { output: csv } = await assess({ table: table(), areas, output: path('report.csv') });
    const lines = readFileSync(csv, 'utf8').trim().split(/\r?\n/);
    expect(lines[0]).toBe('measure,class,value,standard_error,low,high');
    expect(lines).toHaveLength(1 + 1 + 12);
    expect(lines.find((line) => line.startsWith('area_ha,1,'))).toMatch(/^area_ha,1,21157\.76/);
  });

  it('closes the circle: a hidden sample, judged, gives back the truth within its interval', async () => {
    const { output } = await sample({ n: 600, hideMap: true, minimum: 100 });
    const random = createRandom(1);
    // The ground differs from the map in a tenth of class 3, which is 7 in truth
    const judged = readRows(output).map((row) => {
      const mapped = classAt(...pixelOf(row));
      return `${row.lon},${row.lat},${mapped === 3 && random() < 0.1 ? 7 : mapped}`;
    });
    const file = put('judged.csv', `lon,lat,reference\n${judged.join('\n')}\n`);
    const report = await assess({ table: file, areas: { kind: 'raster', path: map } });
    expect(report.notes.join()).toContain('looked up in');
    const seven = report.classes.find((one) => one.class === '7')!;
    expect([seven.mapArea, seven.users.value]).toEqual([20, 1]);
    expect(seven.area.low!).toBeLessThan(66);
    expect(seven.area.high!).toBeGreaterThan(66);
    expect(report.unit).toBe('ha');
    expect(report.totalArea).toBeCloseTo(599.75, 6);
  });

  it('takes the points as a GIS has saved them', async () => {
    const { output } = await sample({ hideMap: true, output: path('points.geojson') });
    const collection = JSON.parse(readFileSync(output, 'utf8')) as {
      features: { properties: Record<string, unknown>; geometry: { coordinates: [number, number] } }[];
    };
    for (const { properties, geometry } of collection.features) {
      const [lon, lat] = geometry.coordinates;
      properties['reference'] = classAt(...pixelOf({ id: 0, lon, lat, map: '' }));
    }
    const file = put('judged.geojson', JSON.stringify(collection));
    const { overall, points } = await assess({ table: file, areas: { kind: 'raster', path: map } });
    expect([points, overall.value, overall.standardError]).toEqual([200, 1, 0]);
  });

  it('says what is missing', async () => {
    const areas = { kind: 'table', path: weights() } as const;
    expect(() => checkAreas(null, null)).toThrow('either --areas with the class map, or --weights');
    await expect(assess({ table: put('a.csv', 'map,truth\n1,1\n'), areas })).rejects.toThrow(
      'has no column reference; it has map, truth',
    );
    await expect(assess({ table: put('b.csv', 'map,reference\n1,\n'), areas })).rejects.toThrow(
      'judge the points first',
    );
    await expect(assess({ table: put('c.csv', 'map,reference\n1,1\n'), areas })).rejects.toThrow(
      'no point in class 2, 3, 4',
    );
    await expect(
      assess({ table: table(), areas: { kind: 'table', path: put('d.csv', 'class,size\n1,1\n') } }),
    ).rejects.toThrow('has no column area_ha or area or pixels or weight');
    await expect(assess({ table: table(), areas, output: path('x.tif') })).rejects.toThrow('must end in one of');
  });

  it('and a sample can be made again from their passports', async () => {
    const first = request({ output: path('again.csv') });
    await produce('accuracy-sample', first, async () => inlineRunner);
    expect(await replay(first.output, async () => inlineRunner)).toMatchObject({ outcome: 'identical' });
    const output = path('again.json');
    const second = {
      table: table(),
      columns: { map: 'map', reference: 'reference', stratum: null },
      areas: { kind: 'table', path: weights() } as const,
      exclude: [],
      output,
    };
    await produce('accuracy-assess', second, async () => inlineRunner);
    expect(await replay(output, async () => inlineRunner)).toMatchObject({ outcome: 'identical' });
  });
});
