import { join } from 'node:path';
import { landmeter } from './inputs.ts';
import type { Job, JobContext } from './jobs.ts';
import { chain } from './jobs.ts';
import { run } from './measure.ts';
import { GDAL_COG } from './peers.ts';
import { prepareDates } from './series-inputs.ts';

/** All numbers of a trend for each pixel: 10.3 million pixel-dates. */
export async function seriesJobs({ peers, work, inputs }: Omit<JobContext, 'scene'>): Promise<Job[]> {
  const dates = await prepareDates(inputs);
  const out = (name: string) => join(work, name);
  const python = peers.gdal && peers.python;
  return [
    {
      name: 'trend-70',
      title: 'Trend of each pixel over 70 dates, 384 × 384',
      raster: true,
      output: out('trend.tif'),
      run: () => run(landmeter('series', 'trend', ...dates, '--quiet', '-o', out('trend.tif'))),
      peers: python
        ? [
            {
              name: 'numpy over 1024 pixels at a time + GDAL COG',
              most: 0.3,
              output: out('trend-numpy.tif'),
              run: () =>
                chain(
                  [python, join(import.meta.dirname, 'peers', 'trend.py'), out('trend-raw.tif'), ...dates],
                  ['gdal_translate', ...GDAL_COG, out('trend-raw.tif'), out('trend-numpy.tif')],
                ),
            },
          ]
        : [],
    },
  ];
}
