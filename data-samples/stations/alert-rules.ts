/** Rules over the simulated stations, which find what was planted: the smoke, the high water, and a sensor in the sun. */
import { STATIONS_FROM } from './simulate.ts';

const since = STATIONS_FROM;

export const SAMPLE_RULES: Readonly<Record<string, unknown>> = {
  'fine-dust': {
    title: 'Fine dust',
    source: { kind: 'datastreams', property: 'pm2p5' },
    condition: { operator: 'above', level: 50, clearLevel: 35, minMinutes: 120 },
    severity: 'warning',
    support: { metres: 15_000, hours: 12 },
    budgetPerWeek: 5,
    since,
  },
  'high-water': {
    title: 'High water',
    source: { kind: 'datastreams', property: 'water_level' },
    measure: { kind: 'anomaly', weeks: 8 },
    condition: { operator: 'above', level: 4, clearLevel: 2, minMinutes: 360, clearMinutes: 720 },
    severity: 'critical',
    support: { metres: 30_000, hours: 48 },
    budgetPerWeek: 10,
    since,
  },
  heat: {
    title: 'Heat',
    source: { kind: 'datastreams', property: 'air_temperature' },
    condition: { operator: 'above', level: 32, clearLevel: 28, minMinutes: 180, clearMinutes: 2880 },
    severity: 'info',
    support: { metres: 30_000, hours: 24 },
    budgetPerWeek: 5,
    since,
  },
};
