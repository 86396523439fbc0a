/** Built-up and sealed land. */
import type { IndexDefinition } from './definition.ts';

export const URBAN: readonly IndexDefinition[] = [
  {
    id: 'BLFEI',
    title: 'Built-Up Land Features Extraction Index',
    formula: '((green + red + swir22) / 3 - swir16) / ((green + red + swir22) / 3 + swir16)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1080/10106049.2018.1497094',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { green: 0.15, red: 0.17, swir22: 0.22, swir16: 0.24 }, value: -0.14285714285714277 },
  },
  {
    id: 'BRBA',
    title: 'Band Ratio for Built-up Area',
    formula: 'red / swir16',
    range: [0, 3],
    reference: 'https://www.omicsonline.org/scientific-reports/JGRS-SR136.pdf',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { red: 0.17, swir16: 0.24 }, value: 0.7083333333333334 },
  },
  {
    id: 'IBI',
    title: 'Index-Based Built-Up Index',
    formula:
      '((swir16 - nir) / (swir16 + nir) - ((nir - red) * 2 / (nir + red + 1) + (green - swir16) / (green + swir16)) / 2) / ((swir16 - nir) / (swir16 + nir) + ((nir - red) * 2 / (nir + red + 1) + (green - swir16) / (green + swir16)) / 2)',
    range: [-2, 2],
    reference: 'https://doi.org/10.1080/01431160802039957',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { swir16: 0.24, nir: 0.21, red: 0.17, green: 0.15 }, value: -7.757062146892654 },
  },
  {
    id: 'NBAI',
    title: 'Normalized Built-up Area Index',
    formula: '(swir22 - swir16 / green) / (swir22 + swir16 / green)',
    range: [-1, 1],
    reference: 'https://www.omicsonline.org/scientific-reports/JGRS-SR136.pdf',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { swir22: 0.22, swir16: 0.24, green: 0.15 }, value: -0.7582417582417583 },
  },
  {
    id: 'NDBI',
    title: 'Normalized Difference Built-Up Index',
    formula: '(swir16 - nir) / (swir16 + nir)',
    range: [-1, 1],
    reference: 'http://dx.doi.org/10.1080/01431160304987',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { swir16: 0.24, nir: 0.21 }, value: 0.06666666666666667 },
  },
  {
    id: 'NHFD',
    title: 'Non-Homogeneous Feature Difference',
    formula: '(rededge1 - coastal) / (rededge1 + coastal)',
    range: [-1, 1],
    reference:
      'https://www.semanticscholar.org/paper/Using-WorldView-2-Vis-NIR-MSI-Imagery-to-Support-Wolf/5e5063ccc4ee76b56b721c866e871d47a77f9fb4',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { rededge1: 0.18, coastal: 0.11 }, value: 0.24137931034482757 },
  },
  {
    id: 'PISI',
    title: 'Perpendicular Impervious Surface Index',
    formula: '0.8192 * blue - 0.5735 * nir + 0.075',
    range: [-0.2, 0.15],
    reference: 'https://doi.org/10.3390/rs10101521',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { blue: 0.13, nir: 0.21 }, value: 0.061061000000000004 },
  },
  {
    id: 'UI',
    title: 'Urban Index',
    formula: '(swir22 - nir) / (swir22 + nir)',
    range: [-1, 1],
    reference: 'https://www.isprs.org/proceedings/XXXI/congress/part7/321_XXXI-part7.pdf',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { swir22: 0.22, nir: 0.21 }, value: 0.023255813953488393 },
  },
  {
    id: 'VgNIRBI',
    title: 'Visible Green-Based Built-Up Index',
    formula: '(green - nir) / (green + nir)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1016/j.ecolind.2015.03.037',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { green: 0.15, nir: 0.21 }, value: -0.16666666666666666 },
  },
  {
    id: 'VIBI',
    title: 'Vegetation Index Built-up Index',
    formula: '(nir - red) / (nir + red) / ((nir - red) / (nir + red) + (swir16 - nir) / (swir16 + nir))',
    range: [-2, 2],
    reference: 'http://dx.doi.org/10.1080/01431161.2012.687842',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { nir: 0.21, red: 0.17, swir16: 0.24 }, value: 0.6122448979591836 },
  },
  {
    id: 'VrNIRBI',
    title: 'Visible Red-Based Built-Up Index',
    formula: '(red - nir) / (red + nir)',
    range: [-1, 1],
    reference: 'https://doi.org/10.1016/j.ecolind.2015.03.037',
    purpose: {
      en: '',
      nl: '',
    },
    example: { bands: { red: 0.17, nir: 0.21 }, value: -0.1052631578947368 },
  },
];
