/** A passport in words for people: sections of labelled lines, from which the text and the page are made. */
import type { GridRecord, InputRecord, Json, Passport, ReadingRecord } from './passport.ts';

export interface Sheet {
  readonly title: string;
  readonly sections: readonly SheetSection[];
}

export interface SheetSection {
  readonly title: string;
  readonly rows: readonly SheetRow[];
}

export type SheetRow = readonly [label: string, text: string];

export function passportSheet(passport: Passport): Sheet {
  const { product, notes } = passport;
  const sections: SheetSection[] = [
    { title: 'Product', rows: productRows(passport) },
    { title: 'Made by', rows: processRows(passport) },
    ...passport.inputs.map((input) => ({ title: `Input: ${input.role}`, rows: inputRows(input) })),
    { title: 'Method', rows: methodRows(passport) },
    { title: 'Result', rows: resultRows(passport) },
    { title: 'Notes', rows: notes.map((note, i): SheetRow => [String(i + 1), note]) },
  ];
  return { title: `Passport of ${product.name}`, sections: sections.filter(({ rows }) => rows.length > 0) };
}

/** For a terminal: labels in one column. */
export function sheetText({ title, sections }: Sheet): string {
  const lines = sections.flatMap(({ title: name, rows }) => [
    '',
    name,
    ...rows.map(([label, text]) => `  ${label.padEnd(14)} ${text}`),
  ]);
  return [title, ...lines].join('\n');
}

/** A page that needs nothing beside itself. */
export function sheetHtml({ title, sections }: Sheet): string {
  const body = sections
    .map(({ title: name, rows }) => {
      const lines = rows.map(([label, text]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`);
      return `<section><h2>${escapeHtml(name)}</h2><dl>${lines.join('')}</dl></section>`;
    })
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
dl { display: grid; grid-template-columns: 10rem 1fr; gap: 0.15rem 1rem; margin: 0; }
dt { opacity: 0.75; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.4rem; } }
`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** The rows of which something is known. */
function rowsOf(...rows: readonly (readonly [label: string, text: string | undefined | false])[]): SheetRow[] {
  return rows.filter((row): row is SheetRow => typeof row[1] === 'string' && row[1] !== '');
}

function productRows({ product, time, askedBy }: Passport): SheetRow[] {
  const { name, mediaType, bytes, sha256, folder } = product;
  return rowsOf(
    ['file', name],
    ['type', mediaType],
    ['size', bytes !== undefined && sizeText(bytes)],
    ['SHA-256', sha256],
    ['made in', folder],
    ['started', time?.started],
    ['ended', time?.ended],
    ['asked by', askedBy],
  );
}

function processRows({ process, software }: Passport): SheetRow[] {
  const { name, version, commit, node } = software;
  return rowsOf(
    ['process', process.name],
    ['software', `${name} ${version}${commit === null ? '' : `, commit ${commit}`}, Node ${node}`],
    ['request', jsonText(process.request)],
    ['recipe', process.recipe],
  );
}

function inputRows({ place, bytes, sha256, remote, reading }: InputRecord): SheetRow[] {
  const version = remote && (remote.etag ?? remote.lastModified ?? 'the server states none');
  return [
    ...rowsOf(
      ['place', place],
      ['size', bytes !== null && sizeText(bytes)],
      ['SHA-256', sha256 ?? 'read in parts from a server, so not known'],
      ['version', version],
    ),
    ...(reading ? readingRows(reading) : []),
  ];
}

function readingRows({
  band,
  dtype,
  nodata,
  invalid,
  maskedClasses,
  scale,
  offset,
  grid,
  level,
  placement,
}: ReadingRecord): SheetRow[] {
  return rowsOf(
    ['band', `${band}, ${dtype}, nodata ${nodata ?? 'none'}`],
    ['invalid too', invalid && `the numbers ${invalid.join(', ')}`],
    ['masked', maskedClasses && `classes ${maskedClasses.join(', ')} of all bands`],
    ['values', `stored number × ${scale} + ${offset}`],
    ['grid', gridText(grid)],
    ['read', level === 0 ? 'at full resolution' : `from overview ${level}`],
    ['placed by', placement],
  );
}

function methodRows({ method }: Passport): SheetRow[] {
  const { summary, formula, resampling, coordinates, maxErrorPixels, grid, zooms, storage } = method;
  return [
    ...rowsOf(
      ['summary', summary],
      ['formula', formula && `${formula.id === null ? '' : `${formula.id} = `}${formula.expression}`],
      ['resampling', resampling],
    ),
    ...(coordinates ?? []).map(({ name, accuracy, grid: correction }): SheetRow => {
      const file = correction ? `; ${correction.name}, SHA-256 ${correction.sha256}` : '';
      return ['coordinates', `${name}: within ${accuracy} m${file}`];
    }),
    ...rowsOf(
      ['placed within', maxErrorPixels !== undefined && `${maxErrorPixels} source pixel of the exact place`],
      ['grid', grid && gridText(grid)],
      ['zooms', zooms && `${zooms.min} to ${zooms.max}`],
      [
        'stored as',
        storage &&
          `${storage.dtype}, value = number × ${storage.scale} + ${storage.offset}, nodata ${storage.nodata ?? 'none'}`,
      ],
    ),
  ];
}

const count = (value: number | undefined) => value !== undefined && value.toLocaleString('en');

function resultRows({ result }: Passport): SheetRow[] {
  const { pixels, validPixels, validShare, lostPixels, maxErrorPixels, features, rows, tiles } = result;
  return rowsOf(
    ['pixels', count(pixels)],
    ['valid', count(validPixels)],
    ['valid share', validShare !== undefined && `${(100 * validShare).toFixed(4)} %`],
    ['did not fit', lostPixels !== undefined && lostPixels > 0 && count(lostPixels)],
    ['worst place', maxErrorPixels !== undefined && `${maxErrorPixels} source pixel from the exact one`],
    ['features', count(features)],
    ['rows', count(rows)],
    ['tiles', count(tiles)],
  );
}

function gridText({ width, height, epsg, transform }: GridRecord): string {
  const crs = epsg === null ? 'no known CRS' : `EPSG:${epsg}`;
  if (!transform) return `${width} × ${height} pixels, ${crs}, not georeferenced`;
  const [a, b, c, d, e, f] = transform;
  const place = b === 0 && d === 0 ? `of ${a} × ${Math.abs(e)} from ${c}, ${f}` : `placed by ${transform.join(', ')}`;
  return `${width} × ${height} pixels ${place}, ${crs}`;
}

function sizeText(bytes: number): string {
  return `${bytes.toLocaleString('en')} bytes`;
}

function jsonText(value: Json): string {
  return JSON.stringify(value);
}
