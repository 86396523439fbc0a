/** A process of its own that carries out a run, for tests that kill it: `working.ts <workspace> <url or -> <run file>`. */
import { readFileSync, writeSync } from 'node:fs';
import { openDatabase } from '../../pipelines/database/open.ts';
import { openRunService } from '../../pipelines/queue/run-service.ts';
import { createPool } from '../../workers/pool.ts';

const [workspace, address, file] = process.argv.slice(2) as [string, string, string | undefined];
const url = address === '-' ? null : address;
/** Not through a stream: what was printed must be out when the process is killed. */
const print = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`);

const database = await openDatabase({ workspace, url, command: 'test' });
const pool = createPool({ threads: 1 });
const service = await openRunService({
  database,
  url,
  workspace,
  startRunner: async () => pool,
  threads: 1,
  onEvent: (event) => print(event),
  onFault: (error) => print({ fault: String(error) }),
});
if (file === undefined) {
  await service.work();
  print({ ready: true });
} else {
  const { run, isContinued } = await service.submit(JSON.parse(readFileSync(file, 'utf8')));
  print({ submitted: run.id, isContinued });
  await service.work();
  for await (const now of service.watch(run.id)) print({ state: now.state, reason: now.reason });
  const { tasks, products } = await service.details(run.id);
  print({ tasks, products: products.map(({ step, sha256 }) => ({ step, sha256 })) });
  await service.close();
  await pool.close();
  await database.close();
}
