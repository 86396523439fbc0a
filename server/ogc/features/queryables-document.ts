import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { OgcCollection } from '../collections.ts';
import type { Site } from '../site.ts';

/** JSON schema of what can be asked about. */
export function describeQueryables({ id, title }: OgcCollection, queryables: Queryables, site: Site) {
  const properties = Object.entries(queryables).map(([name, { schema }]) => [name, schema] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${site.collection(id)}/queryables`,
    type: 'object',
    title,
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}
