import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Json } from '../../../pipelines/core/passport/passport.ts';
import { parseSettings } from '../../../pipelines/graph/bind-parameters.ts';
import { loadPipeline } from '../../../pipelines/queue/load-pipeline.ts';
import type { RunService, ScheduleDetails } from '../../../pipelines/queue/run-service.ts';
import type { NewSchedule } from '../../../pipelines/queue/schedules.ts';
import type { Action, CliContext, CommandModule } from '../command.ts';
import { onWorkspace } from '../on-workspace.ts';
import { definePipelineOptions, whoAndWhen } from '../run-options.ts';
import { withRunService } from '../run-service.ts';

export type ScheduleRequest =
  | { readonly action: 'add'; readonly schedule: NewSchedule }
  | { readonly action: 'list' }
  | { readonly action: 'remove'; readonly id: string };

export async function* tellSchedules(service: RunService, request: ScheduleRequest): AsyncGenerator<ScheduleDetails> {
  if (request.action === 'add') yield await service.addSchedule(request.schedule);
  if (request.action === 'list') yield* await service.schedules();
  if (request.action === 'remove') await service.removeSchedule(request.id);
}

function define(command: Command): void {
  command
    .argument('<action>', 'add, list or remove')
    .argument('[name]', 'add: name or file of the pipeline; remove: id of the schedule')
    .option('--cron <expression>', 'add: when, five fields, such as "0 6 * * *" for each day at six')
    .option('--time-zone <name>', 'add: of the expression, such as Europe/Amsterdam (default: UTC)')
    .option('--on-scene', 'add: whenever a scene has come in')
    .option('--collection <id>', 'with --on-scene: only scenes of it')
    .option('--tile <id>', 'with --on-scene: only scenes of this MGRS tile')
    .option('--max-cloud <percent>', 'with --on-scene: only scenes with no more cloud');
  definePipelineOptions(command);
  command.addHelpText(
    'after',
    `
In values, {today} and {today-30d} are days; with --on-scene, {scene}, {scene.date}, {scene.collection} and {scene.tile} are of
the scene that came in.

Examples:
  landmeter schedule add ndvi-composite --cron "0 6 1 * *" --set period={today-30d}/{today}
  landmeter schedule add index-archive --on-scene --max-cloud 60 --set scene={scene}
  landmeter schedule list`,
  );
}

const run: Action = async (context, [action, name], options) => {
  const request = await toRequest(context, action!, name, options);
  const lines = onWorkspace<ScheduleDetails>(context, {
    name: 'landmeter schedule',
    here: (database) => withRunService(context, database, (service) => tellSchedules(service, request)),
    there: { path: '/workspace/schedule', body: request },
  });
  const found: ScheduleDetails[] = [];
  for await (const line of lines) found.push(line);
  context.progress.done();
  if (context.json) context.printJson(request.action === 'add' ? found[0] : found);
  else if (request.action === 'remove') context.print(`${request.id} is removed`);
  else if (found.length === 0) context.print('Nothing is scheduled');
  else for (const schedule of found) context.print(scheduleLine(schedule));
};

function scheduleLine({ id, pipeline, cron, timeZone, nextAt, onScene, lastRun }: ScheduleDetails): string {
  const when =
    cron === null ? `when a scene comes in ${JSON.stringify(onScene)}` : `${cron} ${timeZone ?? 'UTC'}, next ${nextAt}`;
  return `${id}  ${pipeline}  ${when}  last run ${lastRun ?? 'none'}`;
}

async function toRequest(
  context: CliContext,
  action: string,
  name: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Promise<ScheduleRequest> {
  if (action === 'list') return { action };
  if (action !== 'add' && action !== 'remove')
    throw new PlatformError('usage', `schedule ${action} is not known; add, list and remove are`);
  if (name === undefined)
    throw new PlatformError(
      'usage',
      action === 'add' ? 'Name the pipeline to schedule' : 'Name the schedule to remove',
    );
  if (action === 'remove') return { action, id: name };
  const text = (option: string) => (options[option] as string | undefined) ?? null;
  const cron = text('cron');
  const onScene = options['onScene'] === true;
  if ((cron !== null) === onScene)
    throw new PlatformError('usage', 'Say when: either --cron or --on-scene, and not both');
  const cloud = text('maxCloud');
  if (cloud !== null && !(Number(cloud) >= 0 && Number(cloud) <= 100))
    throw new PlatformError('usage', `--max-cloud is "${cloud}"; a number from 0 to 100 is accepted`);
  const trigger = {
    collection: text('collection'),
    tile: text('tile'),
    maxCloudCover: cloud === null ? null : Number(cloud),
  };
  const { pipeline, definition } = await loadPipeline(name);
  const parameters = { base: process.cwd(), settings: parseSettings(options['set'] as string[]) };
  const when = { cron, timeZone: text('timeZone'), onScene: onScene ? trigger : null };
  const graph = definition as unknown as Json;
  return { action, schedule: { pipeline, graph, parameters, ...when, ...whoAndWhen(context, options) } };
}

export const command: CommandModule = { define, run };
