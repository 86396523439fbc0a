/** The programs that we measure ourselves against, where they are installed. None of them is part of the project. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

export interface Peers {
  /** The Python that has GDAL's bindings and rasterio; null where there is none. */
  readonly python: string | null;
  readonly gdal: boolean;
  readonly gdal2tiles: string | null;
  readonly gdalCalc: string | null;
  readonly tippecanoe: string | null;
  /** Its command-line tool, which is built of its repository. */
  readonly exactextract: string | null;
  /** The Rscript that has gstat. */
  readonly gstat: string | null;
  readonly nginx: string | null;
}

/** Looks on the path, and in the folder LANDMETER_BENCH_PEERS for what was built by hand. */
export function findPeers(env: NodeJS.ProcessEnv): Peers {
  const folders = [env['LANDMETER_BENCH_PEERS'], ...(env['PATH'] ?? '').split(':')].filter((f): f is string => !!f);
  const find = (name: string) =>
    folders.map((f) => join(f, name)).find((p) => statSync(p, { throwIfNoEntry: false })?.isFile()) ?? null;
  const python =
    ['/usr/bin/python3', find('python3')].find(
      (p) => p && spawnSync(p, ['-c', 'import osgeo, rasterio, numpy']).status === 0,
    ) ?? null;
  const rscript = find('Rscript');
  return {
    python,
    gdal: find('gdal_translate') !== null,
    gdal2tiles: find('gdal2tiles.py'),
    gdalCalc: find('gdal_calc.py'),
    tippecanoe: find('tippecanoe'),
    exactextract: find('exactextract-bin') ?? find('exactextract'),
    gstat: rscript && spawnSync(rscript, ['-e', 'library(gstat); library(sp)']).status === 0 ? rscript : null,
    nginx: find('nginx'),
  };
}

/** GDAL's best way to a COG like ours: deflate, predictor, 512 blocks, averaged overviews, both cores. */
export const GDAL_COG = [
  '-q',
  '-of',
  'COG',
  '-co',
  'COMPRESS=DEFLATE',
  '-co',
  'PREDICTOR=2',
  '-co',
  'BLOCKSIZE=512',
  '-co',
  'OVERVIEW_RESAMPLING=AVERAGE',
  '-co',
  'NUM_THREADS=2',
  '-co',
  'BIGTIFF=IF_SAFER',
];
