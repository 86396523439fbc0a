import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import { listBuiltins, readBuiltin } from '../../pipelines/graph/builtin/registry.ts';
import { processesOf } from '../../pipelines/graph/define-process.ts';
import { parsePipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_FAMILIES, VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import { builtinSection, MARK, processSection } from './pipelines-page.ts';

const page = resolve(import.meta.dirname, '../../docs/pipelines.md');
const processes = processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS);

describe('docs/pipelines.md', () => {
  it('lists the pipelines and processes that there are', async () => {
    const [written] = readFileSync(page, 'utf8').split(MARK);
    const builtins = await Promise.all(
      listBuiltins().map(async (name) => parsePipeline(await readBuiltin(name), { processes, name })),
    );
    const own = CUBE_DEFINITIONS.filter(({ id }) => id.startsWith('lm_'));
    const cubes = CUBE_DEFINITIONS.filter(({ id }) => !id.startsWith('lm_'));
    const sections = [
      builtinSection(builtins),
      processSection(
        'Processes on data cubes',
        'As openEO defines them. `?` marks an argument that may be left out.',
        cubes,
      ),
      processSection(
        'Processes of our own',
        'Beside these, `lm_file_…` makes each kind of file that a command makes.',
        own,
      ),
      ...Object.entries(VALUE_FAMILIES).map(([family, members]) =>
        processSection(family, 'On values and arrays, in graphs inside graphs.', members),
      ),
    ];
    await expect([written, MARK, ...sections].join('')).toMatchFileSnapshot(page);
  });

  it('shows a fault as it is told', () => {
    const text = readFileSync(page, 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(text)![1]!;
    const told = /^ {4}(wet\.yaml: .*)$/m.exec(text)![1]!;
    expect(() =>
      parsePipeline(example.replace('from_node: most', 'from_node: mst'), { processes, name: 'wet.yaml' }),
    ).toThrow(told);
  });

  it('has examples that are valid', () => {
    const examples = [...readFileSync(page, 'utf8').matchAll(/```(?:yaml|json)\n([\s\S]*?)```/g)].map(
      (match) => match[1]!,
    );
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(parsePipeline(example, { processes }).process_graph).toBeDefined();
  });
});
