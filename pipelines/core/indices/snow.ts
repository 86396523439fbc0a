/** Snow and ice. */
import type { IndexDefinition } from './definition.ts';

export const SNOW: readonly IndexDefinition[] = [
  {
    id: 'NBSIMS',
    title: 'Non-Binary Snow Index for Multi-Component Surfaces',
    formula: '0.36 * (green + red + nir) - ((blue + swir22) / green + swir16)',
    range: [-5, -0.3],
    reference: 'https://doi.org/10.3390/rs13142777',
    purpose: {
      en: 'Snow as a gradual share also in forest and on rock, rather than yes or no.',
      nl: 'Sneeuw als glijdende schaal, ook in bos en op rots, in plaats van ja of nee.',
    },
    example: {
      bands: { green: 0.85, red: 0.84, nir: 0.78, blue: 0.86, swir22: 0.08, swir16: 0.1 },
      value: -0.31668235294117675,
    },
  },
  {
    id: 'NDGlaI',
    title: 'Normalized Difference Glacier Index',
    formula: '(green - red) / (green + red)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/01431160802385459',
    purpose: {
      en: 'Ice and debris on glaciers, from green against red.',
      nl: 'IJs en puin op gletsjers, uit groen tegenover rood.',
    },
    example: { bands: { green: 0.85, red: 0.84 }, value: 0.0059171597633136145 },
  },
  {
    id: 'NDSaII',
    title: 'Normalized Difference Snow and Ice Index',
    formula: '(red - swir16) / (red + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/01431160119766',
    purpose: {
      en: 'Snow and ice cover on land, from red against short-wave infrared.',
      nl: 'Sneeuw- en ijsbedekking op land, uit rood tegenover kortegolf-infrarood.',
    },
    example: { bands: { red: 0.84, swir16: 0.1 }, value: 0.7872340425531915 },
  },
  {
    id: 'NDSI',
    title: 'Normalized Difference Snow Index',
    formula: '(green - swir16) / (green + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1109/IGARSS.1994.399618',
    purpose: {
      en: 'Snow against clouds, soil and rock; above 0.4 is mostly snow.',
      nl: 'Sneeuw tegenover wolken, bodem en rots; boven 0,4 is meestal sneeuw.',
    },
    example: { bands: { green: 0.85, swir16: 0.1 }, value: 0.7894736842105263 },
  },
  {
    id: 'NDSII',
    title: 'Normalized Difference Snow Ice Index',
    formula: '(green - nir) / (green + nir)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/01431160802385459',
    purpose: {
      en: 'Snow and ice of glaciers told apart, from green against near infrared.',
      nl: 'Sneeuw en ijs van gletsjers onderscheiden, uit groen tegenover nabij-infrarood.',
    },
    example: { bands: { green: 0.85, nir: 0.78 }, value: 0.042944785276073594 },
  },
  {
    id: 'NDSIITM',
    title: 'Normalized Difference Snow/Ice Index for Landsat TM',
    formula: '(red - swir16) / (red + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/01431160119766',
    purpose: {
      en: 'Snow and ice cover from red against short-wave infrared, as used with Landsat.',
      nl: 'Sneeuw- en ijsbedekking uit rood tegenover kortegolf-infrarood, zoals bij Landsat.',
    },
    example: { bands: { red: 0.84, swir16: 0.1 }, value: 0.7872340425531915 },
  },
  {
    id: 'NDSInw',
    title: 'Normalized Difference Snow Index with no Water',
    formula: '(nir - swir16 - 0.05) / (nir + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.3390/w12051339',
    purpose: {
      en: 'Snow without water being taken for it.',
      nl: 'Sneeuw zonder dat water ervoor wordt aangezien.',
    },
    example: { bands: { nir: 0.78, swir16: 0.1 }, value: 0.7159090909090909 },
  },
  {
    id: 'S3',
    title: 'S3 Snow Index',
    formula: 'nir * (red - swir16) / ((nir + red) * (nir + swir16))',
    range: [-0.5, 0.5],
    reference: 'https://doi.org/10.3178/jjshwr.12.28',
    purpose: {
      en: 'Snow also under forest, from red, near and short-wave infrared.',
      nl: 'Sneeuw ook onder bos, uit rood, nabij- en kortegolf-infrarood.',
    },
    example: { bands: { nir: 0.78, red: 0.84, swir16: 0.1 }, value: 0.40488215488215484 },
  },
  {
    id: 'SWI',
    title: 'Snow Water Index',
    formula: 'green * (nir - swir16) / ((green + nir) * (nir + swir16))',
    range: [-0.15, 0.5],
    reference: 'https://doi.org/10.3390/rs11232774',
    purpose: {
      en: 'Snow told apart from water, from green, near and short-wave infrared.',
      nl: 'Sneeuw onderscheiden van water, uit groen, nabij- en kortegolf-infrarood.',
    },
    example: { bands: { green: 0.85, nir: 0.78, swir16: 0.1 }, value: 0.4029559397657558 },
  },
];
