import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import type { ServedWorkspace } from './support/served-workspace.ts';
import { FIELDS, serveWorkspace } from './support/served-workspace.ts';

const browser: Browser | null = await launchChromium();
let site: ServedWorkspace;

async function open(hash: string, options: BrowserContextOptions & { readonly signedIn?: boolean } = {}) {
  const { signedIn = false, ...rest } = options;
  const context = await browser!.newContext({ locale: 'en-GB', viewport: { width: 1200, height: 900 }, ...rest });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  if (signedIn) await page.addInitScript((token) => sessionStorage.setItem('landmeter.token', token), site.token);
  await page.goto(`${site.address}${hash}`);
  return { page, errors, requests };
}

/** Drawing in software on a busy machine takes its time. */
function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 30_000 });
}

describe.skipIf(!browser)('the screens of the analyst', () => {
  beforeAll(async () => {
    site = await serveWorkspace();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await site.close();
  });

  it('are not loaded with the first map', async () => {
    const { page, requests } = await open('');
    await page.locator('canvas').waitFor();
    await page.waitForLoadState('networkidle');
    expect(requests.filter((url) => /(runs|scenes|zones|chart|parts|uPlot)[-.]/i.test(url))).toEqual([]);
    expect(requests.filter((url) => /\/(runs|scenes|zones|live|schedules)$/.test(url))).toEqual([]);
    await page.context().close();
  });

  it('list the scenes, and tell of each what the door found', async () => {
    const { page, errors } = await open('#p=scenes');
    await page.locator('.table-scenes tbody tr').first().waitFor();
    expect(await page.locator('.table-scenes tbody tr').count()).toBe(7);
    const first = page.locator('.table-scenes tbody tr').first();
    expect(await first.innerText()).toMatch(/13 Aug 2025\s+31UFT/);
    await page.getByRole('button', { name: '26 Jun 2024' }).click();
    await page.getByRole('heading', { name: '26 June 2024' }).waitFor();
    await page.getByText('Calibration', { exact: true }).waitFor();
    expect(await page.locator('.panel').innerText()).toMatch(/reflectance = \(DN - 1000\) \/ 10000/);
    await eventually(() => page.url()).toContain('c=SIM_31UFT_20240626');
    await page.getByRole('button', { name: 'Earlier scene' }).first().click();
    await page.getByRole('heading', { name: '12 May 2024' }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await eventually(() => page.locator('#panel-title:focus').innerText()).toBe('Scenes');
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it('read only without a token, refuse a wrong one, and keep a right one out of the address', async () => {
    const { page } = await open('#p=runs&n=zone-series');
    const estimate = page.getByRole('button', { name: 'Estimate' });
    await estimate.waitFor();
    expect(await estimate.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Token').fill('not-the-token');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByText('This token is not known here').waitFor();
    await dialog.getByLabel('Token').fill(site.token);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await eventually(() => estimate.isEnabled()).toBe(true);
    expect(page.url()).not.toContain(site.token);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(site.token);
    await page.context().close();
  });

  it('say beside the field what cannot be', async () => {
    const { page } = await open('#p=runs&n=zone-series', { signedIn: true });
    await page.getByRole('combobox', { name: /^Zones/ }).fill('fields');
    await page.getByText('More settings').click();
    await page.getByLabel('Statistics').fill('mean,average');
    await page.getByRole('button', { name: 'Estimate' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'cannot run' });
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/average[^]*Request \w+-\w+/);
    await page.context().close();
  });

  it('estimate, start and follow a run to its table, whose series the zones then show', async () => {
    const { page, errors } = await open('#p=zones', { signedIn: true });
    await page.getByLabel('Set of zones').selectOption('fields');
    await page.getByRole('button', { name: 'Compute a series' }).click();
    const zones = page.getByRole('combobox', { name: /^Zones/ });
    await zones.waitFor();
    expect(await zones.inputValue()).toBe('fields');
    expect(await page.getByLabel('From').inputValue()).toBe('2024-03-24');
    await page.getByRole('button', { name: 'Estimate' }).click();
    await page.getByText('This is what it takes').waitFor();
    expect(await page.locator('.run-plan').innerText()).toMatch(/1 product from \d+ files[^]*CPU time\s+[\d.]+/);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await eventually(() => page.url()).toMatch(/r=\d{8}-\d{6}-/);
    await eventually(() => page.locator('.run-head .run-state').innerText()).toBe('Done');
    const passport = page.getByRole('link', { name: /^Passport of zone-series/ });
    const html = await (await fetch((await passport.getAttribute('href'))!)).text();
    expect(html).toContain('<html');
    await page.getByRole('button', { name: 'Show the series' }).click();

    await page.getByRole('searchbox', { name: 'Search zones' }).fill('midd');
    await page.getByRole('button', { name: /Field middle/ }).click();
    const chart = page.getByRole('slider', { name: /through time/ });
    await chart.waitFor();
    await eventually(() => page.locator('.table-scroll tbody tr').count()).toBe(7);
    await chart.focus();
    await page.keyboard.press('Home');
    await eventually(() => chart.getAttribute('aria-valuetext')).toMatch(/^24 Mar 2024; Field middle: 0\.\d+$/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await eventually(() => page.url()).toContain('d=2024-05-12');
    await page.getByLabel('Trend').check();
    await page.getByRole('cell', { name: /significant/ }).waitFor();
    await eventually(() => page.url()).toContain('z=fields~~~trend~middle');

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    const rows = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(rows[0]).toBe('time,zone,name,mean,valid_share,whittaker,theil_sen');
    expect(rows).toHaveLength(8);
    expect(rows[1]).toMatch(/^2024-03-24T10:50:21\.000Z,middle,Field middle,0\.\d+,1,/);
    expect(errors).toEqual([]);
    await page.context().close();
  }, 180_000);

  it('choose zones by clicks on the map, and give them up the same way', async () => {
    const [west, south, east, north] = FIELDS.west;
    const { page } = await open(`#v=${(south + north) / 2},${(west + east) / 2},13&p=zones&z=fields`);
    const canvas = page.locator('canvas.maplibregl-canvas');
    await canvas.waitFor();
    const chosen = page.locator('.chosen-zones li');
    const click = async () => {
      const box = (await canvas.boundingBox())!;
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    };
    // Before the zones are drawn a click finds none; two clicks at once would zoom.
    const clickUntilFound = async () => {
      if ((await chosen.count()) === 0) await click();
      await page.waitForTimeout(1000);
      return (await chosen.allInnerTexts()).join();
    };
    await eventually(clickUntilFound).toMatch(/Field west/);
    await eventually(() => page.url()).toContain('~west');
    await click();
    await eventually(() => chosen.count()).toBe(0);
    await page.context().close();
  });

  it.each([
    ['nl-NL', 'light', 1200],
    ['en-GB', 'dark', 320],
  ] as const)('are accessible in %s, %s, %i pixels wide', async (locale, colorScheme, width) => {
    const viewport = { width, height: 760 };
    // The series has been computed, else there is no chart to look at.
    await eventually(async () => (await fetch(`${site.address}runs?state=DONE`)).text()).toContain('"zone-series"');
    const options = { locale, colorScheme, viewport, reducedMotion: 'reduce', bypassCSP: true } as const;
    const { page } = await open('#p=runs', options);
    await page.locator('canvas.maplibregl-canvas').waitFor();
    await page.addScriptTag({ content: readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8') });
    for (const [hash, shown] of PAGES) {
      await page.goto(`${site.address}${hash}`); // another hash of the same page loads nothing anew
      await page.locator(shown).first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const found = await page.evaluate(
        'axe.run().then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].target))',
      );
      expect(found, hash).toEqual([]);
    }
    await page.context().close();
  });
});

/** Addresses, each with something that is there once the page is. */
const PAGES = [
  ['#p=runs', '.run-row'],
  ['#p=runs&n=ndvi-composite', '.run-form'],
  ['#p=scenes', '.table-scenes'],
  ['#p=scenes&c=SIM_31UFT_20240626', '.finding-level'],
  ['#p=zones&z=plots~~~smooth.trend~west~east', '.series-chart canvas'],
] as const;
