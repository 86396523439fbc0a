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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
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
      en: '',
      nl: '',
    },
    example: { bands: { vv: 0.12, vh: 0.03 }, value: 0.15 },
  },
];
