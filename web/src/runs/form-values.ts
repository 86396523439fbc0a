/** The form of a pipeline as data: which field a schema asks for, and which values are sent. */
import type { ParameterSchema, ParameterSummary } from '../../../pipelines/core/wire-runs.ts';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { shown } from '../state/shown.ts';

export type Field =
  | { readonly kind: 'text' | 'flag' | 'period' | 'area' | 'reducer' | 'list' | 'json' }
  | { readonly kind: 'number'; readonly min: number | null; readonly max: number | null; readonly whole: boolean }
  | { readonly kind: 'choice' | 'several'; readonly options: readonly string[] };

/** By parameter; what is not here keeps its default. */
export type Draft = Readonly<Record<string, unknown>>;

export function fieldOf(schema: ParameterSummary['schema']): Field {
  const all: readonly ParameterSchema[] = Array.isArray(schema) ? schema : [schema as ParameterSchema];
  const subtypes = all.map(({ subtype }) => subtype);
  if (subtypes.includes('bounding-box')) return { kind: 'area' };
  if (subtypes.includes('temporal-interval')) return { kind: 'period' };
  if (subtypes.includes('process-graph')) return { kind: 'reducer' };
  const one = all.find(({ type }) => type !== 'null') ?? {};
  const types = [one.type ?? []].flat();
  const texts = (values: readonly unknown[]) => values.filter((value) => typeof value === 'string');
  if (one.enum && texts(one.enum).length > 0) return { kind: 'choice', options: texts(one.enum) };
  if (types.includes('array') && one.items?.enum) return { kind: 'several', options: texts(one.items.enum) };
  if (types.includes('array') && isScalar(one.items)) return { kind: 'list' };
  if (types.includes('boolean')) return { kind: 'flag' };
  if (types.includes('number') || types.includes('integer'))
    return {
      kind: 'number',
      min: one.minimum ?? null,
      max: one.maximum ?? null,
      whole: !types.includes('number'),
    };
  return { kind: types.includes('string') ? 'text' : 'json' };
}

/** Lists of such are written with commas, which the server reads after their schema. */
function isScalar(items: ParameterSchema | undefined): boolean {
  return [items?.type ?? []].flat().some((type) => ['string', 'number', 'integer'].includes(type));
}

export function isNeeded({ optional, default: otherwise }: ParameterSummary): boolean {
  return !optional && otherwise === undefined;
}

/** What is sent: that which is not as the pipeline has it by itself. */
export function parametersOf(parameters: readonly ParameterSummary[], draft: Draft): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, default: otherwise } of parameters) {
    const value = draft[name];
    if (value === undefined || value === '' || JSON.stringify(value) === JSON.stringify(otherwise)) continue;
    values[name] = value;
  }
  return values;
}

/** The name of a reducer's only process, as people write it; empty for a graph of more. */
export function reducerWord(value: unknown): string {
  if (typeof value === 'string') return value;
  const graph = (value as { process_graph?: Readonly<Record<string, { process_id?: string }>> } | null)?.process_graph;
  const nodes = Object.values(graph ?? {});
  return nodes.length === 1 ? (nodes[0]!.process_id ?? '') : '';
}

export function toBoundingBox([west, south, east, north]: LonLatBox) {
  const round = (degrees: number) => Math.round(degrees * 1e5) / 1e5;
  return { west: round(west), south: round(south), east: round(east), north: round(north) };
}

/** A day later or earlier, as `2024-06-01`. */
export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

let offered: { readonly pipeline: string; readonly draft: Draft } | null = null;

/** Opens the form of a pipeline with values that are known already, as those of a run that is to be repeated. */
export function openForm(pipeline: string, draft: Draft): void {
  offered = { pipeline, draft };
  shown.set({ page: 'runs', run: null, starting: pipeline });
}

/** What the form of a pipeline was opened with; nothing for another pipeline. */
export function firstDraft(pipeline: string): Draft {
  return offered?.pipeline === pipeline ? offered.draft : {};
}

export function forgetDraft(): void {
  offered = null;
}
