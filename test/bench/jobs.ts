/** The jobs that are measured: what ours runs, what the peer runs on the same input, and how ours has to compare. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { landmeter, OFFSET, preparePoints, repeatDates } from './inputs.ts';
import type { Scene } from './inputs.ts';
import type { Command, Cost } from './measure.ts';
import { run } from './measure.ts';
import type { Peers } from './peers.ts';
import { GDAL_COG } from './peers.ts';

export interface Peer {
  readonly name: string;
  readonly run: () => Promise<Cost>;
  readonly output?: string;
  /** Ours / peer in CPU seconds must not pass this. */
  readonly most: number;
  /** Ours / peer in bytes of output must not pass this. */
  readonly mostBytes?: number;
}

export interface Job {
  readonly name: string;
  readonly title: string;
  readonly run: () => Promise<Cost>;
  readonly output?: string;
  readonly peers: readonly Peer[];
  /** Whether the job belongs to the rasters that must stay under 700 MB. */
  readonly raster: boolean;
}

export interface JobContext {
  readonly scene: Scene;
  readonly peers: Peers;
  /** Scratch folder for outputs. */
  readonly work: string;
  /** Folder that keeps inputs between runs. */
  readonly inputs: string;
}

const PEER_SCRIPTS = join(import.meta.dirname, 'peers');
const ZOOMS = ['8', '14'] as const;

/** Commands one after the other; CPU and wall add up, peak memory is the largest. */
export async function chain(...commands: Command[]): Promise<Cost> {
  const total = { cpu: 0, wall: 0, peakMb: 0 };
  for (const command of commands) {
    const cost = await run(command);
    total.cpu += cost.cpu;
    total.wall += cost.wall;
    total.peakMb = Math.max(total.peakMb, cost.peakMb);
  }
  return total;
}

export function bytesOf(path: string | undefined): number | null {
  if (!path || !existsSync(path)) return null;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    const s = statSync(join(path, name));
    return sum + (s.isFile() ? s.size : 0);
  }, 0);
}

export function rasterJobs({ scene, peers, work, inputs }: JobContext): Job[] {
  const first = scene.dates[1]!;
  const [red, nir] = [join(first, 'B04.tif'), join(first, 'B08.tif')];
  const out = (name: string) => join(work, name);
  const fresh = (path: string) => rmSync(path, { force: true, recursive: true });
  const python = peers.gdal && peers.python;
  const ndvi = out('ndvi.tif');
  const bands = ['--band', `red=${red}`, '--band', `nir=${nir}`, '--dtype', 'int16', '--quiet'];
  return [
    {
      name: 'read',
      title: 'Read one band',
      raster: true,
      run: () => run([process.execPath, join(PEER_SCRIPTS, '..', 'read-band.ts'), nir]),
      peers: python
        ? [
            {
              name: 'GDAL ReadRaster, one thread',
              most: 1.1,
              run: () => run([python, join(PEER_SCRIPTS, 'read_band.py'), nir]),
            },
          ]
        : [],
    },
    {
      name: 'ndvi',
      title: 'NDVI to COG',
      raster: true,
      output: ndvi,
      run: () => run(landmeter('index', 'NDVI', ...bands, '-o', ndvi)),
      peers: python
        ? [
            {
              name: 'rasterio + numpy + GDAL COG',
              most: 0.65,
              mostBytes: 1.04,
              output: out('ndvi-rio.tif'),
              run: () =>
                chain(
                  [python, join(PEER_SCRIPTS, 'ndvi.py'), nir, red, out('ndvi-raw.tif'), String(OFFSET)],
                  ['gdal_translate', ...GDAL_COG, out('ndvi-raw.tif'), out('ndvi-rio.tif')],
                ),
            },
            ...(peers.gdalCalc
              ? [
                  {
                    name: 'gdal_calc.py + GDAL COG',
                    most: 0.55,
                    mostBytes: 1.04,
                    output: out('ndvi-calc.tif'),
                    run: () =>
                      chain(
                        [
                          peers.gdalCalc!,
                          '--quiet',
                          '--overwrite',
                          '-A',
                          nir,
                          '-B',
                          red,
                          `--calc=numpy.where((A==0)|(B==0)|(A.astype(numpy.float32)+B${2 * OFFSET}<=0),-32768,10000*(A.astype(numpy.float32)-B)/(A.astype(numpy.float32)+B${2 * OFFSET}))`,
                          '--NoDataValue=-32768',
                          '--type=Int16',
                          '--co',
                          'TILED=YES',
                          '--outfile',
                          out('ndvi-calc-raw.tif'),
                        ],
                        ['gdal_translate', ...GDAL_COG, out('ndvi-calc-raw.tif'), out('ndvi-calc.tif')],
                      ),
                  },
                ]
              : []),
          ]
        : [],
    },
    ...tileJobs(ndvi, scene.size, out, fresh, peers),
    medianJob('median', scene.dates, 0.65, out, python),
    medianJob('composite-30', repeatDates(scene, join(inputs, scene.size, 'thirty'), 30), 0.6, out, python),
  ];
}

