/** From sample units and areas of strata to the table that estimates are made of. */
import { PlatformError } from '../errors.ts';
import type { SampleTable, Stratum } from './estimate.ts';
import { compareLabels } from './labels.ts';

export interface SampleUnit {
  readonly stratum: string;
  readonly map: string;
  readonly reference: string;
}

/**
 * @param areas  Of each stratum, above 0, in any unit.
 * @param source  Of the areas, for messages.
 * @throws {PlatformError} `parameter-invalid` where a unit's stratum has no area, or a stratum no unit
 */
export function tallySample(
  units: readonly SampleUnit[],
  areas: ReadonlyMap<string, number>,
  source: string,
): SampleTable {
  const classes = [...new Set(units.flatMap(({ map, reference }) => [map, reference]))].toSorted(compareLabels);
  const at = new Map(classes.map((name, k) => [name, k]));
  const strata = new Map<string, Stratum>();
  for (const [name, area] of [...areas].toSorted(([a], [b]) => compareLabels(a, b)))
    strata.set(name, { name, area, counts: new Float64Array(classes.length ** 2) });
  for (const { stratum, map, reference } of units) {
    const counts = strata.get(stratum)?.counts;
    if (!counts)
      throw new PlatformError(
        'parameter-invalid',
        `Class ${stratum} of the sample has no area in ${source}, which has ${[...areas.keys()].toSorted(compareLabels).join(', ')}`,
        { detail: { class: stratum } },
      );
    counts[at.get(map)! * classes.length + at.get(reference)!]!++;
  }
  const empty = [...strata.values()].filter(({ counts }) => counts.every((n) => n === 0)).map(({ name }) => name);
  if (empty.length > 0)
    throw new PlatformError(
      'parameter-invalid',
      `The sample has no point in class ${empty.join(', ')} of ${source}, so that nothing can be said of that part; sample it, or leave it out with --exclude`,
      { detail: { classes: empty } },
    );
  return { classes, strata: [...strata.values()] };
}
