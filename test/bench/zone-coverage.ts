/** Reads zones and keeps their coverage on the grid of a raster: `node zone-coverage.ts zones raster folder`. */
import { readZones } from '../../pipelines/io/zones/read-zones.ts';
import { openBand } from '../../pipelines/runs/align.ts';
import { CoverageStore, gridOf } from '../../pipelines/runs/zonal-coverage.ts';

const [path, raster, folder] = process.argv.slice(2) as [string, string, string];
const store = new CoverageStore(await readZones(path), { zones: { path, crs: null }, folder, isShared: false });
await store.coverageOn(gridOf((await openBand({ path: raster, name: null })).raster));
