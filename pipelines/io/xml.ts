/** The one user of fast-xml-parser: metadata as plain nodes, without entities, of bounded size. */
import { XMLParser } from 'fast-xml-parser';
import { PlatformError } from '../core/errors.ts';

/** An element: its children by local name, its attributes by `@name`, its own text by `#text`. */
export interface XmlNode {
  readonly [key: string]: readonly (XmlNode | string)[] | string;
}

/** Metadata of products have some 60 KB, those of granules 600; parsing takes a second per MB at worst. */
const MAX_XML_LENGTH = 4 * 1024 * 1024;

/**
 * @param name  The file, for messages.
 * @returns a node that holds the root element. Namespace prefixes are dropped; text and attributes stay strings.
 * @throws {PlatformError} `format-damaged` where it is not well-formed; `format-unsupported` where it declares
 *   entities; `too-large` beyond 4 million characters.
 */
export function parseXml(text: string, name: string): XmlNode {
  if (text.length > MAX_XML_LENGTH)
    throw new PlatformError(
      'too-large',
      `${name} has ${text.length} characters of XML; at most ${MAX_XML_LENGTH} are read`,
    );
  if (/<!(DOCTYPE|ENTITY)/i.test(text))
    throw new PlatformError(
      'format-unsupported',
      `${name} declares XML entities, which are not read; metadata of products have none`,
    );
  const parser = new XMLParser({
    processEntities: false,
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    parseAttributeValue: false,
    alwaysCreateTextNode: true,
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  });
  try {
    return parser.parse(text, true) as XmlNode;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 120);
    throw new PlatformError('format-damaged', `${name} is not well-formed XML (${reason})`, { cause: error });
  }
}

/** All elements at a path of local names, in document order. */
export function elements(node: XmlNode, ...path: readonly string[]): XmlNode[] {
  let nodes: XmlNode[] = [node];
  for (const name of path)
    nodes = nodes.flatMap((n) => {
      const children = n[name];
      return Array.isArray(children) ? children.map(asNode) : [];
    });
  return nodes;
}

/** The first element of this name at any depth, or null. */
export function findElement(node: XmlNode, name: string, depth = 0): XmlNode | null {
  if (depth > 30) return null;
  const [direct] = elements(node, name);
  if (direct) return direct;
  for (const key of Object.keys(node)) {
    if (key.startsWith('@') || key === '#text') continue;
    for (const child of elements(node, key)) {
      const found = findElement(child, name, depth + 1);
      if (found) return found;
    }
  }
  return null;
}

/** Text of the first element at a path, trimmed; null where there is none or it is empty. */
export function textAt(node: XmlNode, ...path: readonly string[]): string | null {
  const [first] = elements(node, ...path);
  return first ? textOf(first) : null;
}

export function textOf(node: XmlNode): string | null {
  const text = node['#text'];
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
}

export function attribute(node: XmlNode, name: string): string | null {
  const value = node[`@${name}`];
  return typeof value === 'string' ? value : null;
}

function asNode(child: XmlNode | string): XmlNode {
  return typeof child === 'string' ? { '#text': child } : child;
}
