/** Answers in the form that the client asks for, by `f` or by Accept; each form links the others. */
import type { Request, Response } from 'express';
import { REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../http/headers.ts';
import { checkWords, refusal, wordOf } from '../services/raster/wish.ts';
import { documentPage } from './html.ts';
import type { OgcLink } from './site.ts';
import { HTML, JSON_TYPE } from './site.ts';

/** Media types by the word of `f`; the first is what a client gets that does not say. */
export type Forms = Readonly<Record<string, string>>;

const DOCUMENT_FORMS: Forms = { json: JSON_TYPE, html: HTML };

/** @throws {PlatformError} `parameter-invalid` for a word of `f` that is none of the forms */
export function formOf(req: Request, forms: Forms): string {
  const names = Object.keys(forms);
  const word = wordOf(req.query, 'f');
  if (word !== null) {
    if (names.includes(word)) return word;
    throw refusal('f', word, `f is "${word.slice(0, 40)}"; accepted are ${names.join(', ')}`);
  }
  const type = req.accepts(Object.values(forms));
  return names.find((name) => forms[name] === type) ?? names[0]!;
}

export interface OgcDocument {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly links: readonly OgcLink[];
}

/** The page itself and the same in its other forms. */
export function selfLinks(req: Request, form: string, forms: Forms = DOCUMENT_FORMS): OgcLink[] {
  return Object.entries(forms).map(([name, type]) => ({
    href: addressOf(req, form === name && req.query['f'] === undefined ? {} : { f: name }),
    rel: name === form ? 'self' : 'alternate',
    type,
    title: name === form ? 'This document' : `This document as ${name}`,
  }));
}

/** The address that was asked for, with other words in its query; a word that is null is left out. */
export function addressOf(req: Request, words: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(req.query)) if (typeof value === 'string') query.set(name, value);
  for (const [name, value] of Object.entries(words))
    if (value === null) query.delete(name);
    else query.set(name, value);
  const text = query.toString();
  return `${originOf(req)}${req.path}${text && `?${text}`}`;
}

/**
 * A document as JSON or as a page to read.
 * @param make  Is told the links to itself. @param accepted  Words of the query besides `f`.
 */
export async function sendDocument(
  req: Request,
  res: Response,
  make: (self: OgcLink[]) => OgcDocument | Promise<OgcDocument>,
  accepted: readonly string[] = [],
): Promise<void> {
  checkWords(req.query, ['f', ...accepted]);
  const form = formOf(req, DOCUMENT_FORMS);
  const document = await make(selfLinks(req, form));
  res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Accept, Host');
  if (form === 'html') res.type('html').send(documentPage(document));
  else res.type(JSON_TYPE).send(JSON.stringify(document));
}
