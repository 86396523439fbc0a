#!/usr/bin/env node
// Plain JavaScript, so that any Node can start it: hands over to the Node that the lockfile pins, then runs main.ts.
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { handOver } from './hand-over.mjs';

const pinned = fileURLToPath(
  new URL(`../node_modules/.bin/node${process.platform === 'win32' ? '.exe' : ''}`, import.meta.url),
);
/** Commands that answer requests: there a pause counts, and V8 collects garbage best as it does by itself. */
const SERVERS = new Set(['serve', 'start']);
/** A run has a small heap beside large arrays: helpers that mark it all the time cost 7 % of an index. */
const BATCH_FLAGS = '--single-threaded-gc --min-semi-space-size=16';

const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (runsTypeScript) {
  if (!SERVERS.has(process.argv[2])) setFlagsFromString(BATCH_FLAGS);
  nodeModule.enableCompileCache();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2), process.env);
} else if (existsSync(pinned)) {
  handOver(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else {
  console.error(`Node ${process.version} cannot run Landmeter and the pinned one is not installed: run npm ci first.`);
  process.exitCode = 1;
}
