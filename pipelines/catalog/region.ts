/** The region that a workspace is about: where its map opens, its basemap, its places. `region.json` in the workspace. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../core/errors.ts';
import { writeOutputFile } from '../io/output-file.ts';

const regionSchema = z.object({
  bounds: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** The archive of the basemap; null draws none. */
  basemap: z.string().nullable(),
  places: z.array(z.object({ name: z.string(), kind: z.string(), lon: z.number(), lat: z.number() })),
});

export type Region = z.infer<typeof regionSchema>;

export async function writeRegion(workspace: string, region: Region): Promise<void> {
  await writeOutputFile(join(workspace, 'region.json'), (file) =>
    file.handle.writeFile(JSON.stringify(region, null, 2)),
  );
}

/** @throws {PlatformError} `format-damaged` */
export async function readRegion(workspace: string): Promise<Region | null> {
  const path = join(workspace, 'region.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return regionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new PlatformError('format-damaged', `${path} is no region record; remove it or correct it`, { cause });
  }
}
