/** Sentinel-1 radar; `vv` and `vh` are backscatter in linear power, not in decibels. */
import type { IndexDefinition } from './definition.ts';

export const RADAR: readonly IndexDefinition[] = [
  {
    id: 'DPDD',
    title: 'Dual-Pol Diagonal Distance',
    formula: '(vv + vh) / sqrt(2)',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.rse.2018.09.003',
    purpose: {
      en: 'Vegetation and structure: distance along the diagonal of the two polarisations.',
      nl: 'Begroeiing en structuur: afstand langs de diagonaal van de twee polarisaties.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 0.10606601717798211 },
  },
  {
    id: 'DpRVIVV',
    title: 'Dual-Polarized Radar Vegetation Index VV',
    formula: '4 * vh / (vv + vh)',
    range: [0, 2],
    reference: 'https://doi.org/10.3390/app9040655',
    purpose: {
      en: 'Growth of crops through clouds: rises with the volume of the canopy.',
      nl: 'Gewasgroei door wolken heen: stijgt met het volume van het gewas.',
    },
    example: { bands: { vh: 0.03, vv: 0.12 }, value: 0.8 },
  },
  {
    id: 'NDPolI',
    title: 'Normalized Difference Polarization Index',
    formula: '(vv - vh) / (vv + vh)',
    range: [-1, 1],
    reference: 'https://www.isprs.org/proceedings/XXXVII/congress/4_pdf/267.pdf',
    purpose: {
      en: 'Surface against volume scattering: low over dense vegetation, high over smooth soil and water.',
      nl: 'Oppervlakte- tegenover volumeverstrooiing: laag boven dichte begroeiing, hoog boven gladde bodem en water.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 0.6 },
  },
  {
    id: 'VDDPI',
    title: 'Vertical Dual De-Polarization Index',
    formula: '(vv + vh) / vv',
    range: [1, 2],
    reference: 'https://doi.org/10.1016/j.rse.2018.09.003',
    purpose: {
      en: 'Depolarisation of the radar signal by vegetation: 1 without, more with volume.',
      nl: 'Depolarisatie van het radarsignaal door begroeiing: 1 zonder, meer bij volume.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 1.25 },
  },
  {
    id: 'VHVVD',
    title: 'VH-VV Difference',
    formula: 'vh - vv',
    range: [-1, 0],
    reference: 'https://doi.org/10.3390/app9040655',
    purpose: {
      en: 'Height and cover of crops, as the plain difference of cross- and co-polarised power.',
      nl: 'Hoogte en bedekking van gewassen, als gewoon verschil van kruis- en gelijkgepolariseerd vermogen.',
    },
    example: { bands: { vh: 0.03, vv: 0.12 }, value: -0.09 },
  },
  {
    id: 'VHVVP',
    title: 'VH-VV Product',
    formula: 'vh * vv',
    range: [0, 0.2],
    reference: 'https://doi.org/10.1109/IGARSS47720.2021.9554099',
    purpose: {
      en: 'Strong scatterers such as buildings and forest: high only where both polarisations are.',
      nl: 'Sterke verstrooiers zoals gebouwen en bos: alleen hoog waar beide polarisaties dat zijn.',
    },
    example: { bands: { vh: 0.03, vv: 0.12 }, value: 0.0036 },
  },
  {
    id: 'VHVVR',
    title: 'VH-VV Ratio',
    formula: 'vh / vv',
    range: [0, 1],
    reference: 'https://doi.org/10.1109/IGARSS47720.2021.9554099',
    purpose: {
      en: 'Crop growth and type: rises with vegetation and depends little on soil moisture.',
      nl: 'Gewasgroei en -soort: stijgt met begroeiing en hangt weinig af van bodemvocht.',
    },
    example: { bands: { vh: 0.03, vv: 0.12 }, value: 0.25 },
  },
  {
    id: 'VVVHD',
    title: 'VV-VH Difference',
    formula: 'vv - vh',
    range: [0, 1],
    reference: 'https://doi.org/10.1109/IGARSS47720.2021.9554099',
    purpose: {
      en: 'Surface scattering left after volume scattering: bare soil, roughness, moisture.',
      nl: 'Oppervlakteverstrooiing die na volumeverstrooiing overblijft: kale bodem, ruwheid, vocht.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 0.09 },
  },
  {
    id: 'VVVHR',
    title: 'VV-VH Ratio',
    formula: 'vv / vh',
    range: [0, 20],
    reference: 'https://doi.org/10.3390/app9040655',
    purpose: {
      en: 'Bare or smooth surfaces against vegetation: falls as plants grow.',
      nl: 'Kale of gladde oppervlakken tegenover begroeiing: daalt als planten groeien.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 4 },
  },
  {
    id: 'VVVHS',
    title: 'VV-VH Sum',
    formula: 'vv + vh',
    range: [0, 1],
    reference: 'https://doi.org/10.1109/IGARSS47720.2021.9554099',
    purpose: {
      en: 'Total backscatter: dark over open water, bright over forest and towns.',
      nl: 'Totale terugstrooiing: donker boven open water, helder boven bos en stad.',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 0.15 },
  },
];
