/**
 * The simulated register of the region: 2,000 assets along its roads and waters, with inspections over ten years. How they
 * wear is drawn from a chain whose rates are known (`TRUE_RATES`), so that what is fitted can be held against them.
 */
import type { LonLat } from '../geography/places.ts';
import { ROADS, WATERCOURSES } from '../geography/places.ts';
import { unit } from '../random.ts';

export const SAMPLE_ASSETS = 2000;
const SEED = 4711;

interface Kind {
  readonly type: string;
  readonly name: string;
  /** Of all assets. */
  readonly share: number;
  readonly along: 'roads' | 'water';
  /** Metres; 0: a point. */
  readonly metres: number;
  readonly parts: readonly (readonly [name: string, weight: number])[];
}

/** Years in each of the scores 1 to 5, by type. */
export const TRUE_YEARS: Readonly<Record<string, readonly number[]>> = {
  bridge: [16, 14, 12, 9, 6],
  culvert: [12, 11, 9, 7, 5],
  quay: [18, 15, 12, 8, 5],
  dike: [22, 18, 14, 10, 8],
  road: [7, 6, 5, 4, 3],
  verge: [6, 5, 5, 4, 3],
};

const KINDS: readonly Kind[] = [
  { type: 'bridge', name: 'Bridge', share: 0.25, along: 'roads', metres: 0, parts: [['deck', 60], ['abutments', 30], ['railing', 10]] }, // prettier-ignore
  {
    type: 'culvert',
    name: 'Culvert',
    share: 0.2,
    along: 'roads',
    metres: 0,
    parts: [
      ['pipe', 80],
      ['headwall', 20],
    ],
  },
  { type: 'quay', name: 'Quay', share: 0.15, along: 'water', metres: 120, parts: [['wall', 70], ['coping', 20], ['bollards', 10]] }, // prettier-ignore
  { type: 'dike', name: 'Dike', share: 0.1, along: 'water', metres: 400, parts: [['crest', 40], ['slope', 40], ['toe', 20]] }, // prettier-ignore
  {
    type: 'road',
    name: 'Road',
    share: 0.2,
    along: 'roads',
    metres: 300,
    parts: [
      ['surface', 70],
      ['foundation', 30],
    ],
  },
  {
    type: 'verge',
    name: 'Verge',
    share: 0.1,
    along: 'roads',
    metres: 250,
    parts: [
      ['grass', 60],
      ['edge', 40],
    ],
  },
];

/** A defect that alone gives this score. */
const DEFECTS: Readonly<Record<number, readonly [seriousness: string, extent: number, intensity: number]>> = {
  2: ['serious', 4, 1],
  3: ['serious', 3, 3],
  4: ['critical', 5, 1],
  5: ['critical', 4, 3],
  6: ['critical', 5, 3],
};

export interface SimulatedAsset {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly owner: string;
  readonly built: number;
  readonly importance: { readonly safety: number; readonly availability: number; readonly cost: number };
  /** Euros. */
  readonly cost: number;
  /** WGS 84: one position of a point, two or more of a line. */
  readonly path: readonly LonLat[];
}

export interface SimulatedDefect {
  readonly asset: string;
  readonly date: string;
  readonly part: string;
  readonly weight: number;
  /** Null: the part has no defect. */
  readonly defect: readonly [seriousness: string, extent: number, intensity: number] | null;
}

/** The same at every call. */
export function simulateAssets(count = SAMPLE_ASSETS): SimulatedAsset[] {
  return Array.from({ length: count }, (_, k) => simulateAsset(k));
}

function kindOf(k: number): Kind {
  let rest = unit(SEED, k, 1);
  return KINDS.find(({ share }) => (rest -= share) < 0) ?? KINDS[0]!;
}

