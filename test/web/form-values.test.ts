import { describe, expect, it } from 'vitest';
import type { ParameterSummary } from '../../pipelines/core/wire-runs.ts';
import { bind, listPipelines, loadPipeline } from '../../pipelines/queue/load-pipeline.ts';
import { fieldOf, parametersOf, reducerWord, shiftDay, toBoundingBox } from '../../web/src/runs/form-values.ts';
import { pipelineWords } from '../../web/src/runs/pipeline-words.ts';

const pipelines = await listPipelines();
const parametersOfAll = pipelines.flatMap((pipeline) => pipeline.parameters as readonly ParameterSummary[]);

describe('the form of a pipeline', () => {
  it.each(pipelines.map(({ id }) => id))('has a title in both languages for %s', (id) => {
    expect(pipelineWords(id, 'nl').title).not.toBe(id);
    expect(pipelineWords(id, 'en').title).not.toBe(id);
  });

  it('has a field of its own for each parameter: nobody has to write JSON', () => {
    const kinds = new Map(parametersOfAll.map(({ name, schema }) => [name, fieldOf(schema).kind]));
    expect([...kinds].filter(([, kind]) => kind === 'json')).toEqual([]);
    expect(Object.fromEntries(kinds)).toMatchObject({
      period: 'period',
      area: 'area',
      method: 'reducer',
      max_cloud: 'number',
      classes: 'several',
      format: 'choice',
      years: 'list',
      scene: 'text',
    });
  });

  it('keeps the limits of numbers', () => {
    const cloud = parametersOfAll.find(({ name }) => name === 'max_cloud')!;
    expect(fieldOf(cloud.schema)).toEqual({ kind: 'number', min: 0, max: 100, whole: false });
    const year = parametersOfAll.find(({ name }) => name === 'year')!;
    expect(fieldOf(year.schema)).toMatchObject({ whole: true });
  });

  it('falls back to JSON, and takes one of several schemas that is not null', () => {
    expect(fieldOf({ type: 'object' }).kind).toBe('json');
    expect(fieldOf({}).kind).toBe('json');
    expect(fieldOf([{ type: 'null' }, { type: 'boolean' }]).kind).toBe('flag');
    expect(fieldOf({ type: ['string', 'null'] }).kind).toBe('text');
  });

  it('sends what was changed alone, in words that the server understands', async () => {
    const pipeline = pipelines.find(({ id }) => id === 'ndvi-composite')!;
    const draft = {
      period: ['2025-01-01', shiftDay('2025-06-30T10:00:00Z', 1)],
      area: toBoundingBox([5.0000012, 52, 5.1, 52.1]),
      index: 'NDVI',
      method: 'p90',
      max_cloud: 80,
      layer: '',
    };
    const sent = parametersOf(pipeline.parameters as readonly ParameterSummary[], draft);
    expect(sent).toEqual({
      period: ['2025-01-01', '2025-07-01'],
      area: { west: 5, south: 52, east: 5.1, north: 52.1 },
      method: 'p90',
    });
    const { values } = bind(await loadPipeline('ndvi-composite'), sent);
    expect(values).toMatchObject({ area: { west: 5 }, max_cloud: 80, layer: 'ndvi-composite' });
  });

  it('shows a reducer of one process by its name', () => {
    const method = parametersOfAll.find(({ name }) => name === 'method')!;
    expect(reducerWord(method.default)).toBe('median');
    expect(reducerWord('max')).toBe('max');
    expect(reducerWord({ process_graph: { a: { process_id: 'mean' }, b: { process_id: 'add' } } })).toBe('');
  });
});
