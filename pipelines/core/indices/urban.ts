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
      en: 'Built-up land told apart from bare soil, from visible and short-wave bands.',
      nl: 'Bebouwing onderscheiden van kale bodem, uit zichtbare en kortegolfbanden.',
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
      en: 'Built-up land as the ratio of red and short-wave infrared.',
      nl: 'Bebouwing als verhouding van rood en kortegolf-infrarood.',
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
      en: 'Built-up land, by setting a built-up index against vegetation and water at once.',
      nl: 'Bebouwing, door een bebouwingsindex tegelijk tegenover begroeiing en water te zetten.',
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
      en: 'Built-up land against bare soil in dry regions, from green and the two short-wave bands.',
      nl: 'Bebouwing tegenover kale bodem in droge gebieden, uit groen en de twee kortegolfbanden.',
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
      en: 'Built-up land against vegetation; bare soil is high as well.',
      nl: 'Bebouwing tegenover begroeiing; kale bodem is ook hoog.',
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
      en: 'Surfaces that differ from their natural surroundings, such as built-up land.',
      nl: 'Oppervlakken die afwijken van hun natuurlijke omgeving, zoals bebouwing.',
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
      en: 'Sealed surfaces, as distance from the line of vegetation and soil in blue and near infrared.',
      nl: 'Verharding, als afstand tot de lijn van begroeiing en bodem in blauw en nabij-infrarood.',
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
      en: 'Density of building in cities, from 2200 nm against near infrared.',
      nl: 'Dichtheid van bebouwing in steden, uit 2200 nm tegenover nabij-infrarood.',
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
      en: 'Sealed surfaces from green against near infrared; water is high as well.',
      nl: 'Verharding uit groen tegenover nabij-infrarood; water is ook hoog.',
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
      en: 'Built-up land by weighing greenness against a built-up index: low in towns, high in the green.',
      nl: 'Bebouwing door groenheid af te wegen tegen een bebouwingsindex: laag in de stad, hoog in het groen.',
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
      en: 'Sealed surfaces from red against near infrared; water is high as well.',
      nl: 'Verharding uit rood tegenover nabij-infrarood; water is ook hoog.',
    },
    example: { bands: { red: 0.17, nir: 0.21 }, value: -0.1052631578947368 },
  },
];
