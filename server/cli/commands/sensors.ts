/** `landmeter sensors …`: one file per command under `sensors/`, and its line here. */
import type { Command } from 'commander';
import type { CommandEntry, CommandGroup } from '../command.ts';

const commands: readonly CommandEntry[] = [];

function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Each command has its own --help; --json and --quiet go with all of them.

Examples:
  landmeter sensors flag readings.csv --property air_temperature -o flagged.csv`,
  );
}

export const command: CommandGroup = { define, commands };
