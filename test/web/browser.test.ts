import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findColormap, paletteOf } from '../../pipelines/core/color/ramp.ts';
import { paletteIndex } from '../../pipelines/core/color/rescale.ts';
import { mercatorToLonLat, tileBounds } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { LayerList } from '../../pipelines/core/wire.ts';
import { launchChromium } from './support/chromium.ts';
import type { Site } from './support/site.ts';
import { CODING, LEFT_CODE, RIGHT_CODE, startSite, TILE_ZOOM } from './support/site.ts';

const browser: Browser | null = await launchChromium();
const LEFT_VALUE = CODING.offset + CODING.scale * LEFT_CODE;
const RIGHT_VALUE = CODING.offset + CODING.scale * RIGHT_CODE;

let site: Site;

interface Opened {
  readonly page: Page;
  readonly requests: string[];
  readonly errors: string[];
}

async function open(hash: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser!.newContext({ locale: 'en-GB', viewport: { width: 1000, height: 640 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${site.address}${hash}`);
  return { page, requests, errors };
}

/** Drawing in software on a busy machine takes its time. */
function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 20_000 });
}

/** The address that puts shares `u`, `v` of a tile's sides in the middle of the map, and cells of eight pixels. */
function viewOf(u: number, v: number): string {
  const box = tileBounds({ z: TILE_ZOOM, x: 526, y: 338 });
  const span = box.maxX - box.minX;
  const [lon, lat] = mercatorToLonLat(box.minX + u * span, box.maxY - v * span);
  return `#v=${lat},${lon},12`;
}

async function mapCentre(page: Page): Promise<{ x: number; y: number }> {
  const box = (await page.locator('canvas').boundingBox())!;
  return { x: Math.floor(box.x + box.width / 2), y: Math.floor(box.y + box.height / 2) };
}

async function colourAtCentre(page: Page): Promise<number[]> {
  const { x, y } = await mapCentre(page);
  const png = await page.screenshot({ clip: { x: x - 2, y: y - 2, width: 4, height: 4 } });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (2 * info.width + 2) * info.channels;
  return [...data.subarray(at, at + 3)];
}

function colourOf(value: number, colormap: string, min: number, max: number): number[] {
  const at = paletteIndex(value, { min, max }) * 4;
  return [...paletteOf(findColormap(colormap)).subarray(at, at + 3)];
}

describe.skipIf(!browser)('the web application', () => {
  beforeAll(async () => {
    site = await startSite();
  });

  afterAll(async () => {
    await browser?.close();
    await site.close();
  });

  it.each([
    ['left', 0.25, LEFT_VALUE],
    ['right', 0.75, RIGHT_VALUE],
  ])('draws the value of the %s half in the exact colour of the ramp', async (_side, u, value) => {
    const { page, errors } = await open(`${viewOf(u, 0.3)}&l=ndvi~1~viridis~-1,1&b=none`);
    await eventually(() => colourAtCentre(page)).toEqual(colourOf(value, 'viridis', -1, 1));
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('leaves nodata transparent up to the last cell', async () => {
    // Half a cell below the last row that holds a value.
    const { page } = await open(`${viewOf(0.25, 0.75 + 0.5 / 256)}&l=ndvi`);
    await page.locator('.legend-ends .quiet').waitFor();
    expect(await colourAtCentre(page)).toEqual([0xf6, 0xf5, 0xf0]);
    await page.context().close();
  });

  it('draws no legend for pictures alone, and keeps long names inside the panel', async () => {
    const { page } = await open('#b=none');
    await page.route('**/tiles', async (route) => {
      const list = (await (await route.fetch()).json()) as LayerList;
      const name = 'S2A2A_20190723_022_'.repeat(6);
      const layers = list.layers.map((layer) => ({
        ...layer,
        kind: 'picture',
        simulated: false,
        title: { nl: name, en: name },
      }));
      await route.fulfill({ json: { ...list, layers } });
    });
    await page.goto(`${site.address}${viewOf(0.25, 0.3)}&l=ndvi`);
    await page.reload();
    const name = page.locator('.layer-name').first();
    await name.waitFor();
    const right = async (at: Locator) => at.boundingBox().then((box) => box!.x + box!.width);
    expect(await right(name)).toBeLessThanOrEqual(await right(page.locator('.layer-choice').first()));
    expect(await page.locator('.legend').count()).toBe(0);
    await page.context().close();
  });

  it('recolours, reads under the cursor and keeps it all in the address, without asking for a tile', async () => {
    const { page, requests, errors } = await open(`${viewOf(0.25, 0.3)}&l=ndvi&b=none`);
    await page.locator('.legend-ends .quiet').waitFor();
    const before = requests.filter((url) => url.includes('.png')).length;
    await page.getByRole('button', { name: 'Style of Green' }).click();
    await page.getByLabel('Colour map').selectOption('magma');
    await page.getByLabel('Maximum', { exact: true }).fill('0.5');
    await page.getByLabel('Minimum', { exact: true }).fill('-1');
    await eventually(() => colourAtCentre(page)).toEqual(colourOf(LEFT_VALUE, 'magma', -1, 0.5));
    expect(requests.filter((url) => url.includes('.png')).length).toBe(before);

    const { x, y } = await mapCentre(page);
    await page.mouse.move(x, y);
    await eventually(() => page.locator('.readings').innerText()).toBe('Green −0.50');
    await expect
      .poll(() => page.locator('.coordinates').innerText())
      .toMatch(/51\.9\d{4}° N, 5\.\d{5}° E\s*RD \d{6}, \d{6}/);

    await eventually(() => page.url()).toContain('l=ndvi~~magma~-1,0.5');
    const again = await open(new URL(page.url()).hash);
    await eventually(() => colourAtCentre(again.page)).toEqual(await colourAtCentre(page));
    expect(errors).toEqual([]);
    await again.page.context().close();
    await page.context().close();
  });

  it('steps through the dates and opens a place with its series', async () => {
    const { page } = await open(`${viewOf(0.75, 0.3)}&l=ndvi&d=2025-04-01T10:40:00Z`);
    await page.getByRole('button', { name: 'Later scene' }).click();
    await eventually(() => page.url()).toContain('d=2025-06-01');
    await page.locator('.legend-ends .quiet').waitFor();
    const { x, y } = await mapCentre(page);
    await page.mouse.click(x, y);
    await eventually(() => page.locator('.big-value').innerText()).toBe('0.50');
    expect(await page.locator('.series-table tbody tr').count()).toBe(3);
    await page.getByRole('button', { name: 'Back' }).click();
    await eventually(() => page.locator('#panel-title:focus').count()).toBe(1);
    await page.context().close();
  });

  it('says what failed, with the request to ask about, and tries again', async () => {
    site.broken = true;
    const { page } = await open('');
    const alert = page.getByRole('alert');
    await eventually(() => alert.innerText()).toMatch(/could not be loaded[^]*locked[^]*Request test-1/);
    site.broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('checkbox', { name: 'Green' }).waitFor();
    await page.context().close();
  });

  it('finds layers and places, and says so when there is none', async () => {
    const { page } = await open('');
    const search = page.getByRole('searchbox');
    await search.fill('moist');
    await page.getByRole('checkbox', { name: 'Moisture' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Green' }).count()).toBe(0);
    await search.fill('zei');
    await page.getByRole('button', { name: /Zeist/ }).click();
    await eventually(() => page.url()).toMatch(/v=52\.09\d*,5\.23\d*,13/);
    await search.fill('xyzzy');
    await page.getByText('Nothing is called “xyzzy”.').waitFor();
    await page.context().close();
  });

  it.each([
    ['nl-NL', 'light', 1200],
    ['en-GB', 'dark', 320],
  ] as const)('is accessible in %s, %s, %i pixels wide', async (locale, colorScheme, width) => {
    const viewport = { width, height: 720 };
    const { page } = await open('', { locale, colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true });
    await page.locator('canvas').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8') });
    const found = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].target))');
    expect(found).toEqual([]);
    await page.context().close();
  });
});
