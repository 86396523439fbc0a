/** Kernel indices: the radial basis function exp(-(a - b)² / (2 σ²)) of two bands, with the default σ of the list, 0.5. */
import type { IndexDefinition } from './definition.ts';

export const KERNEL: readonly IndexDefinition[] = [
  {
    id: 'kEVI',
    title: 'Kernel Enhanced Vegetation Index',
    formula:
      '2.5 * (1 - exp(-(nir - red)^2 / 0.5)) / (1 + 6 * exp(-(nir - red)^2 / 0.5) - 7.5 * exp(-(nir - blue)^2 / 0.5) + exp(-(nir - 1)^2 / 0.5))',
    range: [-1, 1],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: 'Vigour of dense vegetation: EVI with a kernel that captures non-linear relations.',
      nl: 'Groeikracht van dichte begroeiing: EVI met een kernel die niet-lineaire verbanden vangt.',
    },
    example: { bands: { nir: 0.42, red: 0.04, blue: 0.03 }, value: 1.3274656808468777 },
  },
  {
    id: 'kIPVI',
    title: 'Kernel Infrared Percentage Vegetation Index',
    formula: '1 / (1 + exp(-(nir - red)^2 / 0.5))',
    range: [0.5, 0.8],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: 'Green cover on a scale above one half: IPVI with a kernel.',
      nl: 'Groene bedekking op een schaal boven een half: IPVI met een kernel.',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 0.5717023277151565 },
  },
  {
    id: 'kNDVI',
    title: 'Kernel Normalized Difference Vegetation Index',
    formula: '(1 - exp(-(nir - red)^2 / 0.5)) / (1 + exp(-(nir - red)^2 / 0.5))',
    range: [0, 0.4],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: 'Photosynthesis and green biomass, saturating less than NDVI and less sensitive to noise.',
      nl: 'Fotosynthese en groene biomassa, minder verzadigd dan NDVI en minder gevoelig voor ruis.',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 0.143404655430313 },
  },
  {
    id: 'kRVI',
    title: 'Kernel Ratio Vegetation Index',
    formula: '1 / exp(-(nir - red)^2 / 0.5)',
    range: [1, 2.5],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: 'Green biomass: the ratio of near infrared and red with a kernel.',
      nl: 'Groene biomassa: de verhouding van nabij-infrarood en rood met een kernel.',
    },
    example: { bands: { nir: 0.42, red: 0.04 }, value: 1.3348247368828574 },
  },
  {
    id: 'kVARI',
    title: 'Kernel Visible Atmospherically Resistant Index',
    formula: '(1 - exp(-(green - red)^2 / 0.5)) / (1 + exp(-(green - red)^2 / 0.5) - exp(-(green - blue)^2 / 0.5))',
    range: [-0.02, 0.02],
    reference: 'https://doi.org/10.1126/sciadv.abc7447',
    purpose: {
      en: 'Green cover from visible bands: VARI with a kernel.',
      nl: 'Groene bedekking uit zichtbare banden: VARI met een kernel.',
    },
    example: { bands: { green: 0.06, red: 0.04, blue: 0.03 }, value: 0.0007988822409142713 },
  },
];
