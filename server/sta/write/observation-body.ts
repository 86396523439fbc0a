/** The JSON of an Observation as the door takes it. */
import type { IncomingObservation } from '../../../pipelines/sensors/observation.ts';
import type { EntityBody } from './parse-entity.ts';
import { invalid, isRecord, within } from './parse-entity.ts';

const MEMBERS = ['phenomenonTime', 'resultTime', 'result', 'resultQuality', 'validTime', 'parameters'] as const;
const KNOWN = new Set<string>([...MEMBERS, 'Datastream', 'FeatureOfInterest', 'id']);

/** All but its relations. Without a phenomenonTime it is of this moment (OGC 18-088, table 12). */
export function observationOf(body: EntityBody, at: string): Omit<IncomingObservation, 'datastream'> {
  const change = observationChange(body, at);
  if (!Object.hasOwn(body, 'result'))
    throw invalid(within(at, 'result'), 'The Observation has no result, which each must have');
  return { ...change, phenomenonTime: change.phenomenonTime ?? new Date().toISOString() } as IncomingObservation;
}

/** What is named. */
export function observationChange(body: EntityBody, at: string): Partial<IncomingObservation> {
  for (const name of Object.keys(body))
    if (!KNOWN.has(name) && !name.includes('@'))
      throw invalid(
        within(at, name),
        `Observation has no property or relation ${JSON.stringify(name.slice(0, 60))}; it has ${MEMBERS.join(', ')}`,
      );
  const named = MEMBERS.filter((name) => Object.hasOwn(body, name));
  const change = Object.fromEntries(named.map((name) => [name, body[name]]));
  // What we said of the tests is no quality that the sender states.
  const quality = change['resultQuality'];
  if (isRecord(quality) && 'flags' in quality && 'flagNames' in quality) change['resultQuality'] = quality['given'];
  return change as Partial<IncomingObservation>;
}
