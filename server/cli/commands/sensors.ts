/** `landmeter sensors …`: one file per command under `sensors/`, and its line here. */
import type { Command } from 'commander';
import type { CommandEntry, CommandGroup } from '../command.ts';

const commands: readonly CommandEntry[] = [
  {
    name: 'flag',
    summary: 'quality flags beside each reading: range, rate, spike, stuck, gap, neighbour, duplicate, clock',
    load: async () => (await import('./sensors/flag.ts')).command,
  },
  {
    name: 'interpolate',
    summary: 'a map of values between stations: inverse distance, kriging, kriging with a drift',
    load: async () => (await import('./sensors/interpolate.ts')).command,
  },
  {
    name: 'export',
    summary: 'observations into a table (CSV, JSON, Parquet), with their licence',
    load: async () => (await import('./sensors/export.ts')).command,
  },
  {
    name: 'feeds',
    summary: 'feeds of observations that are asked by the clock: add, list, remove, sync',
    load: async () => (await import('./sensors/feeds.ts')).command,
  },
  {
    name: 'simulate',
    summary: 'the simulated stations of the sample region: their history, or live over MQTT',
    load: async () => (await import('./sensors/simulate.ts')).command,
  },
];

function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Each command has its own --help; --json and --quiet go with all of them.

Examples:
  landmeter sensors flag readings.csv --property air_temperature -o flagged.csv
  landmeter sensors interpolate stations.csv --method kriging --like ndvi.tif -o no2.tif`,
  );
}

export const command: CommandGroup = { define, commands };
