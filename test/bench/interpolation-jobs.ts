import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../support/random.ts';
import { landmeter } from './inputs.ts';
import type { Job, JobContext } from './jobs.ts';
import { chain } from './jobs.ts';
import { run } from './measure.ts';
import { GDAL_COG } from './peers.ts';

const STATIONS = 2000;
const CELLS = 1000;
const CELL_METRES = 100;

/** Stations onto a million cells. */
export function interpolationJobs({ peers, work }: Pick<JobContext, 'peers' | 'work'>): Job[] {
  const stations = join(work, 'stations.csv');
  const prepare = () => writeFileSync(stations, table());
  const peerScript = (name: string) => join(import.meta.dirname, 'peers', name);
  const words = (k: number) => [stations, String(CELLS), String(CELL_METRES), String(k)];
  const ours = (output: string, k: number, ...method: string[]) => {
    prepare();
    const side = CELLS * CELL_METRES;
    const grid = ['--crs', 'EPSG:28992', '--bounds', `0,0,${side},${side}`, '--res', String(CELL_METRES)];
    return run(
      landmeter(
        'sensors',
        'interpolate',
        stations,
        ...method,
        ...grid,
        '--neighbours',
        String(k),
        '--quiet',
        '-o',
        output,
      ),
    );
  };
  const kriged = join(work, 'kriged.tif');
  const weighted = join(work, 'weighted.tif');
  return [
    {
      name: 'kriging',
      title: 'Kriging with standard errors, 2,000 stations, 16 neighbours, 1000 × 1000 cells to COG',
      raster: true,
      output: kriged,
      run: () => ours(kriged, 16, '--method', 'kriging', '--variogram', 'spherical,0.4,5,30000'),
      peers: peers.gstat
        ? [
            {
              name: 'gstat (R), no file',
              most: 1 / 3,
              run: () => run([peers.gstat!, peerScript('kriging.R'), ...words(16)]),
            },
          ]
        : [],
    },
    {
      name: 'idw',
      title: 'Inverse distance, 2,000 stations, 12 neighbours, 1000 × 1000 cells to COG',
      raster: true,
      output: weighted,
      run: () => ours(weighted, 12, '--method', 'idw'),
      peers:
        peers.python && peers.gdal
          ? [
              {
                name: 'scipy k-d tree + GDAL COG',
                most: 1,
                run: () =>
                  chain(
                    [peers.python!, peerScript('idw.py'), ...words(12), join(work, 'idw-raw.tif')],
                    ['gdal_translate', ...GDAL_COG, join(work, 'idw-raw.tif'), join(work, 'idw-scipy.tif')],
                  ),
              },
            ]
          : [],
    },
  ];
}

function table(): string {
  const random = createRandom(7);
  const rows = Array.from({ length: STATIONS }, () => {
    const [x, y] = [random() * CELLS * CELL_METRES, random() * CELLS * CELL_METRES];
    const value = 20 + 3 * Math.sin(x / 9000) + 2 * Math.cos(y / 7000) + random();
    return `${x.toFixed(1)},${y.toFixed(1)},${value.toFixed(3)}`;
  });
  return `x,y,value\n${rows.join('\n')}\n`;
}
