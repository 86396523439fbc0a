/** The buddy check: a reading that disagrees with what the stations around it read at the same time. */
import { medianInPlace } from '../../series/select.ts';
import type { QualityParameters } from '../properties.ts';
import { MAD_TO_SIGMA } from './estimate.ts';
import { FLAG, VALUE_FLAGS } from './flags.ts';
import { nearStations } from './near-stations.ts';
import type { Place } from './near-stations.ts';

export interface NeighbourStation {
  /** Null where it is not known: then all stations of such a kind are compared. */
  readonly place: Place | null;
  /** Milliseconds since 1970, ascending. */
  readonly times: Float64Array;
  /** As long, finite. */
  readonly values: Float64Array;
  /** Flags by other tests: readings that failed them are no witnesses. */
  readonly flags?: Uint16Array;
}

export interface NeighbourOptions {
  /** Null: differences are judged by how large they usually are, alone. */
  readonly parameters?: QualityParameters['neighbour'];
}

const MOST_NEIGHBOURS = 8;
const LEAST_NEIGHBOURS = 2;
/** Without a common history stations are judged by one another: of so many. */
const LEAST_WITHOUT_HISTORY = 4;
/** Common readings that tell what a difference usually is. */
const HISTORY = 24;
const FACTOR = 6;
/** A neighbour disagrees from so many of its standard deviations on; most of them must, on the same side. */
const DISAGREES = 3;
const AGREEMENT = 0.75;
/** What is out of the ordinary is not felt by all alike: room, as a share of what is beyond so many standard deviations. */
const EVENT_SHARE = 0.5;
const ORDINARY = 2;

/**
 * Flags readings that disagree with their neighbours. The difference of two stations has its usual size (the median over
 * their common history, which takes elevation, exposure and calibration into account; before there is one, the lapse rate)
 * and its usual spread (its median absolute deviation): a neighbour counts by the inverse square of that spread, so near
 * and similar stations count most. A reading fails where the weighted median of what the neighbours let expect is farther
 * away than `FACTOR` spreads, three of four neighbours disagree on the same side, and not only one event is felt by some.
 *
 * @returns one array per station, one mask per reading: `FLAG.neighbour` or 0.
 * @see Durre et al. 2010, doi:10.1175/2010JAMC2375.1 (spatial checks); Båserud et al. 2020, doi:10.5194/asr-17-153-2020
 */
export function flagNeighbours(
  stations: readonly NeighbourStation[],
  { parameters = null }: NeighbourOptions = {},
): Uint16Array[] {
  return stations.map((station, own) => {
    const near = nearStations(stations, own, parameters?.radiusKm ?? 50);
    const witnesses = near
      .map((other) => hear(station, stations[other]!, parameters))
      .filter((witness) => witness !== null)
      .sort((a, b) => a.sigma - b.sigma || 0)
      .slice(0, MOST_NEIGHBOURS);
    return judge(station, witnesses, parameters?.least ?? 0);
  });
}

/** What a neighbour lets expect at each reading. */
interface Witness {
  readonly expected: Float64Array;
  /** Of the difference; NaN without a common history. */
  readonly sigma: number;
}

function hear(
  station: NeighbourStation,
  other: NeighbourStation,
  parameters: QualityParameters['neighbour'],
): Witness | null {
  const expected = alignTo(station, other);
  const differences = new Float64Array(expected.length);
  let count = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = station.values[i]! - expected[i]!;
    if (difference === difference) differences[count++] = difference;
  }
  if (count === 0) return null;
  if (count < HISTORY) {
    const up = (station.place?.elevation ?? NaN) - (other.place?.elevation ?? NaN);
    if (parameters !== null && up === up) add(expected, parameters.perMetre * up);
    return { expected, sigma: NaN };
  }
  const offset = medianInPlace(differences, count);
  for (let k = 0; k < count; k++) differences[k] = Math.abs(differences[k]! - offset);
  const half = medianInPlace(differences, count);
  const tenth = differences.subarray(0, count).sort()[Math.floor(0.9 * count)]!;
  add(expected, offset);
  return { expected, sigma: Math.max(MAD_TO_SIGMA * half, tenth / 1.645, (parameters?.least ?? 0) / FACTOR) };
}

