import type { Action, CommandModule } from '../command.ts';
import { defineAddress, startConfigured, stopped } from '../serving.ts';

const run: Action = async (context) => {
  const { config, print, json, printJson, signal, note } = context;
  const server = await startConfigured(context);
  if (json) printJson({ address: server.address });
  else print(`Landmeter serves ${config.workspace} on ${server.address}`);
  await stopped(signal);
  note('Stopping; answering what is in flight');
  await server.stop();
};

export const command: CommandModule = {
  define(command) {
    defineAddress(command).addHelpText('after', '\nExample:\n  landmeter serve --workspace ./workspace --port 8080');
  },
  run,
};