function simulateAsset(k: number): SimulatedAsset {
  const { type, name, along, metres } = kindOf(k);
  const lines = (along === 'roads' ? ROADS : WATERCOURSES).map(({ path }) => path);
  const step = (salt: number) => 1 + Math.floor(unit(SEED, k, salt) * 5);
  const number = String(k + 1).padStart(4, '0');
  return {
    id: `S-${number}`,
    name: `${name} ${number} (simulated)`,
    type,
    owner: ['Province', 'Water authority', 'Municipality'][Math.floor(unit(SEED, k, 2) * 3)]!,
    built: 1945 + Math.floor(unit(SEED, k, 3) * 75),
    importance: { safety: step(4), availability: step(5), cost: step(6) },
    cost: 1000 * Math.floor(2 + (4 + 60 * unit(SEED, k, 7)) * (type === 'verge' ? 0.05 : type === 'culvert' ? 0.3 : 1)),
    path: placeOn(lines, k, metres),
  };
}

const METRES_PER_DEGREE = 111_320;

/** A piece of a line, a little beside it so that pieces do not lie on each other. */
function placeOn(lines: readonly (readonly LonLat[])[], k: number, metres: number): LonLat[] {
  const line = lines[Math.floor(unit(SEED, k, 8) * lines.length)]!;
  const at = unit(SEED, k, 9) * (line.length - 1);
  const [from, to] = [line[Math.floor(at)]!, line[Math.floor(at) + 1]!];
  const squeeze = Math.cos((from[1] * Math.PI) / 180);
  const [dx, dy] = [(to[0] - from[0]) * squeeze, to[1] - from[1]];
  const length = Math.hypot(dx, dy) * METRES_PER_DEGREE || 1;
  const aside = ((unit(SEED, k, 10) - 0.5) * 60) / METRES_PER_DEGREE;
  const point = (share: number): LonLat => [
    from[0] + (to[0] - from[0]) * share - (dy / (length / METRES_PER_DEGREE)) * (aside / squeeze),
    from[1] + (to[1] - from[1]) * share + (dx / (length / METRES_PER_DEGREE)) * aside,
  ];
  const begin = Math.min(at % 1, Math.max(0, 1 - metres / length));
  return metres === 0 ? [point(begin)] : [point(begin), point(Math.min(1, begin + metres / length))];
}

const FIRST_YEAR = 2016;
const YEARS = 10;

/** Inspections every one to three years; what they find has a part that makes the score, and others that are better. */
export function* simulateInspections(assets: readonly SimulatedAsset[]): Generator<SimulatedDefect> {
  for (const [k, asset] of assets.entries()) {
    const { parts } = KINDS.find(({ type }) => type === asset.type)!;
    const every = 1 + Math.floor(unit(SEED, k, 11) * 3);
    const worstPart = Math.floor(unit(SEED, k, 12) * parts.length);
    for (let year = FIRST_YEAR + Math.floor(unit(SEED, k, 13) * every); year < FIRST_YEAR + YEARS; year += every) {
      const month = 1 + Math.floor(unit(SEED, k, 14 + year) * 12);
      const score = scoreAt(k, asset, year + (month - 1) / 12);
      for (const [p, [part, weight]] of parts.entries())
        yield {
          asset: asset.id,
          date: `${year}-${String(month).padStart(2, '0')}-15`,
          part,
          weight,
          // All parts share the score, or the aggregate would be another; the worst is named by its own defect
          defect: DEFECTS[p === worstPart ? score : Math.max(1, score - (weight <= 20 ? 1 : 0))] ?? null,
        };
    }
  }
}

/** A path of the chain from the last time it was new: what is older was renewed once in between. */
function scoreAt(k: number, { type, built }: SimulatedAsset, time: number): number {
  const years = TRUE_YEARS[type]!;
  let at: number = Math.max(built, FIRST_YEAR - 25 * unit(SEED, k, 15));
  let score = 1;
  for (let state = 0; state < years.length; state++) {
    at += -Math.log(1 - unit(SEED, k, 20 + state)) * years[state]!;
    if (at > time) break;
    score++;
  }
  return score;
}
