import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../pipelines/core/passport/passport.ts';
import { findLayer } from '../../pipelines/catalog/layers-repository.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import type { RunService } from '../../pipelines/queue/run-service.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import type { RunRecord } from '../../pipelines/queue/run-record.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import type { TaskRunner } from '../../pipelines/runner.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { createRandom } from '../support/random.ts';
import { putRaster } from '../support/rasters.ts';

const PATIENCE_MS = 240_000;
const WORKING = join(import.meta.dirname, 'working.ts');
/** Four regions of a COG. */
const SIDE = 2100;

let root: string;
let server: PostgresServer | null = null;
const bands: string[] = [];
if (noPostgres) console.warn(`Runs on a server: skipped. ${noPostgres}`);

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'landmeter-runs-'));
  const random = createRandom(7);
  for (const name of ['red', 'nir']) {
    const data = Uint16Array.from({ length: SIDE * SIDE }, () => 300 + 3000 * random());
    bands.push(await putRaster(root, name, data, { width: SIDE, height: SIDE, dtype: 'uint16', nodata: 0 }));
  }
}, PATIENCE_MS);

afterAll(() => {
  server?.stop();
  rmSync(root, { recursive: true, force: true });
});

function graphOf(formula = '(nir - red) / (nir + red)'): Json {
  const date = { bands: ['red', 'nir'].map((name, k) => ({ name, path: bands[k]! })), classes: null, notes: [] };
  return {
    index: {
      process_id: 'lm_file_index',
      arguments: { formula, date, calibration: {}, dtype: 'int16', output: 'index.tif' },
    },
    tiles: {
      process_id: 'lm_file_tile',
      arguments: {
        input: { from_node: 'index' },
        maxZoom: 12,
        layer: { id: 'green', title: 'Green', datetime: '2024-06-01T00:00:00Z', range: [-1, 1] },
      },
      result: true,
    },
  };
}

const words = (graph: Json, priority = 0) => ({
  pipeline: 'test',
  graph,
  parameters: {},
  priority,
  askedBy: 'a tester',
  startedBy: { kind: 'command' } as const,
});

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

/** What `working.ts` prints. */
interface Line {
  readonly ready?: boolean;
  readonly submitted?: string;
  readonly isContinued?: boolean;
  readonly progress?: { readonly tasksDone: number };
  readonly tasks?: readonly {
    readonly task: string;
    readonly state: string;
    readonly count: number;
    readonly attempts: number;
  }[];
  readonly products?: readonly { readonly step: string; readonly sha256: string }[];
}

interface Child {
  readonly child: ChildProcess;
  readonly lines: Line[];
  readonly ended: Promise<void>;
}

