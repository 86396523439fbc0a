/** Topics with names in them: `sensors/{station}/{property}`. */
import { PlatformError } from '../../pipelines/core/errors.ts';

export interface TopicTemplate {
  /** As a broker takes it: `sensors/+/+`. */
  readonly filter: string;
  /** What the names stand for in a topic; null where it is another one. */
  match(topic: string): Readonly<Record<string, string>> | null;
}

/** @throws {PlatformError} `parameter-invalid` */
export function parseTopic(template: string): TopicTemplate {
  const levels = template.split('/');
  const names = levels.map((level) => /^\{([a-z][a-z0-9_]*)\}$/i.exec(level)?.[1] ?? null);
  for (const [k, level] of levels.entries()) {
    const isLast = k === levels.length - 1;
    if (
      names[k] === null &&
      (/[{}]/.test(level) ||
        (level.includes('+') && level !== '+') ||
        (level.includes('#') && !(level === '#' && isLast)))
    )
      throw new PlatformError(
        'parameter-invalid',
        `"${level}" in the topic ${template} is no level; a word, +, {name} and, at the end, # are accepted`,
      );
  }
  const twice = names.find((name, k) => name !== null && names.indexOf(name) < k);
  if (twice) throw new PlatformError('parameter-invalid', `The topic ${template} has {${twice}} twice`);
  return {
    filter: levels.map((level, k) => (names[k] === null ? level : '+')).join('/'),
    match(topic) {
      const parts = topic.split('/');
      const isOpen = levels.at(-1) === '#';
      if (isOpen ? parts.length < levels.length : parts.length !== levels.length) return null;
      const found: Record<string, string> = {};
      for (let k = 0; k < levels.length; k++) {
        const name = names[k]!;
        if (name !== null) found[name] = parts[k]!;
        else if (levels[k] !== '+' && levels[k] !== '#' && levels[k] !== parts[k]) return null;
      }
      return found;
    },
  };
}

/** Fills in `{name}`; null where one of them is not known. */
export function fillTemplate(template: string, words: Readonly<Record<string, string>>): string | null {
  let isWhole = true;
  const filled = template.replaceAll(/\{([^}]*)\}/g, (_, name: string) => {
    if (!Object.hasOwn(words, name)) isWhole = false;
    return words[name] ?? '';
  });
  return isWhole ? filled : null;
}
