import { PlatformError } from '../errors.ts';
import { printable } from '../expression/fault.ts';
import { bandLike, isBandName } from '../expression/names.ts';
import { parseExpression } from '../expression/parse.ts';
import { nearestIndices } from './nearest.ts';
import { findIndex, INDEX_IDS, spelledLike } from './registry.ts';

export interface Formula {
  /** Null: an expression of the user's own. */
  readonly id: string | null;
  readonly title: string;
  /** What `compileKernel` takes. */
  readonly expression: string;
  readonly bandNames: readonly string[];
  /** For a legend or 8-bit tiles; null where nothing is known. */
  readonly range: readonly [min: number, max: number] | null;
}

const WORD = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*$/;

/**
 * What a user means by the id of an index or an expression. An index goes before a band of the same name.
 *
 * @throws {PlatformError} `index-unknown` for a single word that is neither an index nor a band, with the nearest
 *   ids; `expression-invalid` with the position for anything else that is no expression.
 */
export function resolveFormula(idOrExpression: string): Formula {
  const word = WORD.exec(idOrExpression)?.[1];
  if (word !== undefined) {
    const ids = spelledLike(word);
    if (ids.length === 1) return formulaOf(ids[0]!);
    // a band in another case is told of by the parser, an ambiguous id here
    if (!isBandName(word) && (ids.length > 1 || !bandLike(word)))
      throw unknownIndex(word, ids, idOrExpression.indexOf(word) + 1);
  }
  const { bandNames } = parseExpression(idOrExpression);
  const expression = idOrExpression.trim();
  return { id: null, title: expression, expression, bandNames, range: null };
}

function formulaOf(id: string): Formula {
  const { title, formula, bands, range } = findIndex(id)!;
  return { id, title, expression: formula, bandNames: bands, range };
}

function unknownIndex(word: string, spellings: readonly string[], position: number): PlatformError {
  const shown = printable(word.slice(0, 40));
  const detail = { position, suggestions: spellings.length > 0 ? spellings : nearestIndices(word) };
  if (spellings.length > 1) {
    const message = `"${shown}" can mean ${spellings.join(' or ')}: write the index as it is spelled there`;
    return new PlatformError('index-unknown', message, { detail });
  }
  return new PlatformError(
    'index-unknown',
    `"${shown}" at position ${position} is neither a band nor one of the ${INDEX_IDS.length} indices; ` +
      `nearest are ${detail.suggestions.join(', ')}`,
    { detail },
  );
}
