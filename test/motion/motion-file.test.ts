import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { MotionProduct } from '../../pipelines/core/motion/product.ts';
import { readLayout, recogniseProduct, whyNotComparable } from '../../pipelines/core/motion/product.ts';
import { NO_DISPLACEMENT } from '../../pipelines/core/motion/row-parser.ts';
import type { MotionFile } from '../../pipelines/motion/motion-file.ts';
import { openMotionFile } from '../../pipelines/motion/motion-file.ts';
import { openMotionCsv } from '../../pipelines/motion/read-motion-csv.ts';
import { writeMotionFile } from '../../pipelines/motion/write-motion.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'motion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HEADER = 'pid,easting,northing,height,rmse,mean_velocity,mean_velocity_std,20190106,20190112,20190118';

interface Imported {
  readonly file: MotionFile;
  readonly refused: readonly string[];
}

async function importCsv(path: string): Promise<Imported> {
  const csv = await openMotionCsv(path);
  const refused: string[] = [];
  const output = join(folder, `${csv.name}.motion`);
  const told = {
    product: recogniseProduct(csv.layout, csv.name),
    source: csv.name,
    days: [...csv.layout.days],
    isSimulated: false,
  };
  await writeMotionFile(output, told, (sink) =>
    csv.rows({ add: (record) => sink.add(record), refuse: (row, reason) => void refused.push(`${row}: ${reason}`) }),
  );
  return { file: openMotionFile(output), refused };
}

function importText(name: string, ...rows: string[]): Promise<Imported> {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${[HEADER, ...rows].join('\n')}\n`);
  return importCsv(path);
}

describe('a table of ground motion', () => {
  it('comes back as it was, gaps and extremes too', async () => {
    const { file, refused } = await importText(
      'EGMS_L3_E39N32_100km_U_2018_2022_1',
      'a1,3980000.25,3220000.5,-1.5,1.2,-3.4,0.2,0.0,-12.5,3276.7',
      '"a2",3980500,3220100,2,,1e-1,,,-3276.7,.25\r',
    );
    expect(refused).toEqual([]);
    expect(file.facts.product).toEqual({ level: 'L3', component: 'up', track: null, unit: 'E39N32' });
    const series = (pid: string) => {
      const { block, at } = file.find(pid)!;
      return [...file.series(block).subarray(3 * at, 3 * at + 3)];
    };
    expect(series('a1')).toEqual([0, -125, 32767]);
    expect(series('a2')).toEqual([NO_DISPLACEMENT, -32767, 3]);
    const { at } = file.find('a1')!;
    const { xs, ys, attributes } = file.points(0);
    expect([xs[at], ys[at]]).toEqual([398000025, 322000050]);
    expect(attributes.velocity[at]).toBe(Math.fround(-3.4));
    expect(attributes.velocityStd[1 - at]).toBeNaN();
    expect(file.find('a3')).toBeNull();
    file.close();
  });

  it('refuses rows with their number and the reason', async () => {
    const { file, refused } = await importText(
      'bad',
      'a,3980000,3220000,0,1,2,0.1,0,0,0',
      'b,3980000,3220000,0,1,2,0.1,0,0',
      ',3980000,3220000,0,1,2,0.1,0,0,0',
      'c,-5,3220000,0,1,2,0.1,0,0,0',
      'd,3980000,3220000,0,1,,0.1,0,0,0',
      'e,3980000,3220000,0,1,2,0.1,0,x1,0',
      'f,3980000,3220000,0,1,2,0.1,0,5000,0',
    );
    expect(file.facts.points).toBe(1);
    expect(refused).toEqual([
      '2: it has 9 cells, and the header 10',
      '3: pid is empty',
      '4: easting is -5, which is no coordinate of EPSG:3035',
      '5: mean_velocity is empty',
      '6: 20190112 is "x1", which is no number',
      '7: 20190112 is 5000 mm; up to 3276.7 mm can be kept',
    ]);
    file.close();
  });

  it('leaves nothing behind where reading fails', async () => {
    const told = { product: {} as MotionProduct, source: '', days: [1, 2], isSimulated: false };
    const fails = writeMotionFile(join(folder, 'never'), told, () => Promise.reject(new Error('no')));
    await expect(fails).rejects.toThrow('no');
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('is known by its header; dates must be days', () => {
    expect(readLayout(HEADER.split(','))?.days).toEqual(Float64Array.of(17902, 17908, 17914));
    expect(readLayout(['pid', 'easting', 'northing', 'mean_velocity', '20190231', '20190106'])).toBeNull();
    expect(readLayout(['a1', '3980000', '3220000', '2.0', '1.0', '2.0'])).toBeNull();
  });

  it('is compared only with its like', () => {
    const set = (id: string, words: Partial<MotionProduct>, lastDay = 9) => ({
      id,
      product: { level: 'L2b', component: 'los', track: '022', unit: '0845_IW2_VV', ...words } as MotionProduct,
      firstDay: 1,
      lastDay,
    });
    const reason = (b: ReturnType<typeof set>, a = set('a', {})) => whyNotComparable(a, b);
    expect(reason(set('b', { unit: '0846_IW2_VV' }))).toBeNull();
    expect(reason(set('b', { track: '088' }))).toContain('track 088');
    expect(reason(set('b', {}, 10))).toContain('periods');
    expect(reason(set('b', { level: null }))).toContain('unknown level');
    expect(reason(set('b', { level: 'L3', component: 'up', track: null }))).toContain('los and up');
    const basic = set('a', { level: 'L2a' });
    expect(reason(set('b', { level: 'L2a', unit: '0846_IW2_VV' }), basic)).toContain('own unit');
    expect(reason(set('b', { level: 'L2a' }), basic)).toBeNull();
  });
});

const zip = sharedData && join(sharedData, 'insar-assets/egms-l2b-input/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip');

describe.skipIf(!zip)('the EGMS product L2b', () => {
  it('comes out of its zip with every number as the text has it', async () => {
    const { file, refused } = await importCsv(zip!);
    expect(refused).toEqual([]);
    const { facts } = file;
    expect(facts.product).toEqual({ level: 'L2b', component: 'los', track: '022', unit: '0845_IW2_VV' });
    const { streamZipEntry } = await import('../../pipelines/io/byte-source/zip-source.ts');
    const entry = 'EGMS_L2b_022_0845_IW2_VV_2020_2024_1.csv';
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamZipEntry(zip!, entry)) chunks.push(chunk);
    const [header, ...rows] = Buffer.concat(chunks).toString().trim().split('\n');
    const firstDate = header!.split(',').findIndex((name) => /^\d{8}$/.test(name));
    const expected = new Map(rows.map((row) => [row.slice(0, row.indexOf(',')), row.split(',')]));
    expect(facts.points).toBe(expected.size);
    let wrong = 0;
    for (let block = 0; block < facts.blocks; block++) {
      const { count, pids, xs, attributes } = file.points(block);
      const series = file.series(block);
      for (let i = 0; i < count; i++) {
        const cells = expected.get(pids[i]!)!;
        expected.delete(pids[i]!);
        if (xs[i] !== Math.round(Number(cells[4]) * 100)) wrong++;
        if (attributes.velocity[i] !== Math.fround(Number(cells[18]))) wrong++;
        for (let k = 0; k < facts.days.length; k++)
          if (series[i * facts.days.length + k] !== Math.round(Number(cells[firstDate + k]) * 10)) wrong++;
      }
    }
    expect([wrong, expected.size]).toEqual([0, 0]);
    expect(readFileSync(file.path).length).toBeLessThan(6e6);
    file.close();
  });
});
