/** What a client of `/live` wants to be told. */
import { z } from 'zod';
import { findProperty } from '../../../pipelines/core/sensors/properties.ts';
import type { LiveEvent, LiveKind } from './ring.ts';
import { LIVE_KINDS } from './ring.ts';

export interface LiveFilter {
  readonly kinds: ReadonlySet<LiveKind>;
  /** Numbers and keys of datastreams; null: all. */
  readonly datastreams: ReadonlySet<string> | null;
  readonly properties: ReadonlySet<string> | null;
  /** West, south, east, north in degrees; west > east crosses 180°. */
  readonly box: readonly [number, number, number, number] | null;
  /** The same for filters that want the same. */
  readonly id: string;
}

const MOST_WORDS = 500;
const words = z
  .union([z.string(), z.array(z.string())])
  .transform((given) =>
    [given]
      .flat()
      .flatMap((text) => text.split(','))
      .map((word) => word.trim()),
  )
  .refine((list) => list.length <= MOST_WORDS && list.every((word) => word !== '' && word.length <= 300), {
    error: `up to ${MOST_WORDS} names between commas are accepted`,
  });

export const liveQuery = z.strictObject({
  kind: words.pipe(z.array(z.enum(LIVE_KINDS))).optional(),
  datastream: words.optional(),
  property: words.optional(),
  bbox: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .refine((box) => box.length === 4 && box.every(Number.isFinite) && box[1]! <= box[3]!, {
      error: 'four degrees are accepted: west,south,east,north',
    })
    .optional(),
});

/** Who asks for some datastreams, properties or places is told of observations, unless `kind` says more. */
export function toFilter({ kind, datastream, property, bbox }: z.infer<typeof liveQuery>): LiveFilter {
  const isOfObservations = datastream !== undefined || property !== undefined || bbox !== undefined;
  const kinds = new Set<LiveKind>(kind ?? (isOfObservations ? ['observations'] : LIVE_KINDS));
  const properties = property && new Set(property.map((name) => findProperty(name)?.id ?? name));
  return {
    kinds,
    datastreams: datastream ? new Set(datastream) : null,
    properties: properties ?? null,
    box: (bbox as [number, number, number, number] | undefined) ?? null,
    id: JSON.stringify([[...kinds].sort(), datastream ?? null, properties ? [...properties] : null, bbox ?? null]),
  };
}

export function wants({ kinds, datastreams, properties, box }: LiveFilter, event: LiveEvent): boolean {
  if (!kinds.has(event.kind)) return false;
  if (event.kind !== 'observations') return box === null || event.place === null || isInside(box, event.place);
  if (
    datastreams !== null &&
    !datastreams.has(String(event.datastream)) &&
    !(event.key !== null && datastreams.has(event.key))
  )
    return false;
  if (properties !== null && !(event.property !== null && properties.has(event.property))) return false;
  return box === null || (event.place !== null && isInside(box, event.place));
}

function isInside(
  [west, south, east, north]: readonly [number, number, number, number],
  [lon, lat]: readonly [number, number],
): boolean {
  if (lat < south || lat > north) return false;
  return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
}
