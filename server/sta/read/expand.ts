/** `$expand`: the entities that others belong to, one statement for each relation whatever the number of entities. */
import type { Expansion, QueryOptions } from '../../../pipelines/core/odata/ast.ts';
import { brief, fault } from '../../../pipelines/core/odata/fault.ts';
import type { Queries, Row } from '../../../pipelines/database/database.ts';
import type { EntityJson } from './entity-json.ts';
import { shownOf, toEntity } from './entity-json.ts';
import type { EntityType, Relation } from './entities.ts';
import { ENTITY_TYPES, relationOf } from './entities.ts';
import { selectLatest, wantsLatest } from './latest.ts';
import { cursorOf, writeCursor } from './order.ts';
import { countForEach, selectForEach, selectRows } from './select.ts';
import { entityAddress } from './site.ts';
import type { Hidden } from './visible.ts';

export interface ReadContext {
  readonly queries: Queries;
  readonly hidden: Hidden;
  /** Address of the service. */
  readonly root: string;
}

/** Entities of one relation of one entity, where the request names no number. */
const USUAL_PAGE = 100;
/** Entities of one relation of all entities of a page: each gets its share, and a link to the rest. */
const MOST_EXPANDED = 50_000;

/** Rows as JSON with what is expanded in them. @throws {PlatformError} `expression-invalid` */
export async function toEntities(
  context: ReadContext,
  type: EntityType,
  rows: readonly Row[],
  options: QueryOptions,
): Promise<EntityJson[]> {
  const shown = shownOf(type, options);
  const entities = rows.map((row) => toEntity(row, type, shown, context.root));
  for (const expansion of options.expand) {
    const relation = relationOf(type, expansion.relation);
    if (!relation) throw fault('$expand', expansion.at, `${type.name} has no relation "${brief(expansion.relation)}"`);
    const work = relation.isMany ? addMany : addOne;
    await work(context, { type, rows, entities, expansion, relation });
  }
  return entities;
}

interface Level {
  readonly type: EntityType;
  readonly rows: readonly Row[];
  /** One for each row. */
  readonly entities: readonly EntityJson[];
  readonly expansion: Expansion;
  readonly relation: Relation;
}

async function addOne(context: ReadContext, { rows, entities, expansion, relation }: Level): Promise<void> {
  const { options, relation: name } = expansion;
  const column = relation.by === 'here' ? relation.column : '';
  const type = ENTITY_TYPES[relation.to];
  const ids = [...new Set(rows.flatMap((row) => (row[column] as number | null) ?? []))];
  const request = { type, options, hidden: context.hidden, parent: null, ids, limit: ids.length, after: null };
  const found = await selectRows(context.queries, request);
  const others = await toEntities(context, type, found.rows, options);
  const byId = new Map(found.rows.map((row, k) => [row['id'] as number, others[k]!]));
  for (const [k, row] of rows.entries()) entities[k]![name] = byId.get(row[column] as number) ?? null;
}

async function addMany(context: ReadContext, level: Level): Promise<void> {
  const { queries, hidden } = context;
  const { type: parentType, rows, entities, expansion, relation } = level;
  const { options, relation: name } = expansion;
  const type = ENTITY_TYPES[relation.to];
  const parents = rows.map((row) => row['id'] as number);
  const share = Math.max(1, Math.floor(MOST_EXPANDED / Math.max(1, parents.length)));
  const limit = Math.min(options.top ?? USUAL_PAGE, share);
  const request = { type, options, hidden, relation, parents, limit };
  const found = wantsLatest(request) ? await selectLatest(queries, request) : await selectForEach(queries, request);
  const counts = options.count ? await countForEach(queries, request) : null;
  const groups = new Map<number, Row[]>(parents.map((id) => [id, []]));
  for (const row of found.rows) groups.get(row['parent'] as number)!.push(row);
  const kept = [...groups.values()].flatMap((group) => group.slice(0, limit));
  const others = await toEntities(context, type, kept, options);
  let at = 0;
  for (const [k, id] of parents.entries()) {
    const group = groups.get(id)!;
    const size = Math.min(group.length, limit);
    const entity = entities[k]!;
    if (counts) entity[`${name}@iot.count`] = counts.get(id) ?? 0;
    entity[name] = others.slice(at, at + size);
    if (group.length > limit && limit > 0) {
      const after = writeCursor(cursorOf(group[limit - 1]!, found.keys));
      entity[`${name}@iot.nextLink`] = `${entityAddress(context.root, parentType, id)}/${name}?${rest(options, after)}`;
    }
    at += size;
  }
}

/** The options of further pages. */
function rest({ words }: QueryOptions, after: string): string {
  const { $skip: _, ...others } = words;
  return queryText({ ...others, $skiptoken: after });
}

export function queryText(words: Readonly<Record<string, string>>): string {
  return Object.entries(words)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}
