/** The words of a request's query, as options of SensorThings. */
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { QueryOptions } from '../../../pipelines/core/odata/ast.ts';
import { parseOptions } from '../../../pipelines/core/odata/parse-options.ts';

export const RESULT_FORMATS = ['dataArray', 'GeoJSON', 'CSV'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

export interface SetWords {
  readonly options: QueryOptions;
  /** Null: entities as JSON. */
  readonly format: ResultFormat | null;
  readonly after: string | null;
  /** All of them as they came: links repeat them. */
  readonly words: Readonly<Record<string, string>>;
}

/** Of a set. @throws {PlatformError} `parameter-invalid`, `expression-invalid` */
export function parseSetWords(query: Readonly<Record<string, unknown>>): SetWords {
  const words = textsOf(query);
  const { $resultFormat: format, $skiptoken: after, ...others } = words;
  return {
    options: parseOptions(others),
    format: format === undefined ? null : formatOf(format),
    after: after ?? null,
    words,
  };
}

/** Of one entity, of which only how it is shown can be asked. */
export function parseEntityWords(query: Readonly<Record<string, unknown>>): QueryOptions {
  return parseOptions(only(textsOf(query), ['$select', '$expand']));
}

/** Of what takes no options, or few. */
export function only(words: Readonly<Record<string, unknown>>, accepted: readonly string[]): Record<string, string> {
  const texts = textsOf(words);
  const other = Object.keys(texts).find((name) => !accepted.includes(name));
  if (other === undefined) return texts;
  const those = accepted.length > 0 ? `accepted are ${accepted.join(', ')}` : 'none is accepted';
  throw refused(other, texts[other]!, `There is no option "${other.slice(0, 60)}" here; ${those}`);
}

function textsOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      if (typeof value !== 'string')
        throw refused(name, JSON.stringify(value) ?? '', `${name.slice(0, 60)} is given more than once, or in parts`);
      if (name.startsWith('$')) return [name, value];
      throw refused(
        name,
        value,
        `There is no parameter "${name.slice(0, 60)}" here; options of SensorThings begin with $`,
      );
    }),
  );
}

function formatOf(text: string): ResultFormat {
  const found = RESULT_FORMATS.find((format) => format.toLowerCase() === text.toLowerCase());
  if (found) return found;
  throw refused(
    '$resultFormat',
    text,
    `$resultFormat is "${text.slice(0, 60)}"; accepted are ${RESULT_FORMATS.join(', ')}`,
  );
}

export function refused(parameter: string, value: string, why: string): PlatformError {
  return new PlatformError('parameter-invalid', why, {
    detail: { parameter: parameter.slice(0, 60), value: value.slice(0, 1000) },
  });
}
