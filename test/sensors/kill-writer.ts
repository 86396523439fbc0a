/**
 * Brings observations by several senders at once until it is killed, and says which batches were acknowledged.
 *
 *     node kill-writer.ts WORKSPACE URL|- FIRST-BATCH STREAM…
 */
import { openDatabase } from '../../pipelines/database/open.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { batchOf, SENDERS } from './killed-batches.ts';

const [workspace, url, first, ...words] = process.argv.slice(2) as [string, string, string, ...string[]];
const streams = words.map(Number);
const database = await openDatabase({ workspace, url: url === '-' ? null : url, command: 'test', waitMs: 60_000 });
const door = doorOf(database);
process.stdout.write('ready\n');

await Promise.all(
  Array.from({ length: SENDERS }, async (_, sender) => {
    for (let batch = Number(first); ; batch++) {
      // What was not acknowledged is sent again, as any sender does.
      const again = batch > Number(first) ? batchOf(streams, sender, batch - 1) : [];
      const outcomes = await door.put([...again, ...batchOf(streams, sender, batch)]);
      if (outcomes.some(({ status }) => status === 'refused')) throw new Error('refused');
      process.stdout.write(`${sender} ${batch}\n`);
    }
  }),
);
