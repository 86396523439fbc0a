/** Clouds and their shadows. */
import type { IndexDefinition } from './definition.ts';

export const CLOUD: readonly IndexDefinition[] = [
  {
    id: 'CI1SWIR',
    title: 'Cloud Index Form 1 with SWIR 1',
    formula: '(nir + 2 * swir16) / (blue + green + red)',
    range: [0, 8],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Clouds: whiteness, as near and short-wave infrared against the visible bands; near 1 for clouds.',
      nl: 'Wolken: witheid, als nabij- en kortegolf-infrarood tegenover de zichtbare banden; rond 1 bij wolken.',
    },
    example: { bands: { nir: 0.58, swir16: 0.45, blue: 0.58, green: 0.57, red: 0.57 }, value: 0.8604651162790699 },
  },
  {
    id: 'CI1woSWIR',
    title: 'Cloud Index Form 1 without SWIR bands',
    formula: '3 * nir / (blue + green + red)',
    range: [0, 15],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Clouds: whiteness, as near infrared against the visible bands; near 1 for clouds.',
      nl: 'Wolken: witheid, als nabij-infrarood tegenover de zichtbare banden; rond 1 bij wolken.',
    },
    example: { bands: { nir: 0.58, blue: 0.58, green: 0.57, red: 0.57 }, value: 1.0116279069767442 },
  },
  {
    id: 'CI2SWIR',
    title: 'Cloud Index Form 2 with SWIR bands',
    formula: '(blue + green + red + nir + swir16 + swir22) / 6',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Clouds: brightness, as the mean of six bands.',
      nl: 'Wolken: helderheid, als gemiddelde van zes banden.',
    },
    example: {
      bands: { blue: 0.58, green: 0.57, red: 0.57, nir: 0.58, swir16: 0.45, swir22: 0.35 },
      value: 0.5166666666666667,
    },
  },
  {
    id: 'CI2woSWIR',
    title: 'Cloud Index Form 2 without SWIR bands',
    formula: '(blue + green + red + nir) / 4',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Clouds: brightness, as the mean of the visible and near-infrared bands.',
      nl: 'Wolken: helderheid, als gemiddelde van de zichtbare en nabij-infrarode banden.',
    },
    example: { bands: { blue: 0.58, green: 0.57, red: 0.57, nir: 0.58 }, value: 0.575 },
  },
  {
    id: 'CLOSDI',
    title: 'Cloud Shadow Detection Index',
    formula: '(1 - 1.5 * nir - 0.1 * red) / (1 + 3.5 * nir + 4.9 * red)',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.rsase.2026.101990',
    purpose: {
      en: 'Shadows of clouds: high where both red and near infrared are dark.',
      nl: 'Schaduwen van wolken: hoog waar zowel rood als nabij-infrarood donker is.',
    },
    example: { bands: { nir: 0.58, red: 0.57 }, value: 0.01253649321655506 },
  },
  {
    id: 'CSISWIR',
    title: 'Cloud Shadow Index with SWIR 1',
    formula: '(nir + swir16) / 2',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Shadows of clouds: low where near and short-wave infrared are dark.',
      nl: 'Schaduwen van wolken: laag waar nabij- en kortegolf-infrarood donker zijn.',
    },
    example: { bands: { nir: 0.58, swir16: 0.45 }, value: 0.515 },
  },
  {
    id: 'CSIwoSWIR',
    title: 'Cloud Shadow Index without SWIR bands',
    formula: 'nir',
    range: [0, 1],
    reference: 'https://doi.org/10.1016/j.isprsjprs.2018.07.006',
    purpose: {
      en: 'Shadows of clouds: low where near infrared is dark.',
      nl: 'Schaduwen van wolken: laag waar nabij-infrarood donker is.',
    },
    example: { bands: { nir: 0.58 }, value: 0.58 },
  },
];
