import type { Command } from 'commander';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { SpectralIndex } from '../../../pipelines/core/indices/definition.ts';
import { nearestIndices } from '../../../pipelines/core/indices/nearest.ts';
import { listIndices, spelledLike } from '../../../pipelines/core/indices/registry.ts';
import type { Action, CommandModule } from '../command.ts';

function define(command: Command): void {
  command
    .argument('[filter]', 'an id, or part of a title or purpose, a band, or a domain such as water')
    .addHelpText(
      'after',
      '\nExamples:\n  landmeter indices\n  landmeter indices water\n  landmeter indices NDVI --json',
    );
}

const run: Action = async (context, [filter]) => {
  const indices = filter === undefined ? listIndices() : select(filter);
  if (context.json) context.printJson(indices);
  else context.print(indices.length === 1 ? describe(indices[0]!) : table(indices));
};

/** The index of that id, else all that have the words somewhere. */
function select(filter: string): readonly SpectralIndex[] {
  const ids = spelledLike(filter);
  const sought = filter.toLowerCase();
  const indices = listIndices().filter(({ id, title, domain, bands, purpose }) =>
    ids.length > 0
      ? ids.includes(id)
      : [id, title, domain, ...bands, purpose.en, purpose.nl].some((text) => text.toLowerCase().includes(sought)),
  );
  if (indices.length > 0) return indices;
  throw new PlatformError(
    'index-unknown',
    `No index has "${filter.slice(0, 40)}" in its id, title, domain, bands or purpose; nearest ids are ` +
      nearestIndices(filter).join(', '),
  );
}

/** One line per index, under a heading per domain; ids aligned. */
function table(indices: readonly SpectralIndex[]): string {
  const width = Math.max(...indices.map(({ id }) => id.length));
  const lines: string[] = [];
  let domain = '';
  for (const index of indices) {
    if (index.domain !== domain) lines.push(...(domain === '' ? [] : ['']), index.domain.toUpperCase());
    domain = index.domain;
    lines.push(`  ${index.id.padEnd(width)}  ${index.title}  (${index.bands.join(' ')})`);
  }
  lines.push('', `${indices.length} indices; "landmeter indices ID" shows one, --json everything`);
  return lines.join('\n');
}

function describe({ id, title, domain, formula, bands, range, purpose, reference }: SpectralIndex): string {
  return [
    `${id}  ${title}`,
    `  ${purpose.en}`,
    `  domain     ${domain}`,
    `  formula    ${formula}`,
    `  bands      ${bands.join(' ')}`,
    `  range      ${range[0]} to ${range[1]}`,
    `  reference  ${reference}`,
  ].join('\n');
}

export const command: CommandModule = { define, run };
