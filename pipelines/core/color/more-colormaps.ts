/** More of the colour maps that the field is used to, beside the ones of our own. */
import type { Colormap } from './colormaps.ts';

const BREWER = 'Brewer, ColorBrewer 2.0, Apache-2.0, https://colorbrewer2.org/';
const RAINBOW = 'Not evenly light: steps of equal size look unequal; `viridis` does not.';

export const MORE_COLORMAPS = {
  turbo: {
    title: { nl: 'Turbo', en: 'Turbo' },
    kind: 'rainbow',
    stops: split(
      '30123b 4145ab 4675ed 39a2fc 1bcfd4 24eca6 61fc6c a4fc3b d1e834 f3c63a fe9b2d f36315 d93806 b11901 7a0402',
    ),
    source:
      'Mikhailov 2019, Apache-2.0, https://research.google/blog/turbo-an-improved-rainbow-colormap-for-visualization/',
    note: RAINBOW,
  },
  terrain: {
    title: { nl: 'Reliëf', en: 'Terrain' },
    kind: 'rainbow',
    stops: split('2f6b4f 5d9158 9db86a d8d28a c9a66b a07a55 8b6b5c b5a8a0 f5f3f0'),
    source: 'Landmeter: lowland green, upland ochre and brown, tops light',
    note: RAINBOW,
  },
  greens: {
    title: { nl: 'Groen', en: 'Greens' },
    kind: 'sequential',
    stops: split('f7fcf5 e5f5e0 c7e9c0 a1d99b 74c476 41ab5d 238b45 006d2c 00441b'),
    source: BREWER,
  },
  reds: {
    title: { nl: 'Rood', en: 'Reds' },
    kind: 'sequential',
    stops: split('fff5f0 fee0d2 fcbba1 fc9272 fb6a4a ef3b2c cb181d a50f15 67000d'),
    source: BREWER,
  },
  oranges: {
    title: { nl: 'Oranje', en: 'Oranges' },
    kind: 'sequential',
    stops: split('fff5eb fee6ce fdd0a2 fdae6b fd8d3c f16913 d94801 a63603 7f2704'),
    source: BREWER,
  },
  purples: {
    title: { nl: 'Paars', en: 'Purples' },
    kind: 'sequential',
    stops: split('fcfbfd efedf5 dadaeb bcbddc 9e9ac8 807dba 6a51a3 54278f 3f007d'),
    source: BREWER,
  },
  ylorrd: {
    title: { nl: 'Geel-oranje-rood', en: 'Yellow-orange-red' },
    kind: 'sequential',
    stops: split('ffffcc ffeda0 fed976 feb24c fd8d3c fc4e2a e31a1c bd0026 800026'),
    source: BREWER,
  },
  ylgnbu: {
    title: { nl: 'Geel-groen-blauw', en: 'Yellow-green-blue' },
    kind: 'sequential',
    stops: split('ffffd9 edf8b1 c7e9b4 7fcdbb 41b6c4 1d91c0 225ea8 253494 081d58'),
    source: BREWER,
  },
  spectral: {
    title: { nl: 'Spectraal', en: 'Spectral' },
    kind: 'diverging',
    stops: split('9e0142 d53e4f f46d43 fdae61 fee08b ffffbf e6f598 abdda4 66c2a5 3288bd 5e4fa2'),
    source: BREWER,
    note: 'Red against green: not safe for colour-blind readers; `puor` is.',
  },
  rdylbu: {
    title: { nl: 'Rood-geel-blauw', en: 'Red-yellow-blue' },
    kind: 'diverging',
    stops: split('a50026 d73027 f46d43 fdae61 fee090 ffffbf e0f3f8 abd9e9 74add1 4575b4 313695'),
    source: BREWER,
  },
  puor: {
    title: { nl: 'Oranje-paars', en: 'Orange-purple' },
    kind: 'diverging',
    stops: split('7f3b08 b35806 e08214 fdb863 fee0b6 f7f7f7 d8daeb b2abd2 8073ac 542788 2d004b'),
    source: BREWER,
  },
  piyg: {
    title: { nl: 'Roze-groen', en: 'Pink-green' },
    kind: 'diverging',
    stops: split('8e0152 c51b7d de77ae f1b6da fde0ef f7f7f7 e6f5d0 b8e186 7fbc41 4d9221 276419'),
    source: BREWER,
  },
  paired: {
    title: { nl: 'Twaalf klassen', en: 'Twelve classes' },
    kind: 'classes',
    stops: split('a6cee3 1f78b4 b2df8a 33a02c fb9a99 e31a1c fdbf6f ff7f00 cab2d6 6a3d9a ffff99 b15928'),
    source: `${BREWER}; classes without order, numbered from 1`,
  },
} as const satisfies Record<string, Colormap>;

function split(stops: string): readonly string[] {
  return stops.split(' ');
}
