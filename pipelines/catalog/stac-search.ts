/** Items that a STAC API lists: the answer of a search, or the items of a collection, page after page. */
import { PlatformError } from '../core/errors.ts';
import { readTextFile } from './product-files.ts';

/** A search that finds more is narrowed down by who asks. */
const MAX_ITEMS = 10_000;
const MAX_PAGES = 1_000;

interface Link {
  readonly rel?: unknown;
  readonly href?: unknown;
  readonly method?: unknown;
}

interface Page {
  readonly features: readonly { readonly id?: unknown; readonly links?: readonly Link[] }[];
  readonly links?: readonly Link[];
}

/**
 * @param address  Of a page of items, with its question behind it: `…/search?collections=sentinel-2-c1-l2a&bbox=…`, or
 *   `…/collections/<id>/items?limit=100`.
 * @returns the address of each item; null where the address answers no page of items.
 * @throws {PlatformError} `too-large` for more than 10,000 items; `format-unsupported` where an item says not where it is,
 *   or the next page must be asked for by POST; what reading throws
 */
export async function listItemAddresses(address: string, signal?: AbortSignal): Promise<string[] | null> {
  const found: string[] = [];
  let next: string | null = address;
  for (let pages = 0; next !== null && pages < MAX_PAGES; pages++) {
    const page = parsePage(await readTextFile(next, signal));
    if (page === null) {
      if (pages === 0) return null;
      throw new PlatformError(
        'format-damaged',
        `${next} is no page of STAC items, though the page before it leads there`,
      );
    }
    for (const item of page.features) found.push(selfOf(item, next));
    if (found.length > MAX_ITEMS)
      throw new PlatformError('too-large', `${address} finds more than ${MAX_ITEMS} items; narrow the search down`);
    next = page.features.length === 0 ? null : nextOf(page, next);
  }
  return found;
}

function parsePage(text: string): Page | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { type, features } = (value ?? {}) as { type?: unknown; features?: unknown };
  if (type !== 'FeatureCollection' || !Array.isArray(features)) return null;
  const isOfItems = features.every((item) => typeof item === 'object' && item !== null && 'assets' in item);
  return isOfItems ? (value as Page) : null;
}

function selfOf({ id, links }: Page['features'][number], page: string): string {
  const href = links?.find(({ rel }) => rel === 'self')?.href;
  if (typeof href === 'string') return new URL(href, page).href;
  throw new PlatformError(
    'format-unsupported',
    `The item ${String(id)} in ${page} does not say where it is (a link with rel self), so that it could not be read again`,
  );
}

function nextOf({ links }: Page, page: string): string | null {
  const next = links?.find(({ rel }) => rel === 'next');
  if (typeof next?.href !== 'string') return null;
  if (typeof next.method === 'string' && next.method.toUpperCase() !== 'GET')
    throw new PlatformError(
      'format-unsupported',
      `${page} wants its next page to be asked for by POST; ask with GET and a larger limit`,
    );
  const address = new URL(next.href, page).href;
  return address === page ? null : address;
}
