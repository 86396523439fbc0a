import { afterAll, describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { compileCallback } from '../../pipelines/graph/evaluate.ts';
import type { Argument } from '../../pipelines/graph/graph.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import type { OfficialCase } from './official-cases.ts';
import { agrees, officialCases, officialFolder } from './official-cases.ts';
import { OFFICIAL_FAULTS } from './official-faults.ts';

function run(id: string, args: OfficialCase['arguments']): { value?: unknown; exception?: unknown } {
  try {
    const node = { process_id: id, arguments: args as Readonly<Record<string, Argument>>, result: true };
    return { value: compileCallback({ node }, { processes: VALUE_PROCESSES, parameters: [] })() };
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    return { exception: error.detail['exception'] ?? error.message };
  }
}

function passes(id: string, test: OfficialCase): boolean {
  const { value, exception } = run(id, test.arguments);
  if (exception !== undefined) return test.throws === true || test.throws === exception;
  return 'returns' in test && agrees(value, test.returns, test.delta);
}

const faultOf = (id: string, index: number) =>
  OFFICIAL_FAULTS.find((fault) => fault.id === id && fault.index === index);

describe.skipIf(!officialFolder)('official cases of openEO', () => {
  let asWritten = 0;
  let corrected = 0;

  it.each([...VALUE_PROCESSES.keys()])('%s passes its cases', (id) => {
    const failed: unknown[] = [];
    for (const [index, official] of officialCases(id).entries()) {
      const fault = faultOf(id, index);
      const test = fault ? fault.correct(official) : official;
      if (!passes(id, test)) failed.push({ index, test, got: run(id, test.arguments) });
      else if (fault) corrected++;
      else asWritten++;
    }
    expect(failed).toEqual([]);
  });

  it.each(OFFICIAL_FAULTS)('case $index of $id cannot be right: $reason', ({ id, index }) => {
    expect(passes(id, officialCases(id)[index]!)).toBe(false);
  });

  it('every process has official cases', () => {
    const without = [...VALUE_PROCESSES.keys()].filter((id) => officialCases(id).length === 0);
    expect(without).toEqual([]);
  });

  afterAll(() => {
    console.log(`${asWritten} official cases pass as written, ${corrected} after a correction of a fault in the case`);
  });
});
