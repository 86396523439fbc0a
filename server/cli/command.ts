/**
 * What a command of the command line is: one file under `server/cli/commands/`, listed in `registry.ts`, loaded only
 * when it is asked for (a command must start in the time that Node takes).
 */
import type { Command } from 'commander';
import type { TaskRunner } from '../../pipelines/runner.ts';
import type { Config } from '../config.ts';
import type { Progress } from './progress.ts';

/** What `main.ts` hands to the action of a command. */
export interface CliContext {
  readonly config: Config;
  /** `--json`: stdout is one JSON document. */
  readonly json: boolean;
  /** Fires on Ctrl-C and SIGTERM; a command then stops and leaves nothing half-written. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Prints a result to stdout: text for people, or the JSON document. */
  readonly print: (text: string) => void;
  readonly printJson: (value: unknown) => void;
  /** A line on stderr that is not progress (a warning); silent with `--quiet`. */
  readonly note: (text: string) => void;
  /** The pool of threads, started on first use and closed by `main.ts`. */
  readonly runner: () => Promise<TaskRunner>;
}

export type Action = (
  context: CliContext,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<void>;

export interface CommandModule {
  /** Adds arguments, options and an example to the sub-command. */
  define(command: Command): void;
  /** `args` are the positional arguments, `options` commander's parsed options. */
  readonly run: Action;
}

/** Commands that share their first word, such as `landmeter sensors flag`. */
export interface CommandGroup {
  /** Adds what the group's own help says. */
  define(command: Command): void;
  readonly commands: readonly CommandEntry[];
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule | CommandGroup>;
}
