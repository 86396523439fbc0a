import type { Command } from 'commander';
import { PlatformError } from '../../../../pipelines/core/errors.ts';
import type { SimulationLine } from '../../../services/simulation.ts';
import { publishSimulation, simulateHere } from '../../../services/simulation.ts';
import type { Action, CommandModule } from '../../command.ts';
import { onWorkspace } from '../../on-workspace.ts';

function define(command: Command): void {
  command
    .option('--live', 'go on from now, until Ctrl-C (default: the two years of history)')
    .option('--every <seconds>', 'with --live: between readings', '5')
    .option('--mqtt <url>', 'with --live: publish to this broker, as stations would (LANDMETER_MQTT_URL)')
    .addHelpText(
      'after',
      `
Everything is simulated: a function of place and time, marked so on each station. With --live the readings go to the broker,
on sensors/simulated/<station>/<property>; where there is none, through the server that holds the workspace.

Examples:
  landmeter sensors simulate --live
  landmeter sensors simulate --live --every 1 --mqtt mqtt://localhost:1883`,
    );
}

const run: Action = async (context, _args, options) => {
  const { config, signal, progress, print, printJson, json, note } = context;
  const everySeconds = Number(options['every']);
  if (!(everySeconds >= 0.2 && everySeconds <= 86_400))
    throw new PlatformError(
      'usage',
      `--every is "${String(options['every'])}"; seconds from 0.2 to 86400 are accepted`,
    );
  const isLive = options['live'] === true;
  if (isLive && config.mqtt !== null) {
    note(`Publishing simulated readings; Ctrl-C stops it`);
    await publishSimulation(config.mqtt.url, everySeconds, signal);
    return;
  }
  const request = { isLive, everySeconds };
  let last: SimulationLine | null = null;
  try {
    for await (const line of onWorkspace<SimulationLine>(context, {
      name: 'landmeter sensors simulate',
      here: (database) => simulateHere(database, request, signal),
      there: { path: '/workspace/simulate', body: request },
    })) {
      last = line;
      progress.stage(`${line.added} simulated readings, the last of ${line.time}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error; // Ctrl-C is how it ends
  }
  progress.done();
  if (json) printJson(last);
  else if (last) print(`${last.added} simulated readings, the last of ${last.time}`);
};

export const command: CommandModule = { define, run };
