/** The arguments of a node while a graph is planned: references are resolved, types are checked where they are used. */
import { PlatformError } from '../core/errors.ts';
import type { ProcessGraph } from '../graph/graph.ts';
import { isCallback, isRecord } from '../graph/graph.ts';
import type { Cube } from './cube.ts';

/** A cube among values. */
export class CubeValue {
  readonly cube: Cube;
  constructor(cube: Cube) {
    this.cube = cube;
  }
}

export class Arguments {
  readonly process: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(process: string, values: Readonly<Record<string, unknown>>) {
    this.process = process;
    this.#values = values;
  }

  /** Undefined and null are one: openEO's defaults are null where there is none. */
  any(name: string): unknown {
    return this.#values[name] ?? null;
  }

  /** Null was written, where that means something else than nothing. */
  isNull(name: string): boolean {
    return this.#values[name] === null;
  }

  has(name: string): boolean {
    return this.any(name) !== null;
  }

  cube(name: string): Cube {
    const value = this.any(name);
    if (value instanceof CubeValue) return value.cube;
    throw this.#fault(name, 'a data cube');
  }

  text(name: string): string;
  text(name: string, fallback: string): string;
  text(name: string, fallback: null): string | null;
  text(name: string, fallback?: string | null): string | null {
    const value = this.any(name);
    if (value === null && fallback !== undefined) return fallback;
    if (typeof value === 'string') return value;
    throw this.#fault(name, 'a text');
  }

  number(name: string, fallback?: number): number {
    const value = this.any(name);
    if (value === null && fallback !== undefined) return fallback;
    if (typeof value === 'number') return value;
    throw this.#fault(name, 'a number');
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.any(name);
    if (value === null) return fallback;
    if (typeof value === 'boolean') return value;
    throw this.#fault(name, 'true or false');
  }

  list(name: string, fallback?: readonly unknown[]): readonly unknown[] {
    const value = this.any(name);
    if (value === null && fallback) return fallback;
    if (Array.isArray(value)) return value as unknown[];
    throw this.#fault(name, 'a list');
  }

  labels(name: string, fallback?: readonly (string | number)[]): readonly (string | number)[] {
    const list = this.list(name, fallback);
    for (const item of list)
      if (typeof item !== 'string' && typeof item !== 'number') throw this.#fault(name, 'a list of texts or numbers');
    return list as (string | number)[];
  }

  record(name: string): Readonly<Record<string, unknown>> {
    const value = this.any(name);
    if (value === null) return {};
    if (isRecord(value)) return value;
    throw this.#fault(name, 'an object');
  }

  callback(name: string): ProcessGraph;
  callback(name: string, fallback: null): ProcessGraph | null;
  callback(name: string, fallback?: null): ProcessGraph | null {
    const value = this.any(name);
    if (value === null && fallback === null) return null;
    if (isCallback(value)) return value.process_graph;
    throw this.#fault(name, 'a process ({"process_graph": …})');
  }

  /** @throws {PlatformError} `parameter-invalid`, naming the process, the parameter and what is accepted */
  fault(name: string, accepted: string): never {
    throw this.#fault(name, accepted);
  }

  #fault(name: string, accepted: string): PlatformError {
    const value = this.any(name);
    const shown = value instanceof CubeValue ? 'a data cube' : (JSON.stringify(value) ?? 'nothing').slice(0, 80);
    return new PlatformError('parameter-invalid', `${this.process} takes ${accepted} as ${name}, not ${shown}`, {
      detail: { process: this.process, parameter: name, value: shown },
    });
  }
}