function add(values: Float64Array, amount: number): void {
  for (let i = 0; i < values.length; i++) values[i]! += amount;
}

/** The other station's reading nearest in time, not farther than half a step; NaN where it has none that is trusted. */
function alignTo({ times }: NeighbourStation, other: NeighbourStation): Float64Array {
  const aligned = new Float64Array(times.length).fill(NaN);
  const step = times.length > 1 ? middleStep(times) : 3_600_000;
  let k = 0;
  const last = other.times.length - 1;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    while (k < last && Math.abs(other.times[k + 1]! - time) <= Math.abs(other.times[k]! - time)) k++;
    if (k > last || Math.abs(other.times[k]! - time) > step / 2) continue;
    if (other.flags !== undefined && (other.flags[k]! & VALUE_FLAGS) !== 0) continue;
    aligned[i] = other.values[k]!;
  }
  return aligned;
}

function middleStep(times: Float64Array): number {
  const steps = new Float64Array(Math.min(times.length - 1, 1001));
  for (let i = 0; i < steps.length; i++) steps[i] = times[i + 1]! - times[i]!;
  return medianInPlace(steps, steps.length);
}

function judge(station: NeighbourStation, witnesses: readonly Witness[], least: number): Uint16Array {
  const { values } = station;
  const flags = new Uint16Array(values.length);
  if (witnesses.length < LEAST_NEIGHBOURS || values.length === 0) return flags;
  const usual = medianInPlace(values.slice(), values.length);
  const ordinary = ORDINARY * MAD_TO_SIGMA * medianOfDistances(values, usual);
  const departures = new Float64Array(MOST_NEIGHBOURS);
  const weights = new Float64Array(MOST_NEIGHBOURS);
  const scratch = new Float64Array(MOST_NEIGHBOURS);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let [count, known, sides] = [0, 0, 0];
    let sumWeights = 0;
    for (let w = 0; w < witnesses.length; w++) {
      const { expected, sigma } = witnesses[w]!;
      const departure = value - expected[i]!;
      if (departure !== departure) continue;
      if (sigma === sigma) known++;
      const room = sigma === sigma ? DISAGREES * Math.max(sigma, 1e-12) : least / 2;
      if (departure > room) sides++;
      else if (departure < -room) sides--;
      const weight = sigma === sigma ? 1 / Math.max(sigma * sigma, 1e-24) : 0;
      sumWeights += weight;
      departures[count] = departure;
      weights[count++] = weight;
    }
    if (count < LEAST_NEIGHBOURS || Math.abs(sides) < AGREEMENT * count) continue;
    if (known < count && known > 0) continue; // some without history: too little is known
    if (known === 0) {
      if (count < LEAST_WITHOUT_HISTORY) continue;
      weights.fill(1, 0, count);
    }
    const departure = weightedMedian(departures, weights, count);
    for (let w = 0; w < count; w++) scratch[w] = Math.abs(departures[w]! - departure);
    const spread = MAD_TO_SIGMA * medianInPlace(scratch, count);
    const usualSpread = known > 0 ? Math.sqrt(count / sumWeights) : 0;
    const size = Math.abs(departure);
    const unusual = Math.abs(value - departure - usual) - ordinary;
    const event = known > 0 && unusual > 0 ? EVENT_SHARE * unusual : 0;
    if (size > FACTOR * Math.max(usualSpread, spread) + event && size > least) flags[i] = FLAG.neighbour;
  }
  return flags;
}

function medianOfDistances(values: Float64Array, from: number): number {
  const distances = values.map((value) => Math.abs(value - from));
  return medianInPlace(distances, distances.length);
}

/** Of a few numbers; they and their weights are reordered. */
function weightedMedian(values: Float64Array, weights: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += weights[i]!;
  for (let i = 1; i < n; i++) {
    const [value, weight] = [values[i]!, weights[i]!];
    let k = i;
    for (; k > 0 && values[k - 1]! > value; k--) {
      values[k] = values[k - 1]!;
      weights[k] = weights[k - 1]!;
    }
    values[k] = value;
    weights[k] = weight;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += weights[i]!;
    if (sum * 2 >= total) return values[i]!;
  }
  return values[n - 1]!;
}
