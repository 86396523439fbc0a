import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import { bindParameters } from '../../pipelines/graph/bind-parameters.ts';
import { listBuiltins, readBuiltin } from '../../pipelines/graph/builtin/registry.ts';
import { processesOf } from '../../pipelines/graph/define-process.ts';
import { parsePipeline } from '../../pipelines/graph/parse-pipeline.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';

const processes = processesOf([...VALUE_PROCESSES.values()], CUBE_DEFINITIONS);

/** What has no default. */
const GIVEN: Readonly<Record<string, string>> = {
  period: '2024',
  years: '2019,2023',
  year: '2024',
  before: '2023-06',
  after: '2024-06',
  zones: 'parcels.geojson',
};

describe('built-in pipelines', () => {
  it('are the files of their folder', () => {
    const files = readdirSync(resolve(import.meta.dirname, '../../pipelines/graph/builtin')).filter((name) =>
      name.endsWith('.yaml'),
    );
    expect(files.map((name) => name.replace('.yaml', '')).sort()).toEqual([...listBuiltins()].sort());
  });

  it.each(listBuiltins())('%s is valid, explains its parameters, and can be bound', async (name) => {
    const pipeline = parsePipeline(await readBuiltin(name), { processes, name });
    expect(pipeline.id).toBe(name);
    expect(pipeline.summary).toMatch(/^[A-Z].*\.$/);
    for (const { description } of pipeline.parameters) expect(description).toMatch(/^[A-Z]/);
    const needed = pipeline.parameters.filter(({ optional }) => !optional).map((parameter) => parameter.name);
    const settings = Object.fromEntries(needed.map((key) => [key, GIVEN[key]!]));
    const { process_graph, canonical } = bindParameters(pipeline, settings, processes);
    // what is left belongs to callbacks
    const left = [...JSON.stringify(process_graph).matchAll(/"from_parameter":"(\w+)"/g)].map((match) => match[1]!);
    expect(left.filter((one) => !['data', 'x', 'y', 'value'].includes(one))).toEqual([]);
    expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(process_graph)));
  });
});
