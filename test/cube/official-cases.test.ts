import { afterAll, describe, expect, it } from 'vitest';
import { Arguments } from '../../pipelines/cube/arguments.ts';
import { ProgramBuilder } from '../../pipelines/cube/builder.ts';
import type { Planned } from '../../pipelines/cube/cube-process.ts';
import { isCube } from '../../pipelines/cube/planned.ts';
import { CUBE_PROCESSES } from '../../pipelines/cube/processes/registry.ts';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { OfficialCase } from '../graph/official-cases.ts';
import { agrees, officialCases, officialFolder } from '../graph/official-cases.ts';
import { differences, isWrittenCube, resolve, toArguments } from './official-cubes.ts';
import { CUBE_FAULTS } from './official-faults.ts';

/** Single precision; the cases' numbers are at most some thousands. */
const TOLERANCE = 1e-6;

/** @returns what is wrong, in words; empty where the case passes. */
async function check(id: string, test: OfficialCase): Promise<string[]> {
  const builder = new ProgramBuilder();
  let planned: Planned;
  try {
    const args = new Arguments(id, toArguments(builder, test.arguments));
    const planning = {
      builder,
      context: { findScenes: async () => [] },
      notes: new Set<string>(),
      products: [],
      nodeId: 'n',
    };
    planned = await CUBE_PROCESSES.get(id)!.plan(args, planning);
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    const named = error.detail['exception'];
    const exception = typeof named === 'string' ? named : error.message;
    return exception === test.throws ? [] : [`throws ${exception} instead of ${String(test.throws ?? 'nothing')}`];
  }
  if (!('returns' in test)) return [`throws nothing instead of ${String(test.throws)}`];
  const expected = resolve(test.returns);
  if (isWrittenCube(expected) && isCube(planned))
    return differences(builder, planned, expected, test.delta ?? TOLERANCE);
  return agrees(planned, expected) ? [] : [`${JSON.stringify(planned)} instead of ${JSON.stringify(expected)}`];
}

const faultOf = (id: string, index: number) => CUBE_FAULTS.find((fault) => fault.id === id && fault.index === index);

describe.skipIf(!officialFolder)('official cases of openEO on data cubes', () => {
  let asWritten = 0;
  let corrected = 0;
  const ids = officialFolder ? [...CUBE_PROCESSES.keys()].filter((id) => officialCases(id).length > 0) : [];

  it.each(ids)('%s passes its cases', async (id) => {
    const failed: unknown[] = [];
    for (const [index, official] of officialCases(id).entries()) {
      const fault = faultOf(id, index);
      const wrong = await check(id, fault ? fault.correct(official) : official);
      if (wrong.length > 0) failed.push({ index, wrong });
      else if (fault) corrected++;
      else asWritten++;
    }
    expect(failed).toEqual([]);
  });

  it.each(CUBE_FAULTS)('case $index of $id cannot be right: $reason', async ({ id, index }) => {
    const wrong = await check(id, officialCases(id)[index]!).catch((error: Error) => [error.message]);
    expect(wrong).not.toEqual([]);
  });

  afterAll(() => {
    console.log(`${asWritten} official cases pass as written, ${corrected} after a correction of a fault in the case`);
  });
});
