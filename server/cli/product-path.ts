/** A product as a user names it: a file, the id of a product of a run, or an archive of the workspace by its name. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { currentData } from '../../pipelines/database/embedded.ts';
import { databaseFolder } from '../../pipelines/database/open.ts';
import { findProduct } from '../../pipelines/queue/products-repository.ts';
import type { CliContext } from './command.ts';
import { onWorkspace } from './on-workspace.ts';

/** A word that could be an id, and is no path. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.\d+)?$/;

/** @throws {PlatformError} `not-found` for an id that is none; a path is not looked at */
export async function productPath(context: CliContext, word: string): Promise<string> {
  if (!ID.test(word) || (await isThere(word))) return word;
  const { workspace, database: url } = context.config;
  const archive = join(workspace, 'archives', `${word}.pmtiles`);
  if (await isThere(archive)) return archive;
  // Who asks for a file that is not there shall not get a database made
  if (url === null && (await currentData(databaseFolder(workspace)).catch(() => null)) === null) return word;
  const lines = onWorkspace<{ path: string | null }>(context, {
    name: 'landmeter passport',
    here: async function* (database) {
      yield { path: (await findProduct(database, word))?.path ?? null };
    },
    there: { path: '/workspace/product', body: { id: word } },
  });
  for await (const { path } of lines) {
    context.progress.done();
    if (path !== null) return path;
  }
  throw new PlatformError(
    'not-found',
    `There is no file and no product ${word}; landmeter status names the products of a run`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
