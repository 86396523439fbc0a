/** Runs a command as its words are typed, in this process and without threads. */
import { Command } from 'commander';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { CliContext, CommandModule } from '../../server/cli/command.ts';

export interface Typed {
  readonly text: string;
  readonly notes: readonly string[];
  /** Of `--json`. */
  readonly value: Record<string, unknown>;
}

/** @throws what the command throws, and commander for wrong words */
export async function typeCommand(module: CommandModule, words: readonly string[], json = false): Promise<Typed> {
  const parser = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  module.define(parser);
  parser.parse([...words], { from: 'user' });
  const printed: string[] = [];
  const notes: string[] = [];
  let value: unknown = null;
  const context = {
    config: { memoryBytes: 1e9, askedBy: 'a test', cache: null },
    json,
    signal: new AbortController().signal,
    progress: { stage() {}, advance() {}, done() {} },
    print: (line: string) => void printed.push(line),
    printJson: (document: unknown) => void (value = document),
    note: (line: string) => void notes.push(line),
    runner: async () => inlineRunner,
  };
  await module.run(context as unknown as CliContext, parser.args, parser.opts());
  return { text: printed.join('\n'), notes, value: value as Record<string, unknown> };
}
