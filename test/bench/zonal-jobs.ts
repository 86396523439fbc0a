/** Statistics of zones beside exactextract: one date, many dates, and the coverage alone. */
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { landmeter } from './inputs.ts';
import type { Job, JobContext } from './jobs.ts';
import type { Cost } from './measure.ts';
import { run } from './measure.ts';
import { prepareDates, prepareLargeZones, prepareParcels, prepareWideDate } from './zonal-inputs.ts';

const STATISTICS = ['count', 'mean', 'std', 'min', 'max'] as const;
const DATES = 70;
/** Both runs have their threads and coverage: what one has more is dates. */
const HALF = 35;
/** 160 × 160 less what is no parcel. */
const MANY = 160;

export async function zonalJobs(
  { peers, work, inputs }: Pick<JobContext, 'peers' | 'work' | 'inputs'>,
  wanted: readonly string[] | undefined,
): Promise<Job[]> {
  const asks = (name: string) => !wanted || wanted.some((one) => one.startsWith(name));
  if (!asks('zonal')) return [];
  const dates = await prepareDates(inputs, asks('zonal-70') ? DATES : 1);
  const tool = peers.exactextract;
  const ours = (zones: string, rasters: readonly string[], output: string, ...more: string[]) =>
    run(
      landmeter(
        'zonal',
        ...rasters,
        '--zones',
        zones,
        '--id',
        'id',
        '--stats',
        STATISTICS.join(),
        ...more,
        '--quiet',
        '-o',
        output,
      ),
    );
  const theirs = (zones: string, rasters: readonly string[], output: string) => {
    const words = rasters.flatMap((path) => {
      const name = basename(path, '.tif').replace('-', '');
      const statistics = STATISTICS.flatMap((s) => ['-s', `${s === 'std' ? 'stdev' : s}(${name})`]);
      return ['-r', `${name}:${path}`, ...statistics];
    });
    rmSync(output, { force: true });
    return run([tool!, '-p', zones, '-f', 'id', ...words, '-o', output]);
  };
  const single = (name: string, title: string, raster: string, zones: string, most: number): Job => {
    const [output, other] = [join(work, `${name}.csv`), join(work, `${name}-exactextract.csv`)];
    const peer = { name: 'exactextract', most, run: () => theirs(zones, [raster], other) };
    return {
      name,
      title: `Zonal statistics of ${title}`,
      raster: true,
      run: () => ours(zones, [raster], output),
      peers: tool ? [peer] : [],
    };
  };
  return [
    single('zonal-single-5000', 'some 5 000 fields, one date', dates[0]!, prepareParcels(inputs, 71), 0.75),
    single('zonal-single-20000', 'some 20 000 fields, one date', dates[0]!, prepareParcels(inputs, 143), 0.55),
    single(
      'zonal-single-large',
      '40 large polygons, one date',
      await prepareWideDate(inputs),
      prepareLargeZones(inputs),
      0.55,
    ),
    ...(asks('zonal-70') ? manyDates() : []),
  ];

  function manyDates(): Job[] {
    const zones = prepareParcels(inputs, MANY);
    const [cache, output, other] = [
      join(work, 'zonal-cache'),
      join(work, 'zonal-70.csv'),
      join(work, 'zonal-70-exactextract.csv'),
    ];
    const onDates = (count: number) => ours(zones, dates.slice(0, count), output, '--cache', cache);
    const alone = { name: 'exactextract, one date', run: () => theirs(zones, dates.slice(0, 1), other) };
    return [
      {
        name: 'zonal-70-coverage',
        title: 'Coverage of 25 000 parcels, reading them and writing it',
        raster: true,
        run: () => {
          rmSync(cache, { recursive: true, force: true });
          return run([
            process.execPath,
            join(import.meta.dirname, 'zone-coverage.ts'),
            zones,
            dates[0]!,
            join(cache, 'coverage'),
          ]);
        },
        peers: tool ? [{ ...alone, most: 0.5 }] : [],
      },
      {
        name: 'zonal-70-date',
        title: `25 000 parcels, each date more, of ${HALF} to ${DATES}`,
        raster: true,
        run: async () => perDate(await onDates(HALF), await onDates(DATES)),
        peers: tool ? [{ ...alone, most: 0.05 }] : [],
      },
      {
        name: 'zonal-70',
        title: `25 000 parcels, ${DATES} dates`,
        raster: true,
        run: () => onDates(DATES),
        peers: tool
          ? [{ name: `exactextract, ${DATES} dates in one run`, most: 1, run: () => theirs(zones, dates, other) }]
          : [],
      },
    ];
  }
}

/** What one date more costs. */
function perDate(half: Cost, all: Cost): Cost {
  const each = (a: number, b: number) => (b - a) / (DATES - HALF);
  return { cpu: each(half.cpu, all.cpu), wall: each(half.wall, all.wall), peakMb: all.peakMb };
}
