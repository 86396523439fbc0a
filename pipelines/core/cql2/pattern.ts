/** `LIKE` and the folding of text. */

/**
 * Does a text match a pattern in which `%` stands for any characters, `_` for one, and `\` takes a meaning away? In time
 * proportional to the product of their lengths at worst, whatever the pattern: a regular expression would not promise that.
 */
export function matchesPattern(value: string, pattern: string): boolean {
  const parts = splitPattern(pattern);
  const chars = Array.from(value);
  let [at, part] = [0, 0];
  /** Where to go on after the last `%`, and how much of the text it has taken. */
  let [backPart, backAt] = [-1, 0];
  while (at < chars.length) {
    const wanted = parts[part];
    if (wanted === ANY) [backPart, backAt] = [++part, at];
    else if (wanted === ONE || wanted === chars[at]) [at, part] = [at + 1, part + 1];
    else if (backPart >= 0) [at, part] = [++backAt, backPart];
    else return false;
  }
  while (parts[part] === ANY) part++;
  return part === parts.length;
}

const ANY = Symbol('%');
const ONE = Symbol('_');

function splitPattern(pattern: string): (string | typeof ANY | typeof ONE)[] {
  const parts: (string | typeof ANY | typeof ONE)[] = [];
  const chars = Array.from(pattern);
  for (let k = 0; k < chars.length; k++) {
    const char = chars[k]!;
    parts.push(char === '%' ? ANY : char === '_' ? ONE : char === '\\' ? chars[++k]! : char);
  }
  return parts;
}

export function withoutCase(value: string): string {
  return value.toLowerCase();
}

/** Letters without the marks above and below them. */
export function withoutAccents(value: string): string {
  return value.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}
