/**
 * Kills a writer of observations with -9 at moments that chance chooses, and says what became of what it had promised.
 *
 *     node test/sensors/kill.ts [KILLS] [SEED] [postgres://…]
 */
import { rmSync } from 'node:fs';
import { temporaryFolder } from '../support/archive.ts';
import { createRandom } from '../support/random.ts';
import { killAndLook } from './killed-batches.ts';

const [kills = '50', seed = '1', url = null] = process.argv.slice(2);
const workspace = temporaryFolder('kill');
try {
  const { acknowledged, faults } = await killAndLook({
    workspace,
    url,
    kills: Number(kills),
    random: createRandom(Number(seed)),
    withinMs: 1500,
    onKill: (kill, rows) => console.log(`kill ${kill}: ${rows} observations promised so far`),
  });
  for (const fault of faults) console.log(fault);
  console.log(`${kills} kills, ${acknowledged} observations promised, ${faults.length} faults`);
  process.exitCode = faults.length > 0 || acknowledged === 0 ? 1 : 0;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
