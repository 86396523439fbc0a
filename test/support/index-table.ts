/** The page that lists the indices, made from the catalogue. `docs/indices.md` is a copy of it, and a test compares. */
import type { SpectralIndex } from '../../pipelines/core/indices/definition.ts';
import { DOMAINS } from '../../pipelines/core/indices/definition.ts';

const INTRODUCTION = `# Spectral indices

<!-- Generated from the catalogue in pipelines/core/indices; \`npx vitest run -u indices\` writes it again. -->

\`landmeter index ID\` computes any of these from a Sentinel-2 scene, or from bands given one by one. Another case of the
letters is accepted where it can mean one index only. Bands are reflectance (0..1); \`vv\` and \`vh\` are backscatter in
linear power. The range is where most surfaces fall: the default of a legend, no limit of the values.

Ids, names, formulas and references are those of
[Awesome Spectral Indices](https://github.com/awesome-spectral-indices/awesome-spectral-indices) (David Montero and
others, MIT licence): every index of the list that Sentinel-2 or Sentinel-1 bands suffice for. Constants stand in the
formula with the list's defaults, wavelengths with those of Sentinel-2A.
`;

/** @returns Markdown. */
export function indexTable(indices: readonly SpectralIndex[]): string {
  const sections = DOMAINS.map((domain) => {
    const rows = indices.filter((index) => index.domain === domain).map(row);
    return [`## ${domain[0]!.toUpperCase()}${domain.slice(1)}`, '', HEADER, ...rows, ''].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}

const HEADER = `| Id | Name and use | Formula | Range |
|---|---|---|---|`;

function row({ id, title, purpose, formula, range, reference }: SpectralIndex): string {
  const [min, max] = range;
  return `| ${id} | [${title}](${reference}). ${purpose.en} | \`${formula}\` | ${min} to ${max} |`;
}
