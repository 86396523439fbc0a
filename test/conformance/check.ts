/** A check by somebody else's tool or rules: what it needs, what it found. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Server {
  /** Without a slash at its end. */
  readonly base: string;
  /** Folder of standards: schemas, rules, fixtures; null where there is none. */
  readonly standards: string | null;
  /** May tools be installed from the package registry, in a folder of their own? */
  readonly mayFetchTools: boolean;
}

export interface Check {
  /** `STAC items`. */
  readonly name: string;
  /** Whose rules, or whose program. */
  readonly by: string;
  /** @returns what was looked at, in a few words. @throws {Shortfall} {Skipped} */
  readonly run: (server: Server) => Promise<string>;
}

/** The server falls short of the rule. */
export class Shortfall extends Error {}

/** Nothing was checked, for want of a tool. */
export class Skipped extends Error {}

export class Tally {
  private count = 0;
  private readonly wrong: string[] = [];

  ok(holds: boolean, wrong: string): boolean {
    this.count += 1;
    if (!holds) this.wrong.push(wrong);
    return holds;
  }

  /** @throws {Shortfall} with the first fault, and how many there are; where nothing was looked at */
  end(figure: string): string {
    if (this.count === 0) throw new Shortfall('nothing could be checked');
    if (this.wrong.length > 0)
      throw new Shortfall(`${this.wrong.length} of ${this.count} wrong, first: ${this.wrong[0]}`);
    return `${this.count} right, ${figure}`;
  }
}

export async function get(server: Server, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(path.startsWith('http') ? path : server.base + path, { headers });
  if (answer.ok) return answer;
  throw new Shortfall(`${path}: ${answer.status} ${(await answer.text()).slice(0, 120)}`);
}

export type Json = { readonly [name: string]: unknown };

export async function getJson<T = Json>(
  server: Server,
  path: string,
  headers: Record<string, string> = {},
): Promise<T> {
  return (await (await get(server, path, headers)).json()) as T;
}

export interface Link {
  readonly rel: string;
  readonly href: string;
  readonly type?: string;
  readonly method?: string;
  readonly templated?: boolean;
}

const exec = promisify(execFile);

/** Runs a program to its end. @throws {Skipped} where it is not installed; {Shortfall} with its last words where it fails */
export async function run(program: string, args: readonly string[], hint = program): Promise<string> {
  try {
    const { stdout } = await exec(program, args, {
      timeout: 120_000,
      maxBuffer: 1 << 26,
      env: { ...process.env, GDAL_HTTP_TIMEOUT: '60' },
    });
    return stdout;
  } catch (error) {
    const { code, stderr = '', stdout = '' } = error as { code?: unknown; stderr?: string; stdout?: string };
    if (code === 'ENOENT') throw new Skipped(`${program} is not installed (apt-get install ${hint})`);
    throw new Shortfall(
      `${program}: ${(stderr.trim() || stdout.trim()).split('\n').at(-1)?.slice(0, 200) ?? String(error)}`,
    );
  }
}

const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** A script in Python's words, which prints what it looked at. @param module  It needs; @param hint  The package with it. */
export async function python(script: string, args: readonly string[], module: string, hint: string): Promise<string> {
  await run(
    PYTHON,
    ['-c', `import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("${module}") else 3)`],
    'python3',
  ).catch((error: unknown) => {
    throw error instanceof Skipped ? error : new Skipped(`${module} is not installed (apt-get install ${hint})`);
  });
  return (await run(PYTHON, ['-c', script, ...args], 'python3')).trim().split('\n').at(-1)!;
}

/** @throws {Skipped} where the folder of standards has not got it */
export function standard(server: Server, path: string): string {
  if (server.standards === null) throw new Skipped('no folder of standards (--standards or LANDMETER_STANDARDS)');
  const full = `${server.standards}/${path}`;
  if (existsSync(full)) return full;
  throw new Skipped(`${path} is not in the folder of standards`);
}
