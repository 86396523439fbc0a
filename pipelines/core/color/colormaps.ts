/**
 * The colour maps, by id. Each goes from the lowest to the highest value; stops are evenly spaced sRGB colours.
 * Perceptual and colour-blind safe unless `note` says otherwise. Nodata has no colour: it is transparent.
 */
import type { LocalText } from '../wire.ts';
import { MORE_COLORMAPS } from './more-colormaps.ts';

export interface Colormap {
  readonly title: LocalText;
  /**
   * `diverging`: the middle means something; `rainbow`: many hues, lightness up and down; `steps`: one flat colour per
   * class, nothing in between, in their order; `classes`: likewise, without an order.
   */
  readonly kind: 'sequential' | 'diverging' | 'rainbow' | 'steps' | 'classes';
  /** Hexadecimal colours without `#`, lowest value first. */
  readonly stops: readonly string[];
  readonly source: string;
  readonly note?: string;
}

const MATPLOTLIB = 'Smith and van der Walt 2015, CC0, https://bids.github.io/colormap/ (every 16th of 256 colours)';
const BREWER = 'Brewer, ColorBrewer 2.0, Apache-2.0, https://colorbrewer2.org/';
const OWN = 'Landmeter: ends and middle chosen for even steps of lightness';

export const COLORMAPS = {
  viridis: {
    title: { nl: 'Viridis', en: 'Viridis' },
    kind: 'sequential',
    stops: split(
      '440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 84d44b addc30 d8e219 fde725',
    ),
    source: MATPLOTLIB,
  },
  magma: {
    title: { nl: 'Magma', en: 'Magma' },
    kind: 'sequential',
    stops: split(
      '000004 0a0822 1d1147 36106b 51127c 6a1c81 832681 9c2e7f b73779 d0416f e75263 f56b5c fc8961 fea772 fec488 fde2a3 fcfdbf',
    ),
    source: MATPLOTLIB,
  },
  inferno: {
    title: { nl: 'Inferno', en: 'Inferno' },
    kind: 'sequential',
    stops: split(
      '000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d24644 e45a31 f1731d f98e09 fcac11 f9cb35 f2ea69 fcffa4',
    ),
    source: MATPLOTLIB,
  },
  plasma: {
    title: { nl: 'Plasma', en: 'Plasma' },
    kind: 'sequential',
    stops: split(
      '0d0887 310597 4c02a1 6600a7 7e03a8 9511a1 aa2395 bc3587 cc4778 da5a6a e66c5c f0804e f89540 fdac33 fdc527 f8df25 f0f921',
    ),
    source: MATPLOTLIB,
  },
  cividis: {
    title: { nl: 'Cividis', en: 'Cividis' },
    kind: 'sequential',
    stops: split('00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838'),
    source: 'Nunez, Anderton and Renslow 2018, https://doi.org/10.1371/journal.pone.0199239',
  },
  greys: {
    title: { nl: 'Grijs', en: 'Greys' },
    kind: 'sequential',
    stops: split('000000 ffffff'),
    source: 'Black to white, linear in sRGB',
  },
  vegetation: {
    title: { nl: 'Vegetatie', en: 'Vegetation' },
    kind: 'sequential',
    stops: split('e9d9b8 dcc189 cbae5f b3a44a 93994a 6f8d46 4b7f42 2c6e3d 175a36 0a452d 052f22'),
    source: `${OWN}; bare ground ochre, dense canopy dark green`,
  },
  moisture: {
    title: { nl: 'Vocht', en: 'Moisture' },
    kind: 'sequential',
    stops: split('f3ead7 dfe3d6 bfd8d8 97c7d6 6bb1d1 4598c6 2d7eb5 23649e 1d4b82 163463 0d1f42'),
    source: OWN,
  },
  heat: {
    title: { nl: 'Warmte', en: 'Heat' },
    kind: 'sequential',
    stops: split('1a1033 40155f 6b1d71 97276f c13a60 e2573f f57d25 faa63a fbcd6f fdf0c0'),
    source: `${OWN}, after magma`,
  },
  difference: {
    title: { nl: 'Verschil', en: 'Difference' },
    kind: 'diverging',
    stops: split('123f73 2c67a3 5f93c4 9dbfdd d5e3ef ffffff f0e2d0 dcbd94 bd925b 91682f 5f4012'),
    source: `${OWN}; loss blue, gain brown, white at zero`,
  },
  condition: {
    title: { nl: 'Conditie 1 tot 6', en: 'Condition 1 to 6' },
    kind: 'steps',
    stops: split('e6f2f0 a9d8cf 6fb7b2 c8822f a04a1d 5a1413'),
    source: `${OWN}; teal is good (1 to 3), brown is poor (4 to 6), each step darker than the one before`,
  },
  blues: {
    title: { nl: 'Blauw', en: 'Blues' },
    kind: 'sequential',
    stops: split('f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b'),
    source: BREWER,
  },
  ylgn: {
    title: { nl: 'Geel-groen', en: 'Yellow-green' },
    kind: 'sequential',
    stops: split('ffffe5 f7fcb9 d9f0a3 addd8e 78c679 41ab5d 238443 006837 004529'),
    source: BREWER,
  },
  rdylgn: {
    title: { nl: 'Rood-geel-groen', en: 'Red-yellow-green' },
    kind: 'diverging',
    stops: split('a50026 d73027 f46d43 fdae61 fee08b ffffbf d9ef8b a6d96a 66bd63 1a9850 006837'),
    source: BREWER,
    note: 'Red against green: not safe for colour-blind readers; `vegetation` is.',
  },
  rdbu: {
    title: { nl: 'Rood-blauw', en: 'Red-blue' },
    kind: 'diverging',
    stops: split('67001f b2182b d6604d f4a582 fddbc7 f7f7f7 d1e5f0 92c5de 4393c3 2166ac 053061'),
    source: BREWER,
  },
  brbg: {
    title: { nl: 'Bruin-blauwgroen', en: 'Brown-teal' },
    kind: 'diverging',
    stops: split('543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30'),
    source: BREWER,
  },
  ...MORE_COLORMAPS,
} as const satisfies Record<string, Colormap>;

/** One flat colour per class, the classes numbered from 1. */
export function isFlat({ kind }: Pick<Colormap, 'kind'>): boolean {
  return kind === 'steps' || kind === 'classes';
}

export type ColormapId = keyof typeof COLORMAPS;

export const COLORMAP_IDS = Object.keys(COLORMAPS) as readonly ColormapId[];

function split(stops: string): readonly string[] {
  return stops.split(' ');
}
