import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Draws WebGL in software, so that it works without a graphics card. */
const ARGS = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

/** The machine's Chromium, else the one from npm; null where neither runs, as without the libraries it needs. */
export async function launchChromium(): Promise<Browser | null> {
  const installed = INSTALLED.find(existsSync);
  if (installed) return chromium.launch({ executablePath: installed, args: ARGS });
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    return await chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, ...ARGS] });
  } catch {
    return null;
  }
}
