/** The commands, in the order in which `--help` lists them. A new command is one file and one line here. */
import type { CommandEntry } from './command.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'info',
    summary: 'tell what a raster, a product or an archive is',
    load: async () => (await import('./commands/info.ts')).command,
  },
  {
    name: 'indices',
    summary: 'list the spectral indices, or show one',
    load: async () => (await import('./commands/indices.ts')).command,
  },
  {
    name: 'index',
    summary: 'compute a spectral index or an expression over bands',
    load: async () => (await import('./commands/index.ts')).command,
  },
  {
    name: 'mask',
    summary: 'make a mask of clouds and shadows out of classes or flags',
    load: async () => (await import('./commands/mask.ts')).command,
  },
  {
    name: 'composite',
    summary: 'reduce rasters or scenes of many dates to one',
    load: async () => (await import('./commands/composite.ts')).command,
  },
  {
    name: 'change',
    summary: 'find what changed between two dates or periods, and how surely',
    load: async () => (await import('./commands/change.ts')).command,
  },
  {
    name: 'mowing',
    summary: 'find when grassland, verges and fields were mown or harvested',
    load: async () => (await import('./commands/mowing.ts')).command,
  },
  {
    name: 'polygonize',
    summary: 'turn the classes of a raster into polygons along its pixels',
    load: async () => (await import('./commands/polygonize.ts')).command,
  },
  {
    name: 'tile',
    summary: 'turn a raster or features into an archive of map tiles (PMTiles)',
    load: async () => (await import('./commands/tile.ts')).command,
  },
  {
    name: 'base',
    summary: 'make the archive under a layer that is drawn from the database',
    load: async () => (await import('./commands/base.ts')).command,
  },
  {
    name: 'zonal',
    summary: 'statistics of rasters over zones, each cell by its exact share',
    load: async () => (await import('./commands/zonal.ts')).command,
  },
  {
    name: 'series',
    summary: 'analyse series of a table: trend, smooth, fill, phenology, breaks, anomaly, forecast',
    load: async () => (await import('./commands/series.ts')).command,
  },
  {
    name: 'sensors',
    summary: 'readings of sensors: flag, calibrate, hold against limit values',
    load: async () => (await import('./commands/sensors.ts')).command,
  },
  {
    name: 'assets',
    summary: 'bridges, quays, dikes, roads: register, inspections by NEN 2767, condition, which to look at next',
    load: async () => (await import('./commands/assets.ts')).command,
  },
  {
    name: 'alerts',
    summary: 'what needs attention: list and judge alerts, set rules, try them on what has been',
    load: async () => (await import('./commands/alerts.ts')).command,
  },
  {
    name: 'radar',
    summary: 'Sentinel-1 backscatter: decibels, speckle filters, means over time, change',
    load: async () => (await import('./commands/radar.ts')).command,
  },
  {
    name: 'flood',
    summary: 'map floods from a Sentinel-1 scene, with the threshold found in it',
    load: async () => (await import('./commands/flood.ts')).command,
  },
  {
    name: 'accuracy',
    summary: 'sample a class map for judging, and assess it: accuracies and areas with intervals',
    load: async () => (await import('./commands/accuracy.ts')).command,
  },
  {
    name: 'point',
    summary: 'print the value of a raster at a place',
    load: async () => (await import('./commands/point.ts')).command,
  },
  {
    name: 'sample',
    summary: 'make the simulated sample region',
    load: async () => (await import('./commands/sample.ts')).command,
  },
  {
    name: 'start',
    summary: 'make what is missing and serve the map',
    load: async () => (await import('./commands/start.ts')).command,
  },
  {
    name: 'serve',
    summary: 'serve the workspace: map, tiles, archives',
    load: async () => (await import('./commands/serve.ts')).command,
  },
  {
    name: 'warp',
    summary: 'bring a raster into another CRS or onto another grid',
    load: async () => (await import('./commands/warp.ts')).command,
  },
  {
    name: 'ingest',
    summary: 'take scenes and zones into the catalogue',
    load: async () => (await import('./commands/ingest.ts')).command,
  },
  {
    name: 'run',
    summary: 'carry out a pipeline: a built-in one, or a process graph of your own',
    load: async () => (await import('./commands/run.ts')).command,
  },
  {
    name: 'status',
    summary: 'list runs, or tell all about one',
    load: async () => (await import('./commands/status.ts')).command,
  },
  {
    name: 'cancel',
    summary: 'stop a run; what is finished of it is kept',
    load: async () => (await import('./commands/cancel.ts')).command,
  },
  {
    name: 'schedule',
    summary: 'run a pipeline by the clock, or whenever a scene comes in',
    load: async () => (await import('./commands/schedule.ts')).command,
  },
  {
    name: 'worker',
    summary: 'work on the runs that are queued',
    load: async () => (await import('./commands/worker.ts')).command,
  },
  {
    name: 'passport',
    summary: 'show what a product was made of, and how',
    load: async () => (await import('./commands/passport.ts')).command,
  },
  {
    name: 'replay',
    summary: 'make a product again from its passport, and compare',
    load: async () => (await import('./commands/replay.ts')).command,
  },
  {
    name: 'token',
    summary: 'make, list and revoke tokens; see what was done with them',
    load: async () => (await import('./commands/token.ts')).command,
  },
  {
    name: 'backup',
    summary: 'back up the database of the workspace',
    load: async () => (await import('./commands/backup.ts')).command,
  },
  {
    name: 'restore',
    summary: 'bring a backup back',
    load: async () => (await import('./commands/restore.ts')).command,
  },
];
