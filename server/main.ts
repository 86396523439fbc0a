/** The command line: finds the command, builds what it needs, runs it, and turns its end into an exit code. */
import { Command, CommanderError } from 'commander';
import { isPlatformError, PlatformError } from '../pipelines/core/errors.ts';
import { findRdGrid, useRdGrid } from '../pipelines/io/rd-grid.ts';
import type { TaskRunner } from '../pipelines/runner.ts';
import type { CliContext, CommandEntry } from './cli/command.ts';
import { createProgress } from './cli/progress.ts';
import { COMMANDS } from './cli/registry.ts';
import type { Config } from './config.ts';
import { readConfig } from './config.ts';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** @returns the exit code. */
export async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = stopSignal();
  surviveClosedOutput();
  const program = new Command('landmeter')
    .description(
      'Landmeter watches land: Sentinel rasters and sensor points become indices, statistics, alerts and map tiles.',
    )
    .exitOverride()
    .helpCommand(false)
    .showHelpAfterError(false)
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  const asked = COMMANDS.find((entry) => entry.name === argv[0]);
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.summary);
    if (entry === asked) await prepare(command, entry, argv.slice(1), env, stop);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return report(error, asked);
  }
}

async function prepare(
  command: Command,
  entry: CommandEntry,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<void> {
  const module = await entry.load();
  module.define(command);
  if ('commands' in module) {
    for (const below of module.commands) {
      const own = command.command(below.name).description(below.summary);
      if (below.name === words[0]) await prepare(own, below, words.slice(1), env, stop);
    }
    command.exitOverride().helpCommand(false);
    return;
  }
  command
    .option('--json', 'print one JSON document')
    .option('--quiet', 'no progress on stderr')
    .option('--threads <n>', 'threads for compute (LANDMETER_THREADS)')
    .option('--memory <size>', 'memory ceiling, such as 700M or 4G (LANDMETER_MEMORY)')
    .option('--workspace <folder>', 'workspace folder (LANDMETER_WORKSPACE)')
    .option('--database <url>', 'PostgreSQL with the catalogue; default: in the workspace (LANDMETER_DATABASE_URL)')
    .exitOverride()
    .action(async () => {
      const options = command.opts<Record<string, unknown>>();
      const context = createContext(readConfig(options, env), options, stop);
      try {
        await useRdGrid(findRdGrid(context.config.workspace));
        await module.run(context, command.args, options);
        context.progress.done();
      } finally {
        await context.dispose();
      }
    });
}

function createContext(
  config: Config,
  options: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): CliContext & { dispose(): Promise<void> } {
  const quiet = options['quiet'] === true;
  let pool: Promise<TaskRunner> | undefined;
  return {
    config,
    json: options['json'] === true,
    signal,
    progress: createProgress({ stream: process.stderr, quiet, now: () => performance.now() }),
    print: (text) => void process.stdout.write(`${text}\n`),
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void (quiet || process.stderr.write(`${text}\n`)),
    runner: () =>
      (pool ??= import('../workers/pool.ts').then(({ createPool }) =>
        createPool({ threads: threadsWithin(config), setup: { rdGrid: findRdGrid(config.workspace) } }),
      )),
    dispose: async () => (await pool)?.close(),
  };
}

/** What a thread with its share of the work in flight takes, measured on whole scenes. */
const THREAD_BYTES = 160 * 2 ** 20;

/** As many threads as asked for and as the memory ceiling has room for; one at least. */
function threadsWithin({ threads, memoryBytes }: Config): number {
  return Math.max(1, Math.min(threads, Math.floor(memoryBytes / THREAD_BYTES)));
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let askedAt = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      const now = performance.now();
      // Asked a second time: at once. npm and the launcher hand the same signal on within moments; that is no second time.
      if (controller.signal.aborted && now - askedAt > 500) process.exit(EXIT.failed);
      if (controller.signal.aborted) return;
      askedAt = now;
      controller.abort(new PlatformError('aborted', 'Stopped as asked; nothing half-written is left'));
    });
  return controller.signal;
}

/** A reader that has seen enough (`| head -1`) is no fault; a full disk behind stdout is one sentence. */
function surviveClosedOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    const reason = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
    process.stderr.write(`Cannot write the result to stdout: ${reason}\n`);
    process.exit(EXIT.failed);
  });
}

function report(error: unknown, asked: CommandEntry | undefined): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done; // --help
    const message = error.message.replace(/^error: /, '').replace(/\n[\s\S]*/, '');
    const hint = error.code === 'commander.help' ? '' : `; see landmeter ${asked ? `${asked.name} ` : ''}--help`;
    process.stderr.write(`${message === '(outputHelp)' ? 'Name a command' : message}${hint}\n`);
    return EXIT.usage;
  }
  if (isPlatformError(error)) {
    process.stderr.write(`${error.message}\n`);
    return error.code === 'usage' ? EXIT.usage : EXIT.failed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`This is a fault in Landmeter itself, please report it: ${text}\n`);
  return EXIT.failed;
}
