import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CUBE_DEFINITIONS } from '../../pipelines/cube/processes/registry.ts';
import type { ProcessDefinition } from '../../pipelines/graph/define-process.ts';
import { VALUE_PROCESSES } from '../../pipelines/graph/processes/registry.ts';
import type { CallbackParameter, JsonSchema, Schema } from '../../pipelines/graph/schema.ts';
import { alternatives, callbackParameters } from '../../pipelines/graph/schema.ts';
import { sharedStandards } from '../support/shared-data.ts';

interface Official {
  readonly experimental?: boolean;
  readonly parameters: readonly {
    readonly name: string;
    readonly optional?: boolean;
    readonly default?: unknown;
    readonly schema: Schema;
  }[];
}

const folder = sharedStandards && join(sharedStandards, 'openeo');
const processes = [...VALUE_PROCESSES.values(), ...CUBE_DEFINITIONS];

function official(id: string): Official | null {
  const path = ['', 'proposals'].map((sub) => join(folder!, sub, `${id}.json`)).find(existsSync);
  return path ? (JSON.parse(readFileSync(path, 'utf8')) as Official) : null;
}

/** What a caller of the process must know: names in order, what may be left out, and what is then meant. */
function signature({ parameters }: Pick<ProcessDefinition | Official, 'parameters'>) {
  return parameters.map(({ name, optional = false, default: fallback }) => ({
    name,
    optional,
    default: fallback ?? null,
  }));
}

function callbacks({ parameters }: Pick<ProcessDefinition | Official, 'parameters'>) {
  return parameters.flatMap(({ name, schema }) => {
    const takes: readonly CallbackParameter[] | null = callbackParameters(schema);
    return takes ? [{ name, takes: takes.map((parameter) => parameter.name) }] : [];
  });
}

/** Choices that we offer and openEO has not. */
function added(process: ProcessDefinition, { parameters }: Official): string[] {
  return process.parameters.flatMap(({ name, schema }, index) => {
    const choices = (of: Schema) => alternatives(of).flatMap((one: JsonSchema) => one.enum ?? []);
    const known = choices(parameters[index]!.schema);
    return known.length === 0
      ? []
      : choices(schema)
          .filter((choice) => !known.includes(choice))
          .map((one) => `${name}: ${one}`);
  });
}

describe('processes', () => {
  it('of our own have names that begin with lm_', () => {
    for (const { id } of processes) expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
    if (!folder) return;
    expect(processes.filter(({ id }) => official(id) === null).map(({ id }) => id.slice(0, 3))).toEqual(
      processes.filter(({ id }) => id.startsWith('lm_')).map(() => 'lm_'),
    );
  });

  it('and their parameters are described in sentences', () => {
    for (const { id, summary, parameters } of processes)
      for (const text of [summary, ...parameters.map(({ description }) => description)])
        expect(text, id).toMatch(/^[\p{L}π(-].*[.…]$/u);
  });

  it
    .skipIf(!folder)
    .each(processes.filter(({ id }) => !id.startsWith('lm_')).map((process) => [process.id, process] as const))(
    '%s is called as openEO defines it',
    (id, process) => {
      const definition = official(id)!;
      expect(signature(process)).toEqual(signature(definition));
      expect(callbacks(process)).toEqual(callbacks(definition));
      expect(added(process, definition)).toEqual([]);
    },
  );
});
