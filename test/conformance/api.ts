/** The description of the API, by others' linters. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Check, Server } from './check.ts';
import { get, run, Shortfall, Skipped, standard } from './check.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** 204 packages: no dependency of the project. */
const SPECTRAL = '@stoplight/spectral-cli@6.16.3';
/** Paths whose form another standard gives; the API design rules give way to it. */
const OF_STANDARDS = /^\/(ogc|stac|sta|wmts|tiles|raster|archives|openeo|dcat)/;

async function withDocument<T>(server: Server, work: (path: string, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'landmeter-openapi-'));
  try {
    const path = join(folder, 'openapi.json');
    writeFileSync(path, await (await get(server, '/openapi.json')).text());
    return await work(path, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rules of taste that this API does not follow are off, the others stand. */
const RULES = `extends: [recommended]
rules:
  info-license: error
  operation-4xx-response: off # what takes no parameter and is open has no answer of the kind
  no-server-example.com: off
  no-ambiguous-paths: off # /stac/collections/{id} beside /stac/collections/x: what is written out goes first
  security-defined: off # reading what is open needs no token
`;

async function redocly(server: Server): Promise<string> {
  const cli = join(ROOT, 'node_modules/@redocly/cli/bin/cli.js');
  if (!existsSync(cli)) throw new Skipped('@redocly/cli is not installed (npm ci)');
  return withDocument(server, async (path, folder) => {
    const config = join(folder, 'redocly.yaml');
    writeFileSync(config, RULES);
    const text = await run(process.execPath, [cli, 'lint', path, '--config', config, '--format', 'json']);
    const { totals } = JSON.parse(text.slice(text.indexOf('{'))) as { totals: { errors: number; warnings: number } };
    if (totals.errors > 0) throw new Shortfall(`${totals.errors} errors`);
    return `no error, ${totals.warnings} warnings`;
  });
}

async function spectralProgram({ mayFetchTools }: Server): Promise<string> {
  const folder = join(tmpdir(), 'landmeter-conformance-tools');
  const program = join(folder, 'node_modules/.bin/spectral');
  if (existsSync(program)) return program;
  const known = await run('spectral', ['--version'], 'nothing').then(
    () => 'spectral',
    () => null,
  );
  if (known) return known;
  if (!mayFetchTools) throw new Skipped(`spectral is not installed (--fetch-tools fetches ${SPECTRAL})`);
  await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', SPECTRAL]);
  return program;
}

interface Finding {
  readonly code: string;
  readonly severity: number;
  readonly path: readonly string[];
}

async function designRules(server: Server): Promise<string> {
  const rules = standard(server, 'adr/nl-gov-adr-linter.yaml');
  const program = await spectralProgram(server);
  return withDocument(server, async (path, folder) => {
    const found = join(folder, 'found.json');
    // It ends with 1 where it found something, which is then in the file.
    await run(program, ['lint', '-q', '-r', rules, '-f', 'json', '-o', found, path]).catch((error: unknown) => {
      if (!existsSync(found)) throw error;
    });
    const { readFileSync } = await import('node:fs');
    const findings = (JSON.parse(readFileSync(found, 'utf8')) as Finding[]).filter(({ severity }) => severity === 0);
    const own = findings.filter(({ path: at }) => !(at[0] === 'paths' && OF_STANDARDS.test(at[1] ?? '')));
    if (own.length > 0)
      throw new Shortfall(`${own.length} rules broken, first: ${own[0]!.code} at ${own[0]!.path.join('/')}`);
    return `no rule broken; ${findings.length} give way to the standards that name the paths`;
  });
}

export const API_CHECKS: readonly Check[] = [
  { name: 'OpenAPI', by: 'Redocly', run: redocly },
  { name: 'API design rules', by: "the Dutch government's rules for Spectral", run: designRules },
];
