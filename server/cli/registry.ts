/** The commands, in the order in which `--help` lists them. A new command is one file and one line here. */
import type { CommandModule } from './command.ts';

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'indices',
    summary: 'list the spectral indices, or show one',
    load: async () => (await import('./commands/indices.ts')).command,
  },
  {
    name: 'sample',
    summary: 'make the simulated sample region',
    load: async () => (await import('./commands/sample.ts')).command,
  },
];
