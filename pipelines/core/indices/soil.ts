/** Bare soil: brightness, colour, moisture. */
import type { IndexDefinition } from './definition.ts';

export const SOIL: readonly IndexDefinition[] = [
  {
    id: 'BaI',
    title: 'Bareness Index',
    formula: 'red + swir16 - nir',
    range: [-0.3, 0.5],
    reference: 'https://doi.org/10.1109/IGARSS.2005.1525743',
    purpose: {
      en: 'Bare land: high where red and short-wave infrared exceed near infrared.',
      nl: 'Kaal land: hoog waar rood en kortegolf-infrarood boven nabij-infrarood uitkomen.',
    },
    example: { bands: { red: 0.2, swir16: 0.35, nir: 0.27 }, value: 0.28 },
  },
  {
    id: 'BI',
    title: 'Bare Soil Index',
    formula: '(swir16 + red - (nir + blue)) / (swir16 + red + (nir + blue))',
    range: [-1, 1],
    reference: 'http://citeseerx.ist.psu.edu/viewdoc/download?doi=10.1.1.465.8749&rep=rep1&type=pdf',
    purpose: {
      en: 'Bare soil against vegetation: fallow and newly ploughed land.',
      nl: 'Kale bodem tegenover begroeiing: braak en pas geploegd land.',
    },
    example: { bands: { swir16: 0.35, red: 0.2, nir: 0.27, blue: 0.1 }, value: 0.19565217391304351 },
  },
  {
    id: 'BITM',
    title: 'Landsat TM-based Brightness Index',
    formula: 'sqrt((blue^2 + green^2 + red^2) / 3)',
    range: [0, 0.3],
    reference: 'https://doi.org/10.1016/S0034-4257(98)00030-3',
    purpose: {
      en: 'Brightness of soil in the visible bands, related to moisture and salt.',
      nl: 'Helderheid van bodem in de zichtbare banden, verband houdend met vocht en zout.',
    },
    example: { bands: { blue: 0.1, green: 0.14, red: 0.2 }, value: 0.15231546211727817 },
  },
  {
    id: 'BIXS',
    title: 'SPOT HRV XS-based Brightness Index',
    formula: 'sqrt((green^2 + red^2) / 2)',
    range: [0, 0.4],
    reference: 'https://doi.org/10.1016/S0034-4257(98)00030-3',
    purpose: {
      en: 'Brightness of soil from green and red.',
      nl: 'Helderheid van bodem uit groen en rood.',
    },
    example: { bands: { green: 0.14, red: 0.2 }, value: 0.1726267650163207 },
  },
  {
    id: 'DBSI',
    title: 'Dry Bareness Index',
    formula: '(swir16 - green) / (swir16 + green) - (nir - red) / (nir + red)',
    range: [-0.5, 0.4],
    reference: 'https://doi.org/10.3390/land7030081',
    purpose: {
      en: 'Dry bare soil and built-up land in arid regions, with vegetation subtracted.',
      nl: 'Droge kale bodem en bebouwing in droge gebieden, met begroeiing afgetrokken.',
    },
    example: { bands: { swir16: 0.35, green: 0.14, nir: 0.27, red: 0.2 }, value: 0.27963525835866254 },
  },
  {
    id: 'EMBI',
    title: 'Enhanced Modified Bare Soil Index',
    formula:
      '((swir16 - swir22 - nir) / (swir16 + swir22 + nir) + 0.5 - (green - swir16) / (green + swir16) - 0.5) / ((swir16 - swir22 - nir) / (swir16 + swir22 + nir) + 0.5 + (green - swir16) / (green + swir16) + 1.5)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1016/j.jag.2022.102703',
    purpose: {
      en: 'Bare soil with water and built-up land pushed down.',
      nl: 'Kale bodem waarbij water en bebouwing worden onderdrukt.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3, nir: 0.27, green: 0.14 }, value: 0.1421911421911421 },
  },
  {
    id: 'MBI',
    title: 'Modified Bare Soil Index',
    formula: '(swir16 - swir22 - nir) / (swir16 + swir22 + nir) + 0.5',
    range: [-0.1, 0.3],
    reference: 'https://doi.org/10.3390/land10030231',
    purpose: {
      en: 'Bare soil told apart from built-up land and vegetation.',
      nl: 'Kale bodem onderscheiden van bebouwing en begroeiing.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3, nir: 0.27 }, value: 0.26086956521739124 },
  },
  {
    id: 'NDSoI',
    title: 'Normalized Difference Soil Index',
    formula: '(swir22 - green) / (swir22 + green)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1016/j.jag.2015.02.010',
    purpose: {
      en: 'Bare soil against water and vegetation, from 2200 nm against green.',
      nl: 'Kale bodem tegenover water en begroeiing, uit 2200 nm tegenover groen.',
    },
    example: { bands: { swir22: 0.3, green: 0.14 }, value: 0.3636363636363636 },
  },
  {
    id: 'NSDS',
    title: 'Normalized Shortwave Infrared Difference Soil-Moisture',
    formula: '(swir16 - swir22) / (swir16 + swir22)',
    range: [-1, 1],
    reference: 'https://doi.org/10.3390/land10030231',
    purpose: {
      en: 'Moisture of bare soil, from the two short-wave bands.',
      nl: 'Vocht van kale bodem, uit de twee kortegolfbanden.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3 }, value: 0.07692307692307691 },
  },
  {
    id: 'NSDSI1',
    title: 'Normalized Shortwave-Infrared Difference Bare Soil Moisture Index 1',
    formula: '(swir16 - swir22) / swir16',
    range: [-0.06, 0.6],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2019.06.012',
    purpose: {
      en: 'Moisture of bare soil, the difference of the short-wave bands relative to 1600 nm.',
      nl: 'Vocht van kale bodem, het verschil van de kortegolfbanden ten opzichte van 1600 nm.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3 }, value: 0.14285714285714282 },
  },
  {
    id: 'NSDSI2',
    title: 'Normalized Shortwave-Infrared Difference Bare Soil Moisture Index 2',
    formula: '(swir16 - swir22) / swir22',
    range: [0, 1.5],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2019.06.012',
    purpose: {
      en: 'Moisture of bare soil, the difference of the short-wave bands relative to 2200 nm.',
      nl: 'Vocht van kale bodem, het verschil van de kortegolfbanden ten opzichte van 2200 nm.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3 }, value: 0.16666666666666663 },
  },
  {
    id: 'NSDSI3',
    title: 'Normalized Shortwave-Infrared Difference Bare Soil Moisture Index 3',
    formula: '(swir16 - swir22) / (swir16 + swir22)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2019.06.012',
    purpose: {
      en: 'Moisture of bare soil, the difference of the short-wave bands relative to their sum.',
      nl: 'Vocht van kale bodem, het verschil van de kortegolfbanden ten opzichte van hun som.',
    },
    example: { bands: { swir16: 0.35, swir22: 0.3 }, value: 0.07692307692307691 },
  },
  {
    id: 'RI4XS',
    title: 'SPOT HRV XS-based Redness Index 4',
    formula: 'red^2 / green^4',
    range: [0, 600],
    reference: 'https://doi.org/10.1016/S0034-4257(98)00030-3',
    purpose: {
      en: 'Redness of soil by iron oxides (haematite), from red and green.',
      nl: 'Roodheid van bodem door ijzeroxiden (hematiet), uit rood en groen.',
    },
    example: { bands: { red: 0.2, green: 0.14 }, value: 104.12328196584754 },
  },
];
