/** The layers that are made of the sample region: which index, how it is shown at first, what it tells. */
import type { LayerRecord } from '../../pipelines/catalog/layer.ts';

export type LayerWords = Pick<LayerRecord, 'id' | 'title' | 'description' | 'theme' | 'range' | 'colormap' | 'order'>;

/** Value layers: an index over each scene's clear pixels. */
export const INDEX_LAYERS: readonly (LayerWords & { readonly index: string })[] = [
  {
    id: 'ndvi',
    index: 'NDVI',
    title: { nl: 'Plantengroei (NDVI)', en: 'Plant growth (NDVI)' },
    description: {
      nl: 'Hoe groen en dicht de begroeiing is. Onder 0,2 is kaal of bebouwd, boven 0,7 is dichte, gezonde begroeiing. Wolken zijn weggelaten.',
      en: 'How green and dense the plants are. Below 0.2 is bare or built, above 0.7 is dense and healthy. Clouds are left out.',
    },
    theme: 'vegetation',
    range: [0, 0.9],
    colormap: 'vegetation',
    order: 1,
  },
  {
    id: 'ndmi',
    index: 'NDMI',
    title: { nl: 'Vocht in planten (NDMI)', en: 'Moisture in plants (NDMI)' },
    description: {
      nl: 'Hoeveel water de bladeren bevatten. Lage waarden in de zomer wijzen op droogte. Uit banden van 20 m.',
      en: 'How much water the leaves hold. Low values in summer point to drought. From 20 m bands.',
    },
    theme: 'vegetation',
    range: [-0.3, 0.5],
    colormap: 'moisture',
    order: 2,
  },
  {
    id: 'ndwi',
    index: 'NDWI',
    title: { nl: 'Open water (NDWI)', en: 'Open water (NDWI)' },
    description: {
      nl: 'Waar water aan de oppervlakte staat: boven 0 is meestal water, eronder land.',
      en: 'Where water stands at the surface: above 0 is mostly water, below it land.',
    },
    theme: 'water',
    range: [-0.8, 0.6],
    colormap: 'blues',
    order: 3,
  },
  {
    id: 'nbr',
    index: 'NBR',
    title: { nl: 'Brandsporen (NBR)', en: 'Burn scars (NBR)' },
    description: {
      nl: 'Verbrande grond heeft een lage waarde; vergelijk een datum voor en na de brand. Zie de Leusderheide in augustus 2025.',
      en: 'Burnt ground has a low value; compare a date before the fire with one after it. See Leusderheide in August 2025.',
    },
    theme: 'soil',
    range: [-0.4, 0.8],
    colormap: 'brbg',
    order: 4,
  },
];

export const TRUE_COLOUR: LayerWords = {
  id: 'true-colour',
  title: { nl: 'Satellietbeeld (ware kleur)', en: 'Satellite picture (true colour)' },
  description: {
    nl: 'Het beeld zoals het oog het zou zien, met wolken en al.',
    en: 'The picture as the eye would see it, clouds and all.',
  },
  theme: 'imagery',
  range: null,
  colormap: null,
  order: 10,
};
