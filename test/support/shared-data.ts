/** The folder of real data that some tests use where it is there; it is no part of the project. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = process.env['LANDMETER_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data');

/** The folder, or null: `describe.skipIf(!sharedData)` then says what was skipped. */
export const sharedData: string | null = existsSync(root) ? root : null;

/** The folder of official standards beside it, or null. */
export const sharedStandards: string | null = existsSync(resolve(root, '../standards'))
  ? resolve(root, '../standards')
  : null;
