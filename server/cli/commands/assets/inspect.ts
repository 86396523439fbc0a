import { resolve } from 'node:path';
import type { Command } from 'commander';
import { askRegister, tellImported } from '../../asset-lines.ts';
import type { Action, CommandModule } from '../../command.ts';

function define(command: Command): void {
  command.argument('<table>', 'CSV or Parquet: asset, date, part, seriousness, extent, intensity').addHelpText(
    'after',
    `
A row is a defect of a part; with seriousness, extent and intensity empty it is a part without defects. Where only a score
is known: asset, date, score. Columns that may stand beside: weight (replacement value of the part), inspector, care
(the care score, kept apart), note, key (tells two inspections of a day apart).
The same inspection again is known; with other contents it is replaced.

Example:
  landmeter assets inspect inspections-2026.csv`,
  );
}

const run: Action = async (context, [table]) => {
  const path = /^https?:\/\//i.test(table!) ? table! : resolve(table!);
  tellImported(context, await askRegister(context, { action: 'inspect', path }, 'imported'));
};

export const command: CommandModule = { define, run };
