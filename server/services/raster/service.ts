/** Raster items on demand, for every door that shows or measures them: one resolver, one renderer, one set of limits. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { Queries } from '../../../pipelines/database/database.ts';
import { findRasterItem } from '../../../pipelines/render/raster-item.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import type { ServedDatabase } from '../database.ts';
import { createFiles } from './files.ts';
import type { Files } from './files.ts';
import { createKept } from './kept.ts';
import { createPictures } from './pictures.ts';
import type { Pictures } from './pictures.ts';

export interface RasterService extends Pictures {
  /** @throws {PlatformError} `not-found`; what opening a product's file throws */
  item(id: string): Promise<RasterItem>;
  readonly files: Files;
  /** Threads of their own: what a run does for hours does not make a map wait. */
  readonly runner: () => Promise<TaskRunner>;
  readonly queries: () => Promise<Queries>;
}

/** A map asks for hundreds of tiles of one item in a moment. */
const ITEM_MS = 3000;
const ITEMS = 1000;

export function createRasterService(database: ServedDatabase, runner: () => Promise<TaskRunner>): RasterService {
  const files = createFiles();
  const items = createKept<Promise<RasterItem | null>>({ most: ITEMS, lifeMs: ITEM_MS });
  async function item(id: string): Promise<RasterItem> {
    const found = await items.get(id, async () => {
      const opened = await database.openExisting();
      return opened && findRasterItem(opened, id);
    });
    if (found) return found;
    const shown = id.slice(0, 200);
    throw new PlatformError('not-found', `There is no scene or raster product "${shown}"; /stac/search lists them`, {
      detail: { parameter: 'item', value: shown },
    });
  }
  return { ...createPictures(runner, files, item), item, files, runner, queries: () => database.open() };
}