/** The thirty dates are those of five, six times over, so that only their number differs: memory must not follow it. */
function medianJob(
  name: string,
  dates: readonly string[],
  most: number,
  out: (name: string) => string,
  python: string | false | null,
): Job {
  const output = out(`${name}.tif`);
  const ofDate = (d: string) => ['--band', `red=${d}/B04.tif`, '--band', `nir=${d}/B08.tif`, '--scl', `${d}/SCL.tif`];
  const words = ['--method', 'median', '--dtype', 'int16', '--quiet', '-o', output];
  const [raw, theirs] = [out(`${name}-raw.tif`), out(`${name}-rio.tif`)];
  return {
    name,
    title: `Median of ${dates.length} masked dates to COG`,
    raster: true,
    output,
    run: () => run(landmeter('composite', '--index', 'NDVI', ...dates.flatMap(ofDate), ...words)),
    peers: python
      ? [
          {
            name: 'rasterio + numpy + GDAL COG',
            most,
            mostBytes: 1.04,
            output: theirs,
            run: () =>
              chain(
                [python, join(PEER_SCRIPTS, 'median.py'), raw, String(OFFSET), ...dates],
                ['gdal_translate', ...GDAL_COG, raw, theirs],
              ),
          },
        ]
      : [],
  };
}

/** Tiles of the NDVI that the job before has made. */
function tileJobs(
  ndvi: string,
  size: string,
  out: (name: string) => string,
  fresh: (path: string) => void,
  peers: Peers,
): Job[] {
  const zooms = ['--minzoom', ZOOMS[0], '--maxzoom', ZOOMS[1], '--tile-size', '256', '--quiet'];
  const coloured = out(`ndvi-rgba-${size}.tif`);
  const gdal2tiles = (driver: 'PNG' | 'WEBP', most: number, mostBytes?: number): Peer[] =>
    peers.gdal2tiles && peers.gdal
      ? [
          {
            name: `gdal2tiles.py ${driver}`,
            most,
            output: out(`g2t-${driver}`),
            ...(mostBytes ? { mostBytes } : {}),
            run: async () => {
              fresh(out(`g2t-${driver}`));
              // The colours are made beforehand and not counted: gdal2tiles takes them ready.
              if (!existsSync(coloured))
                await run([
                  'gdaldem',
                  'color-relief',
                  '-q',
                  '-alpha',
                  ndvi,
                  join(PEER_SCRIPTS, 'ramp.txt'),
                  coloured,
                  '-co',
                  'TILED=YES',
                ]);
              return run([
                peers.gdal2tiles!,
                '-q',
                '--xyz',
                '-w',
                'none',
                '-z',
                ZOOMS.join('-'),
                '--processes=2',
                '-x',
                `--tiledriver=${driver}`,
                ...(driver === 'WEBP' ? ['--webp-quality=75'] : []),
                coloured,
                out(`g2t-${driver}`),
              ]);
            },
          },
        ]
      : [];
  const tile = (name: string, title: string, args: string[], tilePeers: Peer[]): Job => ({
    name,
    title,
    raster: true,
    output: out(`${name}.pmtiles`),
    peers: tilePeers,
    run: () => run(landmeter('tile', ndvi, ...args, ...zooms, '-o', out(`${name}.pmtiles`))),
  });
  return [
    tile(
      'tiles-png',
      'Colour-mapped PNG PMTiles z8-14',
      ['--format', 'png', '--colormap', 'rdylgn', '--rescale', '-0.2,1'],
      gdal2tiles('PNG', 0.08, 0.7),
    ),
    tile(
      'tiles-value',
      '8-bit value tiles (PNG) z8-14',
      ['--format', 'png', '--precision', '8'],
      gdal2tiles('PNG', 0.08),
    ),
    tile('tiles-value-webp', '8-bit value tiles (lossless WebP) z8-14', ['--format', 'webp', '--precision', '8'], []),
    tile(
      'tiles-webp',
      'Lossy WebP PMTiles z8-14',
      ['--format', 'webp', '--colormap', 'rdylgn', '--rescale', '-0.2,1'],
      gdal2tiles('WEBP', 0.25),
    ),
  ];
}

export async function vectorJobs({ peers, work, inputs }: JobContext): Promise<Job[]> {
  const job = async (count: number, most: number): Promise<Job> => {
    const points = await preparePoints(inputs, count);
    const output = join(work, `points-${count}.pmtiles`);
    const theirs = join(work, `points-${count}-tippecanoe.pmtiles`);
    return {
      name: `points-${count}`,
      title: `${count.toLocaleString('en')} points to vector PMTiles z0-12`,
      raster: false,
      output,
      run: () =>
        run(
          landmeter('tile', points, '--layer', 'points', '--minzoom', '0', '--maxzoom', '12', '--quiet', '-o', output),
        ),
      peers: peers.tippecanoe
        ? [
            {
              name: 'tippecanoe',
              most,
              output: theirs,
              mostBytes: 1.1,
              run: () =>
                run([peers.tippecanoe!, '-q', '-f', '-P', '-o', theirs, '-Z0', '-z12', '-l', 'points', points]),
            },
          ]
        : [],
    };
  };
  return [await job(100_000, 0.5), await job(1_000_000, 0.3)];
}