function start(workspace: string, url: string | null, graph?: Json): Child {
  const file = join(root, `run-${Math.random()}.json`);
  if (graph !== undefined) writeFileSync(file, JSON.stringify(words(graph)));
  const args = [WORKING, workspace, url ?? '-', ...(graph === undefined ? [] : [file])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Child['lines'] = [];
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop()!;
    lines.push(...parts.map((text) => JSON.parse(text) as Line));
  });
  return { child, lines, ended: new Promise((done) => child.on('close', () => done())) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

const tasksDone = ({ lines }: Child) => Math.max(0, ...lines.map(({ progress }) => progress?.tasksDone ?? 0));
const productsOf = ({ lines }: Child) => lines.find(({ products }) => products)?.products;

const KINDS = [
  { kind: 'embedded', url: () => null, skip: false },
  { kind: 'postgres', url: () => (server ??= startPostgres()).createDatabase(), skip: noPostgres !== null },
] as const;

describe.each(KINDS)('runs, $kind', ({ kind, url: newUrl, skip }) => {
  describe.skipIf(skip)('', () => {
    let workspace: string;
    let url: string | null;
    let database: Database;
    let service: RunService;
    const executed: string[] = [];
    let failing: (() => Error) | null = null;
    const runner: TaskRunner = {
      ...inlineRunner,
      async run(name, input, options) {
        if (failing && name === 'index-region') throw failing();
        executed.push(name);
        return inlineRunner.run(name, input, options);
      },
    };
    const finish = async (id: string): Promise<RunRecord> => {
      let last: RunRecord | undefined;
      for await (const run of service.watch(id)) last = run;
      return last!;
    };

    beforeAll(async () => {
      workspace = folderOf(`${kind}-service`);
      url = newUrl();
      database = await openDatabase({ workspace, url, command: 'test' });
      service = await openRunService({
        database,
        url,
        workspace,
        startRunner: async () => runner,
        threads: 1,
        onFault: (error) => console.error(error),
      });
      await service.work();
    }, PATIENCE_MS);
    afterAll(async () => {
      await service.close();
      await database.close();
    });

    it(
      'makes products with passports, and the layer that shows them',
      async () => {
        const { run } = await service.submit(words(graphOf()));
        expect(run.state).toBe('PLANNED');
        expect(run.plan?.inputs.map(({ path }) => path)).toEqual([...bands].toSorted());
        expect(run.estimate?.megapixels).toBeGreaterThan(8);
        const ended = await finish(run.id);
        expect([ended.state, ended.reason]).toEqual(['DONE', null]);
        expect(ended.actual?.cpuSeconds).toBeGreaterThan(0);
        const { products, tasks } = await service.details(run.id);
        expect(products.map(({ step, passport }) => `${step} ${passport.process.name}`).toSorted()).toEqual([
          'index index',
          'tiles tile',
        ]);
        expect(tasks.filter(({ task }) => task === 'index-region')).toMatchObject([
          { state: 'done', count: 4, attempts: 4 },
        ]);
        expect(products.find(({ step }) => step === 'index')?.passport.askedBy).toBe('a tester');
        expect((await findLayer(database, 'green'))?.frames).toMatchObject([{ datetime: '2024-06-01T00:00:00Z' }]);
        expect(existsSync(join(workspace, 'runs', run.id))).toBe(false);
      },
      PATIENCE_MS,
    );

    it('refuses what cannot work before anything starts', async () => {
      const text = JSON.stringify(graphOf());
      const missing = JSON.parse(text.replace('red.tif', 'missing.tif')) as Json;
      await expect(service.submit(words(missing))).rejects.toThrow(/missing\.tif/);
      const dangling = JSON.parse(text.replace('"from_node":"index"', '"from_node":"nowhere"')) as Json;
      await expect(service.submit(words(dangling))).rejects.toThrow(/nowhere/);
    });

    it(
      'goes on without the tiles of what has no valid pixel, and says so',
      async () => {
        const { run } = await service.submit(words(graphOf('(nir - nir) / (red - red)')));
        const ended = await finish(run.id);
        expect(ended.state).toBe('DONE');
        expect(ended.actual?.notes).toContainEqual(expect.stringMatching(/no valid pixel/));
        expect((await service.details(run.id)).products.map(({ step }) => step)).toEqual(['index']);
      },
      PATIENCE_MS,
    );

    it(
      'tries again what may pass, and fails at once what may not',
      async () => {
        const { PlatformError } = await import('../../pipelines/core/errors.ts');
        let failures = 0;
        failing = () => {
          failures++;
          if (failures === 2) failing = null;
          return new PlatformError('remote-failed', 'The server is asleep');
        };
        const again = await service.submit(words(graphOf('nir - red')));
        const ended = await finish(again.run.id);
        expect([ended.state, failures]).toEqual(['DONE', 2]);

        failing = () => new PlatformError('calibration-invalid', 'No scale at all');
        const broken = await service.submit(words(graphOf('nir - 2 * red')));
        const failed = await finish(broken.run.id);
        expect(failed).toMatchObject({ state: 'FAILED', reason: 'No scale at all' });
        expect(failed.nextStep).toMatch(/run it again/);
        failing = null;
        const mended = await service.submit(words(graphOf('nir - 2 * red')));
        expect([mended.run.id, mended.isContinued]).toEqual([broken.run.id, true]);
        expect((await finish(mended.run.id)).state).toBe('DONE');
      },
      PATIENCE_MS,
    );

    it(
      'stops when asked, and goes on with what was finished',
      async () => {
        executed.length = 0;
        const { run } = await service.submit(words(graphOf('nir - 3 * red')));
        await until(() => executed.includes('index-region'));
        await service.cancel(run.id);
        const stopped = await finish(run.id);
        expect(stopped).toMatchObject({ state: 'STOPPED', reason: 'Stopped as asked' });
        const before = executed.filter((name) => name === 'index-region').length;
        const { run: again } = await service.submit(words(graphOf('nir - 3 * red')));
        expect(again.id).toBe(run.id);
        expect((await finish(run.id)).state).toBe('DONE');
        const all = executed.filter((name) => name === 'index-region').length;
        // The task that was in hand when it was stopped may have been thrown away; none that was finished is done twice
        expect(all).toBeLessThanOrEqual(4 + 1);
        expect(before).toBeGreaterThanOrEqual(1);
      },
      PATIENCE_MS,
    );

    it(
      'is the same to the byte after kill -9, and repeats no finished task',
      async () => {
        const [whole, killed] = [folderOf(`${kind}-whole`), folderOf(`${kind}-killed`)];
        const graph = graphOf('nir - 4 * red');
        const reference = start(whole, kind === 'embedded' ? null : newUrl(), graph);
        await reference.ended;
        const expected = productsOf(reference);
        expect(expected).toHaveLength(2);

        const place = kind === 'embedded' ? null : newUrl();
        // On a server each kill costs the time in which a worker counts as alive
        for (const least of kind === 'embedded' ? [1, 3, 6] : [3]) {
          const attempt = start(killed, place, graph);
          await until(() => tasksDone(attempt) >= least || attempt.child.exitCode !== null);
          attempt.child.kill('SIGKILL');
          await attempt.ended;
        }
        const last = start(killed, place, graph);
        await last.ended;
        expect(productsOf(last)).toEqual(expected);
        const tasks = last.lines.find((line) => line.tasks)!.tasks!;
        const counts = tasks.filter(({ task }) => task === 'index-region');
        expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(4);
        expect(last.lines.find(({ submitted }) => submitted)).toMatchObject({ isContinued: true });
        expect(tasks.some(({ state }) => state === 'kept')).toBe(true);
      },
      PATIENCE_MS,
    );

    it(
      'begins anew where an input has changed between two attempts',
      async () => {
        const place = folderOf(`${kind}-changed`);
        const red = join(place, 'red.tif');
        writeFileSync(red, readFileSync(bands[0]!));
        const graph = JSON.parse(
          JSON.stringify(graphOf('nir - 5 * red')).replaceAll(JSON.stringify(bands[0]), JSON.stringify(red)),
        );
        const { run } = await service.submit(words(graph));
        await until(() => existsSync(join(workspace, 'runs', run.id, 'tasks')));
        await service.cancel(run.id);
        await finish(run.id);
        utimesSync(red, new Date(), new Date(Date.now() - 5000));
        const again = await service.submit(words(graph));
        expect((await finish(again.run.id)).state).toBe('DONE');
        const { tasks } = await service.details(again.run.id);
        expect(tasks.filter(({ state }) => state === 'kept')).toEqual([]);
      },
      PATIENCE_MS,
    );
  });
});

describe.skipIf(noPostgres !== null)('several workers on one database', () => {
  it(
    'share the tasks of a run; one that is killed costs its task only',
    async () => {
      const store = folderOf('shared');
      const url = (server ??= startPostgres()).createDatabase();
      const graph = graphOf('nir - 6 * red');
      const [first, second] = [start(store, url), start(store, url)];
      await until(() => [first, second].every(({ lines }) => lines.some(({ ready }) => ready)));
      const asking = start(store, url, graph);
      await until(
        () => tasksDone(asking) + tasksDone(first) + tasksDone(second) >= 2 || asking.child.exitCode !== null,
      );
      second.child.kill('SIGKILL');
      await asking.ended;
      first.child.kill('SIGKILL');
      const alone = start(folderOf('alone'), null, graph);
      await alone.ended;
      const digests = (child: Child) =>
        productsOf(child)!
          .map(({ sha256 }: { sha256: string }) => sha256)
          .toSorted();
      expect(digests(asking)).toEqual(digests(alone));
      const database = await openDatabase({ workspace: store, url, command: 'test' });
      const workers = await database.query('SELECT DISTINCT worker FROM run_tasks WHERE worker IS NOT NULL');
      await database.close();
      expect(workers.length).toBeGreaterThan(1);
    },
    PATIENCE_MS,
  );
});
