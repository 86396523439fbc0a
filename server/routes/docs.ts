import { Router } from 'express';
import { REVALIDATE } from '../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import type { ApiDocument, ApiOperation } from '../openapi/document.ts';

/** `/openapi.json`, and `/docs`: the same as a page that needs no script. */
export function docsRoutes(api: ApiDocument): Router {
  const router = Router();
  const page = renderDocs(api);
  router.get(
    '/openapi.json',
    (_req, res) => void res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).json(api),
  );
  router.get('/docs', (_req, res) => void res.set('Cache-Control', REVALIDATE).type('html').send(page));
  router.get('/docs.css', (_req, res) => void res.set('Cache-Control', REVALIDATE).type('css').send(STYLE));
  return router;
}

function renderDocs({ info, paths }: ApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => renderOperation(path, method, operation)),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(info.title)} API</title><link rel="stylesheet" href="/docs.css"></head><body><main><h1>${escape(info.title)} API ${escape(info.version)}</h1><p>${escape(info.description)} As a file: <a href="/openapi.json">/openapi.json</a>.</p>${sections.join('')}</main></body></html>`;
}

function renderOperation(path: string, method: string, operation: ApiOperation): string {
  const { summary, description, parameters, responses } = operation;
  const answers = Object.entries(responses).map(([status, response]) => term(status, response.description));
  const code = `<code>${escape(path)}</code>`;
  const title = method === 'get' && !path.includes('{') ? `<a href="${escape(path)}">${code}</a>` : code;
  return [
    `<section><h2>${method.toUpperCase()} ${title}</h2>`,
    `<p>${escape(summary)}. ${escape(description === summary ? '' : description)}</p>`,
    parameters.length > 0
      ? `<h3>Parameters</h3><dl>${parameters.map((p) => term(p.name, p.description)).join('')}</dl>`
      : '',
    `<h3>Answers</h3><dl>${answers.join('')}</dl></section>`,
  ].join('');
}

function term(name: string, meaning: string): string {
  return `<dt><code>${escape(name)}</code></dt><dd>${escape(meaning)}</dd>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const STYLE = `:root{color-scheme:light dark;--ink:#17262B;--paper:#F6F5F0;--line:#D5D6CE;--accent:#0A6B6B}
@media(prefers-color-scheme:dark){:root{--ink:#E7EDEE;--paper:#0F171A;--line:#2B3A40;--accent:#63C7C1}}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}main{max-width:48rem;margin:0 auto;padding:24px 16px}
h1{font-size:28px}h2{font-size:20px;margin-top:32px;border-top:1px solid var(--line);padding-top:16px;overflow-wrap:anywhere}h3{font-size:14px;margin-bottom:4px}a{color:var(--accent)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}dd{margin:0}`;
