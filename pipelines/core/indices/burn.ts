/** Burnt land and char. */
import type { IndexDefinition } from './definition.ts';

export const BURN: readonly IndexDefinition[] = [
  {
    id: 'BAI',
    title: 'Burned Area Index',
    formula: '1 / ((0.1 - red)^2 + (0.06 - nir)^2)',
    range: [0, 1500],
    reference: 'https://digital.csic.es/bitstream/10261/6426/1/Martin_Isabel_Serie_Geografica.pdf',
    purpose: {
      en: 'Recently burnt land: high where red and near infrared are close to charcoal.',
      nl: 'Pas verbrand land: hoog waar rood en nabij-infrarood dicht bij houtskool liggen.',
    },
    example: { bands: { red: 0.06, nir: 0.09 }, value: 399.99999999999994 },
  },
  {
    id: 'BAIM',
    title: 'Burned Area Index adapted to MODIS',
    formula: '1 / (0.05 - nir)^2 + (0.2 - swir22)^2',
    range: [0, 1000],
    reference: 'https://doi.org/10.1016/j.foreco.2006.08.248',
    purpose: {
      en: 'Burnt land by the distance to the near and short-wave infrared of char.',
      nl: 'Verbrand land door de afstand tot het nabij- en kortegolf-infrarood van houtskool.',
    },
    example: { bands: { nir: 0.09, swir22: 0.18 }, value: 625.0004000000002 },
  },
  {
    id: 'BAIS2',
    title: 'Burned Area Index for Sentinel 2',
    formula: '(1 - sqrt(rededge2 * rededge3 * nir08 / red)) * ((swir22 - nir08) / sqrt(swir22 + nir08) + 1)',
    range: [-0.4, 1.5],
    reference: 'https://doi.org/10.3390/ecrs-2-05177',
    purpose: {
      en: 'Burnt land with the red-edge bands of Sentinel-2.',
      nl: 'Verbrand land met de rode-randbanden van Sentinel-2.',
    },
    example: {
      bands: { rededge2: 0.08, rededge3: 0.085, nir08: 0.1, red: 0.06, swir22: 0.18 },
      value: 1.0286327033959561,
    },
  },
  {
    id: 'CSI',
    title: 'Char Soil Index',
    formula: 'nir / swir22',
    range: [0, 6],
    reference: 'https://doi.org/10.1016/j.rse.2005.04.014',
    purpose: {
      en: 'Char against unburnt soil and plants, as ratio of near and short-wave infrared.',
      nl: 'Houtskool tegenover onverbrande bodem en planten, als verhouding van nabij- en kortegolf-infrarood.',
    },
    example: { bands: { nir: 0.09, swir22: 0.18 }, value: 0.5 },
  },
  {
    id: 'MIRBI',
    title: 'Mid-Infrared Burn Index',
    formula: '10 * swir22 - 9.8 * swir16 + 2',
    range: [0.8, 2.5],
    reference: 'https://doi.org/10.1080/01431160110053185',
    purpose: {
      en: 'Burnt savanna and shrubs, from the two short-wave bands alone.',
      nl: 'Verbrande savanne en struiken, uit alleen de twee kortegolfbanden.',
    },
    example: { bands: { swir22: 0.18, swir16: 0.17 }, value: 2.1339999999999995 },
  },
  {
    id: 'NBR',
    title: 'Normalized Burn Ratio',
    formula: '(nir - swir22) / (nir + swir22)',
    range: [-1, 1],
    reference: 'https://doi.org/10.3133/ofr0211',
    purpose: {
      en: 'Severity of fire, above all as difference of before and after.',
      nl: 'Ernst van brand, vooral als verschil van voor en na.',
    },
    example: { bands: { nir: 0.09, swir22: 0.18 }, value: -0.3333333333333333 },
  },
  {
    id: 'NBR2',
    title: 'Normalized Burn Ratio 2',
    formula: '(swir16 - swir22) / (swir16 + swir22)',
    range: [-1, 1],
    reference: 'https://www.usgs.gov/core-science-systems/nli/landsat/landsat-normalized-burn-ratio-2',
    purpose: {
      en: 'Recovery of vegetation after fire, by its water.',
      nl: 'Herstel van begroeiing na brand, aan het water daarin.',
    },
    example: { bands: { swir16: 0.17, swir22: 0.18 }, value: -0.02857142857142852 },
  },
  {
    id: 'NBRplus',
    title: 'Normalized Burn Ratio Plus',
    formula: '(swir22 - nir08 - green - blue) / (swir22 + nir08 + green + blue)',
    range: [-1, 1],
    reference: 'https://doi.org/10.3390/rs14071727',
    purpose: {
      en: 'Burnt land with clouds and water suppressed by the visible bands.',
      nl: 'Verbrand land waarbij de zichtbare banden wolken en water onderdrukken.',
    },
    example: { bands: { swir22: 0.18, nir08: 0.1, green: 0.05, blue: 0.045 }, value: -0.040000000000000036 },
  },
  {
    id: 'NBRSWIR',
    title: 'Normalized Burn Ratio SWIR',
    formula: '(swir22 - swir16 - 0.02) / (swir22 + swir16 + 0.1)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/22797254.2020.1738900',
    purpose: {
      en: 'Burnt land with little confusion with water, from the two short-wave bands.',
      nl: 'Verbrand land met weinig verwarring met water, uit de twee kortegolfbanden.',
    },
    example: { bands: { swir22: 0.18, swir16: 0.17 }, value: -0.022222222222222268 },
  },
  {
    id: 'NDSWIR',
    title: 'Normalized Difference SWIR',
    formula: '(nir - swir16) / (nir + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1109/TGRS.2003.819190',
    purpose: {
      en: 'Burnt boreal forest, from near infrared against 1600 nm.',
      nl: 'Verbrand noordelijk bos, uit nabij-infrarood tegenover 1600 nm.',
    },
    example: { bands: { nir: 0.09, swir16: 0.17 }, value: -0.30769230769230776 },
  },
];
