// `npm start` and `npm test` on a fresh clone: installs from the lockfile when needed, then runs on the pinned Node.
// Plain JavaScript without imports from packages, because nothing is installed yet when it starts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [what, ...rest] = process.argv.slice(2);
const windows = process.platform === 'win32';

const COMMANDS = {
  start: ['server/landmeter.mjs', 'start', ...rest],
  test: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--root', '.', ...rest],
};

function fail(text) {
  console.error(text);
  process.exit(1);
}

/** npm writes node_modules/.package-lock.json last; a lockfile that is newer has not been installed. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const stamp = join(root, 'node_modules', '.landmeter-lock');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === lock;
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  console.error('Installing what Landmeter needs (once) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // `npm start` tells npm's own script; by hand there is npm on the path.
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: windows });
  if (status !== 0)
    fail(`npm ci failed${error ? `: ${error.message}` : ''}; mend what it names above and run this again`);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(join(root, 'node_modules', '.landmeter-lock'), readFileSync(join(root, 'package-lock.json')));
}

function nodeToUse() {
  const pinned = join(root, 'node_modules', '.bin', windows ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  return fail(
    `Node ${process.version} cannot run Landmeter and no pinned Node exists for ${process.platform} ${process.arch}: install Node 24`,
  );
}

if (!COMMANDS[what]) fail(`Unknown: ${what ?? 'nothing'}; start and test are known`);
if (!isInstalled()) install();
handOver(nodeToUse(), COMMANDS[what], { cwd: root });
