/** The route of an address, as the OpenAPI document writes it: what logs, traces and figures may name. */

interface Branch {
  readonly fixed: Map<string, Branch>;
  /** Segments with a parameter, in the order of the document. */
  readonly open: { readonly pattern: RegExp; readonly branch: Branch }[];
  route: string | null;
}

/** @returns a function from a path to its route; `other` for what is none, so that nobody makes names up. */
export function createRouteFinder(routes: Iterable<string>): (path: string) => string {
  const root = newBranch();
  for (const route of routes) insert(root, route);
  return (path) => {
    const segments = path.replace(/\?.*$/s, '').replace(/\/+$/, '').split('/').slice(1);
    return find(root, segments, 0) ?? 'other';
  };
}

function newBranch(): Branch {
  return { fixed: new Map(), open: [], route: null };
}

function insert(root: Branch, route: string): void {
  let at = root;
  for (const segment of route.replace(/\/+$/, '').split('/').slice(1)) at = step(at, segment);
  at.route = route;
}

function step({ fixed, open }: Branch, segment: string): Branch {
  if (!segment.includes('{')) {
    const known = fixed.get(segment) ?? newBranch();
    fixed.set(segment, known);
    return known;
  }
  const words = segment.split(/\{[^}]*\}/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${words.join('.+')}$`, 's');
  const known = open.find((one) => one.pattern.source === pattern.source);
  if (known) return known.branch;
  const branch = newBranch();
  open.push({ pattern, branch });
  return branch;
}

/** What is written out goes before what has a parameter. */
function find({ fixed, open, route }: Branch, segments: readonly string[], at: number): string | null {
  const segment = segments[at];
  if (segment === undefined) return route;
  const named = fixed.get(segment);
  const found = named ? find(named, segments, at + 1) : null;
  if (found !== null) return found;
  for (const { pattern, branch } of open) {
    const deeper = pattern.test(segment) ? find(branch, segments, at + 1) : null;
    if (deeper !== null) return deeper;
  }
  return null;
}
