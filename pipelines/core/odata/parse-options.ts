/** The options of a request or of an `$expand`: `$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$skip`, `$count`. */
import { PlatformError } from '../errors.ts';
import type { Expansion, OrderKey, Path, QueryOptions } from './ast.ts';
import { NO_OPTIONS } from './ast.ts';
import { brief, MAX_EXPAND_DEPTH, MAX_EXPANSIONS } from './fault.ts';
import { OptionParser } from './parse-expression.ts';

const OPTION_NAMES = ['$filter', '$orderby', '$select', '$expand', '$top', '$skip', '$count'] as const;
type OptionName = (typeof OPTION_NAMES)[number];
const MOST_ORDER_KEYS = 8;
/** Of `$top` and `$skip`. */
const MOST_ROWS = 2 ** 31 - 1;

/**
 * @param words  The options as they were sent, by name.
 * @throws {PlatformError} `expression-invalid` with the place of the fault; `parameter-invalid`
 */
export function parseOptions(words: Readonly<Record<string, string>>): QueryOptions {
  let options = NO_OPTIONS;
  for (const [name, text] of Object.entries(words)) {
    const parser = new OptionParser(name, text);
    options = { ...options, ...new OptionsReader(parser).value(asOption(name), 0) };
    parser.end();
  }
  return { ...options, words };
}

function asOption(name: string): OptionName {
  const known = OPTION_NAMES.find((one) => one === name);
  if (known) return known;
  throw new PlatformError(
    'parameter-invalid',
    `There is no option "${brief(name)}" here; accepted are ${OPTION_NAMES.join(', ')}`,
    { detail: { parameter: name.slice(0, 60), accepted: OPTION_NAMES } },
  );
}

type Part = Partial<{ -readonly [K in keyof QueryOptions]: QueryOptions[K] }>;

class OptionsReader {
  private readonly parser: OptionParser;
  private expansions = 0;

  constructor(parser: OptionParser) {
    this.parser = parser;
  }

  value(name: OptionName, depth: number): Part {
    switch (name) {
      case '$filter':
        return { filter: this.parser.expression() };
      case '$orderby':
        return { orderby: this.orderby() };
      case '$select':
        return { select: this.listOf(() => this.parser.path()) };
      case '$expand':
        return { expand: this.expand(depth) };
      case '$top':
        return { top: this.whole() };
      case '$skip':
        return { skip: this.whole() };
      case '$count':
        return { count: this.truth() };
    }
  }

  private listOf<T>(item: () => T): T[] {
    const items = [item()];
    while (this.parser.take(',')) items.push(item());
    return items;
  }

  private orderby(): OrderKey[] {
    const keys = this.listOf((): OrderKey => {
      const expression = this.parser.expression();
      const { kind, text } = this.parser.peek();
      const isDescending = kind === 'name' && text === 'desc';
      if (isDescending || (kind === 'name' && text === 'asc')) this.parser.next();
      return { expression, isDescending };
    });
    if (keys.length > MOST_ORDER_KEYS)
      throw this.parser.fault(1, `it has ${keys.length} keys; ${MOST_ORDER_KEYS} are accepted`);
    return keys;
  }

  private whole(): number {
    const { kind, text, at } = this.parser.peek();
    if (kind !== 'number' || !/^\d+$/.test(text) || Number(text) > MOST_ROWS)
      throw this.parser.fault(at, `${brief(text)} is no whole number from 0 to ${MOST_ROWS}`);
    return Number(this.parser.next().text);
  }

  private truth(): boolean {
    const { text, at } = this.parser.peek();
    if (text !== 'true' && text !== 'false') throw this.parser.fault(at, `${brief(text)} is neither true nor false`);
    return this.parser.next().text === 'true';
  }

  private expand(depth: number): Expansion[] {
    const { at } = this.parser.peek();
    if (depth >= MAX_EXPAND_DEPTH)
      throw this.parser.fault(at, `relations are expanded to ${MAX_EXPAND_DEPTH} levels at most`);
    return merge(this.listOf(() => this.expansion(depth)));
  }

  private expansion(depth: number): Expansion {
    const { segments, at } = this.parser.path();
    this.expansions += segments.length;
    if (this.expansions > MAX_EXPANSIONS) throw this.parser.fault(at, `it names more than ${MAX_EXPANSIONS} relations`);
    if (depth + segments.length > MAX_EXPAND_DEPTH)
      throw this.parser.fault(at, `relations are expanded to ${MAX_EXPAND_DEPTH} levels at most`);
    const options = this.parser.take('(') ? this.innerOptions(depth + segments.length) : NO_OPTIONS;
    return nest(segments, options, at);
  }

  /** `$select=name;$top=1)`, after the opening bracket. */
  private innerOptions(depth: number): QueryOptions {
    const { parser } = this;
    let options = NO_OPTIONS;
    const words: Record<string, string> = {};
    do {
      const { text, at } = parser.next();
      const name = OPTION_NAMES.find((one) => one === text);
      if (!name) throw parser.fault(at, `there is no option "${brief(text)}" within $expand`);
      if (Object.hasOwn(words, name)) throw parser.fault(at, `${name} is given twice`);
      parser.expect('=');
      const from = parser.peek().at - 1;
      options = { ...options, ...this.value(name, depth) };
      words[name] = parser.text.slice(from, parser.peek().at - 1).trim();
    } while (parser.take(';'));
    parser.expect(')');
    return { ...options, words };
  }
}

/** `A/B(…)` is B with these options within A. */
function nest(segments: readonly string[], options: QueryOptions, at: number): Expansion {
  const [relation, ...rest] = segments as [string, ...string[]];
  if (rest.length === 0) return { relation, options, at };
  const inner = nest(rest, options, at);
  return { relation, at, options: { ...NO_OPTIONS, expand: [inner], words: { $expand: textOf(inner) } } };
}

/** `A/B,A/C` reads A once. */
function merge(expansions: readonly Expansion[]): Expansion[] {
  const found = new Map<string, Expansion>();
  for (const one of expansions) {
    const known = found.get(one.relation);
    found.set(one.relation, known ? { ...known, options: unite(known.options, one.options) } : one);
  }
  return [...found.values()];
}

function unite(a: QueryOptions, b: QueryOptions): QueryOptions {
  const expand = merge([...a.expand, ...b.expand]);
  const words = { ...a.words, ...b.words, ...(expand.length > 0 && { $expand: expand.map(textOf).join(',') }) };
  return {
    filter: b.filter ?? a.filter,
    orderby: b.orderby.length > 0 ? b.orderby : a.orderby,
    select: selectBoth(a.select, b.select),
    expand,
    top: b.top ?? a.top,
    skip: b.skip || a.skip,
    count: a.count || b.count,
    words,
  };
}

function selectBoth(a: readonly Path[] | null, b: readonly Path[] | null): readonly Path[] | null {
  return a === null || b === null ? (a ?? b) : [...a, ...b];
}

function textOf({ relation, options: { words } }: Expansion): string {
  const inner = Object.entries(words).map(([name, text]) => `${name}=${text}`);
  return inner.length > 0 ? `${relation}(${inner.join(';')})` : relation;
}
