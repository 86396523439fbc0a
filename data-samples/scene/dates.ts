/** The simulated overpasses: two years with a wet first and a dry second summer. */
import type { Weather } from '../landscape/phenology.ts';

export interface Overpass extends Weather {
  /** Time of acquisition, UTC. */
  readonly datetime: string;
  readonly platform: 'sentinel-2a' | 'sentinel-2b';
  /** Noise level above which there is cloud: about 1 gives none, 0 half a sky. */
  readonly cloudThreshold: number;
}

export const OVERPASSES: readonly Overpass[] = [
  { datetime: '2024-03-24T10:50:21Z', platform: 'sentinel-2b', drought: 0, cloudThreshold: 0.5 },
  { datetime: '2024-05-12T10:46:29Z', platform: 'sentinel-2a', drought: 0, cloudThreshold: 1 },
  { datetime: '2024-06-26T10:50:31Z', platform: 'sentinel-2b', drought: 0, cloudThreshold: 0.2 },
  { datetime: '2024-08-30T10:46:31Z', platform: 'sentinel-2a', drought: 0.1, cloudThreshold: 0.44 },
  { datetime: '2025-05-01T10:40:51Z', platform: 'sentinel-2a', drought: 0.15, cloudThreshold: 0.08 },
  { datetime: '2025-06-20T10:40:31Z', platform: 'sentinel-2b', drought: 0.45, cloudThreshold: 1 },
  { datetime: '2025-08-13T10:46:51Z', platform: 'sentinel-2a', drought: 0.75, cloudThreshold: 0.42 },
];
