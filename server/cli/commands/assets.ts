/** `landmeter assets …`: one file per command under `assets/`, and its line here. */
import type { Command } from 'commander';
import type { CommandEntry, CommandGroup } from '../command.ts';

const commands: readonly CommandEntry[] = [
  {
    name: 'score',
    summary: 'condition scores by NEN 2767 of any table of defects',
    load: async () => (await import('./assets/score.ts')).command,
  },
  {
    name: 'import',
    summary: 'take assets into the register, from GeoJSON, GeoPackage, Shapefile, FlatGeobuf or CSV',
    load: async () => (await import('./assets/import.ts')).command,
  },
  {
    name: 'inspect',
    summary: 'add inspections with their defects to assets of the register',
    load: async () => (await import('./assets/inspect.ts')).command,
  },
  {
    name: 'assess',
    summary: 'condition now and chance of becoming poor, with the model fitted on the history of the register',
    load: async () => (await import('./assets/assess.ts')).command,
  },
  {
    name: 'rank',
    summary: 'which to look at next: by expected risk, or the set that lowers most of it within a budget',
    load: async () => (await import('./assets/rank.ts')).command,
  },
  {
    name: 'show',
    summary: 'all that is known of an asset: condition with its reasons, forecast, inspections, history',
    load: async () => (await import('./assets/show.ts')).command,
  },
];

function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Each command has its own --help; --json and --quiet go with all of them.

Examples:
  landmeter assets import bridges.geojson --type bridge
  landmeter assets inspect inspections.csv
  landmeter assets assess
  landmeter assets rank --budget 250000`,
  );
}

export const command: CommandGroup = { define, commands };
