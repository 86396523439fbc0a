/** The built web application: where it lies, and building it when its sources are newer. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PlatformError } from '../pipelines/core/errors.ts';

const ROOT = resolve(import.meta.dirname, '..');
export const WEB_FOLDER = join(ROOT, 'web', 'dist');
const SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'pipelines/core',
  'package-lock.json',
];

export function isWebBuilt(): boolean {
  const index = join(WEB_FOLDER, 'index.html');
  if (!existsSync(index)) return false;
  const built = statSync(index).mtimeMs;
  return SOURCES.every((source) => newest(join(ROOT, source)) <= built);
}

/** @throws {PlatformError} `unavailable` with the builder's last words. */
export async function buildWeb(): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite))
    throw new PlatformError(
      'unavailable',
      'The web application is not built and its builder is not installed; run npm ci',
    );
  // Built beside the old one and swapped, so that a running server never serves half of it.
  const next = `${WEB_FOLDER}.${process.pid}.tmp`;
  const child = spawn(
    process.execPath,
    [vite, 'build', 'web', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) {
    rmSync(next, { recursive: true, force: true });
    throw new PlatformError(
      'unavailable',
      `The web application cannot be built: ${words.trim().split('\n').at(-1) ?? `exit code ${code}`}`,
    );
  }
  rmSync(WEB_FOLDER, { recursive: true, force: true });
  renameSync(next, WEB_FOLDER);
}

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).reduce(
    (latest, name) => Math.max(latest, statSync(join(path, name)).mtimeMs),
    0,
  );
}
