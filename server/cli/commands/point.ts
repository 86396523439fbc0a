import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { readPoint } from '../../../pipelines/runs/point.ts';
import type { Action, CommandModule } from '../command.ts';

function define(command: Command): void {
  command
    .argument('<raster>', 'a path or an http(s) URL, of which only the needed bytes are fetched')
    .argument('<lon>', 'longitude in degrees, WGS 84')
    .argument('<lat>', 'latitude in degrees')
    .addHelpText(
      'after',
      '\nExamples:\n  landmeter point ndvi.tif 5.12 52.09\n  landmeter point ndvi.tif 5.12 52.09 --json',
    );
}

const run: Action = async (context, [path, lon, lat]) => {
  const place = [degrees('LON', lon!), degrees('LAT', lat!)] as const;
  const point = await readPoint(path!, ...place, { signal: context.signal });
  if (context.json) context.printJson(point);
  else context.print(point.values.map((value) => (value === null ? 'nodata' : String(value))).join('\n'));
};

function degrees(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new PlatformError('usage', `${name} is "${text}"; give degrees with a decimal point, such as 5.12`);
}

export const command: CommandModule = { define, run };
