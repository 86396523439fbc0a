/** What is told to everybody names files, and no folder of the machine. */

/** An absolute path, of Unix or Windows, with at least one folder before the last name; addresses are none. */
const PATH = /(?<![\w:/.-])(?:[A-Za-z]:)?(?:[\\/][^\\/\s"'<>|;,()]+)+[\\/]([^\\/\s"'<>|;,()]+)/g;

export function withoutFolders<T>(value: T): T {
  if (typeof value === 'string') return value.replace(PATH, '$1') as T;
  if (Array.isArray(value)) return value.map((member: unknown) => withoutFolders(member)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutFolders(member)])) as T;
}
