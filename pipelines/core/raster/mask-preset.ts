/** Quality bands of well-known products, as rules: which number or bit means what. The first rule that holds, decides. */
import { PlatformError } from '../errors.ts';
import { parseClassRule } from './mask-category.ts';
import type { ClassRule } from './mask-category.ts';

interface MaskPreset {
  readonly title: string;
  readonly rules: readonly ClassRule[];
  readonly source: string;
}

const values = (...words: readonly string[]) => words.map((word) => parseClassRule('values', word));
const bits = (...words: readonly string[]) => words.map((word) => parseClassRule('bits', word));

export const MASK_PRESETS = {
  scl: {
    title: 'Sentinel-2 Level-2A scene classification (SCL)',
    rules: values('nodata:0,1', 'cloud:8,9', 'shadow:3', 'cirrus:10', 'snow:11', 'water:6', 'dark:2', 'unclassified:7'),
    source: 'ESA, Sentinel-2 Level-2A Algorithm Theoretical Basis Document, scene classification',
  },
  qa60: {
    title: 'Sentinel-2 Level-1C QA60: opaque clouds and cirrus',
    rules: bits('cloud:10=1', 'cirrus:11=1'),
    source: 'ESA, Sentinel-2 Products Specification Document, MSK_CLOUDS, as Google Earth Engine packs it into QA60',
  },
  'landsat-qa-pixel': {
    title: 'Landsat Collection 2 QA_PIXEL',
    // bit 1 is the cloud that the product has dilated itself; of snow and cirrus the bit of high confidence
    rules: bits('nodata:0=1', 'cloud:3=1,1=1', 'shadow:4=1', 'cirrus:2=1', 'snow:5=1', 'water:7=1'),
    source: 'USGS, Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619), pixel quality assessment',
  },
  'modis-state-1km': {
    title: 'MODIS surface reflectance state_1km',
    // cloud state 1 cloudy, 2 mixed; cirrus 2 average, 3 high; land/water 1 is land, 2 coastline, 4 ephemeral water
    rules: bits('cloud:0-1=1,0-1=2,10=1', 'shadow:2=1', 'cirrus:8-9>=2', 'snow:12=1,15=1', 'water:3-5=0,3-5=3,3-5>=5'),
    source: 'MODIS Surface Reflectance User’s Guide, 1-kilometre state QA of MOD09GA',
  },
  'hls-fmask': {
    title: 'Harmonized Landsat Sentinel-2 (HLS) Fmask',
    rules: [...values('nodata:255'), ...bits('cloud:1=1', 'shadow:3=1', 'cirrus:0=1', 'snow:4=1', 'water:5=1')],
    source: 'NASA, Harmonized Landsat Sentinel-2 (HLS) Product User Guide, Fmask quality bits',
  },
} as const satisfies Record<string, MaskPreset>;

export type MaskPresetName = keyof typeof MASK_PRESETS;

/** @throws {PlatformError} `usage`, naming those that there are */
export function findMaskPreset(name: string): MaskPreset {
  if (Object.hasOwn(MASK_PRESETS, name)) return MASK_PRESETS[name as MaskPresetName];
  const accepted = Object.keys(MASK_PRESETS);
  throw new PlatformError('usage', `There is no preset "${name}"; there are ${accepted.join(', ')}`, {
    detail: { parameter: 'preset', value: name, accepted },
  });
}
