/** A file that somebody has written (YAML or JSON) held against a schema; what is wrong is told with its line. */
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { PlatformError } from '../core/errors.ts';

export interface YamlFile<T> {
  readonly value: T;
  /** The error of something at a path of it. */
  readonly fail: (path: readonly PropertyKey[], what: string) => PlatformError;
}

/**
 * @param name  As messages call it: the file.
 * @throws {PlatformError} `format-damaged` where it is no YAML; `parameter-invalid` with the line of what is wrong
 */
export function parseYamlFile<T extends z.ZodType>(text: string, name: string, schema: T): YamlFile<z.infer<T>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true, stringKeys: true, version: '1.2' });
  const [error] = [...document.errors, ...document.warnings];
  if (error)
    throw new PlatformError('format-damaged', `${name} is no YAML: ${error.message.split('\n')[0]!.replace(/:$/, '')}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new PlatformError('format-damaged', `${name} repeats parts of itself too often`, { cause });
  }
  const fail = (path: readonly PropertyKey[], what: string) =>
    invalid(`${name}${lineOf(document, lines, path)}`, path, what);
  return { value: checkAgainst(schema, value, fail), fail };
}

/** @throws {PlatformError} what `fail` makes of what is wrong first */
export function checkAgainst<T extends z.ZodType>(
  schema: T,
  value: unknown,
  fail: (path: readonly PropertyKey[], what: string) => PlatformError = (path, what) =>
    invalid('the mapping', path, what),
): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = deepest(parsed.error.issues);
  throw fail(path, message);
}

function invalid(place: string, path: readonly PropertyKey[], what: string): PlatformError {
  const parameter = path.map(String).join('.') || 'the file';
  return new PlatformError('parameter-invalid', `${place}: ${parameter}: ${what}`, { detail: { parameter } });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

/** Of a union, what is wrong with the alternative that comes closest. */
function deepest(issues: readonly Issue[]): Issue {
  const [first] = issues as [Issue, ...Issue[]];
  const inner = first.errors?.flat().filter(({ path }) => path.length > 0) ?? [];
  if (inner.length === 0) return first.errors ? { ...first, message: 'a constant, or {column: …} is accepted' } : first;
  const found = deepest(inner);
  return { ...found, path: [...first.path, ...found.path] };
}

/** Of the closest thing on the way that is written in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range) return `, line ${lines.linePos(node.range[0]!).line}`;
  }
  return '';
}
