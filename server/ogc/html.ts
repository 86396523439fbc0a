/** Pages that can be read without JavaScript: what a document holds, in lists, tables and links. */
import type { OgcDocument } from './answer.ts';
import type { OgcLink } from './site.ts';

export const STYLE = `body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b2420;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}a{color:#0b5c4a}table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid #cdd5d0;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#eef3f0}
dt{font-weight:600}dd{margin:0 0 .5rem 1rem}nav{margin:1rem 0}footer{margin-top:3rem;border-top:1px solid #cdd5d0}`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** @param body  HTML, whatever comes from outside escaped in it. */
export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} - Landmeter</title><link rel="stylesheet" href="/ogc/style.css"></head>
<body><nav><a href="/ogc">Landmeter OGC API</a> · <a href="/ogc/collections">Collections</a> · <a href="/ogc/processes">Processes</a> · <a href="/ogc/jobs">Jobs</a></nav>
<main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

export function documentPage(document: OgcDocument): string {
  const { title = 'Document', description, links, ...rest } = document;
  const intro = description ? `<p>${escapeHtml(description)}</p>` : '';
  const parts = Object.entries(rest).map(([name, value]) => `<h2>${escapeHtml(name)}</h2>${valueHtml(value, 0)}`);
  return page(title, `${intro}${parts.join('')}<h2>Links</h2>${linksHtml(links)}`);
}

function linksHtml(links: readonly OgcLink[]): string {
  const items = links.map(({ href, title, rel, type, templated }) => {
    const words = escapeHtml(title ?? rel);
    const kind = type ? ` (${escapeHtml(type)})` : '';
    return `<li>${templated ? `${words}: <code>${escapeHtml(href)}</code>` : `<a href="${escapeHtml(href)}">${words}</a>`}${kind}</li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}

/** Deeper than this a value is shown as JSON. */
const DEEPEST = 4;

export function valueHtml(value: unknown, depth: number): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return textHtml(value);
  if (typeof value !== 'object') return escapeHtml(String(value as number | boolean));
  if (depth >= DEEPEST) return `<code>${escapeHtml(JSON.stringify(value))}</code>`;
  if (Array.isArray(value)) return listHtml(value, depth);
  const entries = Object.entries(value).map(([name, member]) => {
    const shown = name === 'links' ? linksHtml(member as OgcLink[]) : valueHtml(member, depth + 1);
    return `<dt>${escapeHtml(name)}</dt><dd>${shown}</dd>`;
  });
  return `<dl>${entries.join('')}</dl>`;
}

function listHtml(values: readonly unknown[], depth: number): string {
  if (values.every((value) => typeof value === 'number')) return escapeHtml(values.join(', '));
  return `<ul>${values.map((value) => `<li>${valueHtml(value, depth + 1)}</li>`).join('')}</ul>`;
}

function textHtml(text: string): string {
  const shown = escapeHtml(text);
  return /^https?:\/\/[^\s"<>]+$/.test(text) ? `<a href="${shown}">${shown}</a>` : shown;
}

export function tableHtml(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const head = columns.map((name) => `<th>${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${valueHtml(cell, 3)}</td>`).join('')}</tr>`);
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}
