/** The generated part of `docs/pipelines.md`: what there is to write pipelines with. */
import { describeSchema } from '../../pipelines/graph/describe.ts';
import type { ProcessDefinition } from '../../pipelines/graph/define-process.ts';
import type { Pipeline } from '../../pipelines/graph/graph.ts';

/** Everything after this line is made from the registries. */
export const MARK = '<!-- Generated from here on; `npx vitest run -u pipelines-page` writes it again. -->\n';

export function builtinSection(pipelines: readonly Pipeline[]): string {
  const shared = shareOf(pipelines);
  const rows = pipelines.map(({ id, summary, parameters }) => {
    const own = parameters
      .filter(({ name }) => !shared.has(name))
      .map(({ name, optional }) => name + (optional ? '' : '\\*'));
    return `| \`${id}\` | ${summary} | ${own.join(', ') || '–'} |`;
  });
  return `
| Name | Makes | Parameters of its own |
|---|---|---|
${rows.join('\n')}

\\* has no default. All of them take these:

| Parameter | | Default |
|---|---|---|
${[...shared.values()].map(parameterRow).join('\n')}
`;
}

/** Parameters that all have, by name. */
function shareOf(pipelines: readonly Pipeline[]): ReadonlyMap<string, Pipeline['parameters'][number]> {
  const [first, ...others] = pipelines;
  const everywhere = first!.parameters.filter(({ name }) =>
    others.every(({ parameters }) => parameters.some((parameter) => parameter.name === name)),
  );
  return new Map(everywhere.map((parameter) => [parameter.name, parameter]));
}

function parameterRow({ name, description, default: fallback }: Pipeline['parameters'][number]): string {
  return `| \`${name}\` | ${description} | ${fallback === undefined ? '–' : `\`${JSON.stringify(fallback)}\``} |`;
}

export function processSection(title: string, introduction: string, processes: readonly ProcessDefinition[]): string {
  return `
## ${title}

${introduction}

| Process | | Limits |
|---|---|---|
${processes.map(processRow).join('\n')}
`;
}

function processRow({ id, summary, parameters, limits = '', experimental }: ProcessDefinition): string {
  const names = parameters.map(({ name, optional }) => (optional ? `${name}?` : name)).join(', ');
  const choices = parameters.flatMap(({ name, schema }) => {
    const words = describeSchema(schema);
    return words.startsWith('one of ') ? [`\`${name}\` is ${words}.`] : [];
  });
  const proposal = experimental && !id.startsWith('lm_') ? ['A proposal of openEO.'] : [];
  return `| \`${id}\`(${names}) | ${[summary, ...choices].join(' ')} | ${[limits, ...proposal].join(' ').trim()} |`;
}
