/** Contour lines of raster items on demand, named by all that they depend on. */
import { createHash } from 'node:crypto';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import { RENDERER_VERSION } from '../../../pipelines/render/render-input.ts';
import type { RenderContoursInput } from '../../../pipelines/tasks/render-contours.ts';
import { bandsOf, planValues } from './plan.ts';
import type { RasterService } from './service.ts';
import type { Query, Wish } from './wish.ts';
import { refusal, wordOf } from './wish.ts';

export interface Contours {
  readonly etag: string;
  /** Null where there is no line. @throws {PlatformError} `busy`, `too-large`; what reading throws; `aborted` */
  draw(signal: AbortSignal): Promise<Uint8Array | null>;
}

/** @throws {PlatformError} `parameter-invalid`, `band-missing` */
export async function contoursOf(
  service: RasterService,
  item: RasterItem,
  wish: Wish,
  place: Pick<RenderContoursInput, 'target' | 'interval' | 'form'>,
): Promise<Contours> {
  if (!wish.formula && bandsOf(item, wish).length > 1)
    throw refusal('bands', 'none', 'Contour lines are of one band of heights; name it with bands');
  const items = [item, ...(await Promise.all(wish.others.map((id) => service.item(id))))];
  const input: RenderContoursInput = {
    ...(await planValues(items, wish, service.files)),
    version: RENDERER_VERSION,
    ...place,
  };
  const named = JSON.stringify([items.map(({ digest }) => digest), input]);
  const etag = `"${createHash('sha256').update(named).digest('base64url').slice(0, 22)}"`;
  return { etag, draw: async (signal) => (await service.runner()).run('render-contours', input, { signal }) };
}

/** @throws {PlatformError} `parameter-invalid` */
export function intervalOf(query: Query): number {
  return parseInterval('interval', wordOf(query, 'interval') ?? '');
}

export function parseInterval(parameter: string, text: string): number {
  const interval = text.trim() === '' ? NaN : Number(text);
  if (interval > 0 && interval < Infinity) return interval;
  throw refusal(parameter, text, `${parameter} "${text.slice(0, 40)}" is no distance between lines: a number above 0`);
}
