/** Real scenes from file to index to value tiles; each pixel against the cell that PROJ finds below it (see reference). */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { DateInput, SceneInput } from '../../pipelines/runs/band-inputs.ts';
import { produce } from '../../pipelines/runs/produce.ts';
import { temporaryFolder } from '../support/archive.ts';
import { sharedData } from '../support/shared-data.ts';
import reference from './reference/real-data.json' with { type: 'json' };

const folder = temporaryFolder('real');
afterAll(() => rmSync(folder, { recursive: true }));

const at = (path: string) => join(sharedData ?? '', path);

const pair = (red: string, nir: string): DateInput => ({
  bands: [
    { name: 'red', path: at(red) },
    { name: 'nir08', path: at(nir) },
  ],
  classes: null,
  notes: [],
});

const THEIA = 'timeseries/fr-bouconne-7dates-11bands/2018_3A_Theia_Bouconne.tif';
const SEN2R = 'pairs/sen2r-barbellino/S2A2A_20190723_022_Barbellino_BOA_10.tif';
const NAIP = 'timeseries/us-naip-10years-rgbn-cog/m_4709963_se_14_1_20090818.tif';
const NORFOLK = 's2-bands/l1c-norfolk-2016-tiff-named-jp2/s2_';
const SAFE = 's2-safe/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE';

const DATES: Readonly<Record<string, DateInput | SceneInput>> = {
  safe: { scene: at(SAFE), scl: null, excluded: null },
  earth: pair('s2-bands/earthsearch-29RKH-20200219/B04.tif', 's2-bands/earthsearch-29RKH-20200219/B08.tif'),
  norfolk: pair(`${NORFOLK}B11.jp2`, `${NORFOLK}B8A.jp2`),
  theia: pair(`${THEIA}#3`, `${THEIA}#7`),
  sen2r: pair(`${SEN2R}#4`, `${SEN2R}#8`),
  naip: pair(`${NAIP}#1`, `${NAIP}#4`),
};

interface Coding {
  readonly precision: 8 | 16;
  readonly scale: number;
  readonly offset: number;
}

interface Decoded {
  readonly data: Uint8Array;
  readonly channels: number;
}

async function decode(bytes: Uint8Array | null): Promise<Decoded | null> {
  if (!bytes) return null;
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, channels: info.channels };
}

/** Null where the code is that of nodata, or there is no tile. */
function valueAt(tile: Decoded | null, col: number, row: number, coding: Coding): number | null {
  if (!tile) return null;
  const p = (row * 256 + col) * tile.channels;
  const code = coding.precision === 8 ? tile.data[p]! : 256 * tile.data[p]! + tile.data[p + 1]!;
  return code === 0 ? null : coding.offset + coding.scale * code;
}

describe.skipIf(!sharedData)('real scenes, from files to tiles that lie right', () => {
  it.each(reference)('$name', async ({ name, zoom, valid, points }) => {
    const cog = join(folder, `${name}.tif`);
    const report = await produce(
      'index',
      {
        formula: '(nir08 - red) / (nir08 + red)',
        date: DATES[name]!,
        calibration: {},
        dtype: 'float32',
        output: cog,
      },
      async () => inlineRunner,
    );
    expect(report.validShare).toBeCloseTo(valid, 5);
    const output = join(folder, `${name}.pmtiles`);
    await produce('tile', { input: cog, output, resampling: 'nearest' }, async () => inlineRunner);
    const archive = await openArchive(output);
    expect(archive.header.maxZoom).toBe(zoom);
    const coding = archive.metadata as unknown as Coding;
    const tiles = new Map<string, Promise<Decoded | null>>();
    for (const [x, y, col, row, expected] of points as [number, number, number, number, number | null][]) {
      const where = `tile ${x}/${y}`;
      if (!tiles.has(where)) tiles.set(where, archive.getTile(zoom, x, y).then(decode));
      const value = valueAt((await tiles.get(where)) ?? null, col, row, coding);
      if (value === null || expected === null) expect(value, `${where}, pixel ${col}, ${row}`).toBe(expected);
      else
        expect(Math.abs(value - expected), `${where}, pixel ${col}, ${row}`).toBeLessThanOrEqual(
          0.501 * coding.scale + 1e-6,
        );
    }
    await archive.close();
  });
});
