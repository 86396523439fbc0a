/** Simulated NDVI of grassland with known mowing dates: a seasonal course, cuts and regrowth, noise, gaps, clouds. */
import type { Series } from '../../pipelines/core/series/series.ts';
import { createRandom } from './random.ts';

export interface MownSeries {
  readonly series: Series;
  /** Days since 1970. */
  readonly cuts: readonly number[];
}

export interface Passes {
  /** Days between two passes of the satellite. Default 5. */
  readonly passDays?: number;
  /** Whether clouds stay in what is seen. Default true. */
  readonly undetected?: boolean;
}

/** 1 January 2023. */
const YEAR = 19358;

/**
 * A year of a parcel. Clouds come in spells and hide 60 % or so; one in 15 of what is seen is
 * cloud all the same, and now and then two follow each other. A third
 * of the parcels is not mown, a half of those dries out slowly in summer.
 */
export function simulateMowing(seed: number, { passDays = 5, undetected = true }: Passes = {}): MownSeries {
  const random = createRandom(seed * 7919 + 13);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const between = (low: number, high: number) => low + (high - low) * random();
  const [winter, summer] = [between(0.35, 0.55), between(0.75, 0.9)];
  const [start, end] = [between(75, 105), between(285, 320)];
  const isMown = random() < 0.67;
  const drought = !isMown && random() < 0.5 ? { from: between(170, 200), depth: between(0.15, 0.35) } : null;
  const cuts = isMown ? drawCuts(random) : [];
  const regrowth = cuts.map(() => ({ level: between(0.3, 0.5), days: between(12, 25) }));
  const sigma = between(0.01, 0.03);
  const course = (day: number) => {
    const season =
      winter + (summer - winter) * (1 / (1 + Math.exp(-(day - start) / 12)) - 1 / (1 + Math.exp(-(day - end) / 14)));
    const dry = drought ? drought.depth * Math.exp(-(((day - drought.from - 45) / 40) ** 2)) : 0;
    let value = season - dry;
    cuts.forEach((cut, k) => {
      if (day < cut) return;
      const { level, days } = regrowth[k]!;
      value = Math.min(value, season - (season - level) * Math.exp(-(((day - cut) / days) ** 1.5)));
    });
    return value;
  };
  const days: number[] = [];
  const values: number[] = [];
  let isCloudy = false;
  let isHazy = false;
  for (let day = 4 + Math.floor(random() * 5); day < 365; day += passDays) {
    isCloudy = random() < (isCloudy ? 0.75 : 0.4); // a share of 0.62
    if (isCloudy) continue;
    isHazy = random() < (isHazy ? 0.2 : 0.065);
    const clear = course(day) + sigma * normal();
    days.push(YEAR + day + 0.44);
    values.push(isHazy && undetected ? clear - between(0.08, 0.55) : clear);
  }
  return {
    series: { days: Float64Array.from(days), values: Float64Array.from(values) },
    cuts: cuts.map((cut) => YEAR + cut),
  };
}

/** One to five cuts from May to October, four weeks or more between two. */
function drawCuts(random: () => number): number[] {
  const cuts: number[] = [];
  const count = 1 + Math.floor(random() * 5);
  for (let day = 115 + random() * 45; cuts.length < count && day < 290; day += 28 + random() * 35) cuts.push(day);
  return cuts;
}

/** Cuts with an observation within 15 days before and 10 after: others leave no trace. */
export function onlySeen({ series, cuts }: MownSeries): MownSeries {
  const seen = cuts.filter((cut) => {
    const next = series.days.findIndex((day) => day >= cut);
    return next > 0 && series.days[next]! - cut <= 10 && cut - series.days[next - 1]! <= 15;
  });
  return { series, cuts: seen };
}

export interface Score {
  readonly cuts: number;
  readonly found: number;
  readonly events: number;
  readonly recall: number;
  readonly precision: number;
}

/** An event is right where a cut lies between its observations, give or take five days; each cut counts once. */
export function scoreMowing(
  parcels: Iterable<MownSeries>,
  detect: (series: Series) => readonly { readonly after: number; readonly before: number }[],
): Score {
  let [cuts, found, events] = [0, 0, 0];
  for (const parcel of parcels) {
    const left = [...parcel.cuts];
    cuts += left.length;
    for (const { after, before } of detect(parcel.series)) {
      events++;
      const at = left.findIndex((cut) => cut > after - 5 && cut < before + 5);
      if (at < 0) continue;
      left.splice(at, 1);
      found++;
    }
  }
  return { cuts, found, events, recall: found / cuts, precision: found / events };
}
