/** JSON that a database can keep and a program can read again. */

/** Levels of arrays and objects; what is deeper overflows the stacks of programs that read it. */
const MOST_DEPTH = 64;
/** Of one value with all that is in it, characters of text and two for each number, name or bracket. */
const MOST_SIZE = 1_000_000;

export interface JsonLimits {
  readonly mostDepth?: number;
  readonly mostSize?: number;
}

/**
 * Walks a parsed JSON value without recursion.
 * @returns what is wrong with it, to be read after its name: `is deeper than 64 levels`; null where nothing is
 */
export function faultOfJson(value: unknown, limits: JsonLimits = {}): string | null {
  const { mostDepth = MOST_DEPTH, mostSize = MOST_SIZE } = limits;
  const todo: unknown[] = [value];
  const depths: number[] = [0];
  let size = 0;
  while (todo.length > 0) {
    const item = todo.pop();
    const depth = depths.pop()!;
    size += 2;
    if (typeof item === 'string') {
      const fault = faultOfText(item);
      if (fault) return fault;
      size += item.length;
    } else if (typeof item === 'number') {
      if (!Number.isFinite(item)) return 'holds a number that is not finite';
    } else if (typeof item === 'object' && item !== null) {
      if (depth >= mostDepth) return `is deeper than ${mostDepth} levels`;
      for (const [name, child] of Object.entries(item)) {
        const fault = Array.isArray(item) ? null : faultOfText(name);
        if (fault) return fault;
        if (!Array.isArray(item)) size += name.length;
        todo.push(child);
        depths.push(depth + 1);
      }
    }
    if (size > mostSize) return `is larger than ${mostSize} characters`;
  }
  return null;
}

/** What a text must not have: PostgreSQL keeps neither of them. */
export function faultOfText(text: string): string | null {
  if (text.includes('\0')) return 'holds the character NUL';
  return text.isWellFormed() ? null : 'holds half a character (an unpaired surrogate)';
}
