/** The simulated stations of the region: made up, at places where one could stand. */
import type { LonLat } from '../geography/places.ts';

/** What they measure, each hour. */
export type SimulatedProperty =
  | 'air_temperature'
  | 'relative_humidity'
  | 'precipitation'
  | 'no2'
  | 'pm2p5'
  | 'groundwater_level'
  | 'water_level';

/** UCUM. */
export const UNITS: Readonly<Record<SimulatedProperty, string>> = {
  air_temperature: 'Cel',
  relative_humidity: '%',
  precipitation: 'mm',
  no2: 'ug/m3',
  pm2p5: 'ug/m3',
  groundwater_level: 'm',
  water_level: 'm',
};

export type StationKind = 'weather' | 'air' | 'groundwater' | 'river';

export const MEASURES: Readonly<Record<StationKind, readonly SimulatedProperty[]>> = {
  weather: ['air_temperature', 'relative_humidity', 'precipitation'],
  air: ['no2', 'pm2p5'],
  groundwater: ['groundwater_level'],
  river: ['water_level'],
};

export interface SimulatedStation {
  readonly id: string;
  readonly kind: StationKind;
  readonly name: string;
  /** WGS 84. */
  readonly at: LonLat;
  /** Air: traffic, 0 in the woods to 1 beside a motorway. Levels: metres above NAP at rest. Weather: the town's warmth, °C. */
  readonly level: number;
  /** Levels: metres of a usual rise. */
  readonly swing?: number;
}

export const STATIONS: readonly SimulatedStation[] = [
  { id: 'W1', kind: 'weather', name: 'De Bilt, weather', at: [5.18, 52.1], level: 0.4 },
  { id: 'W2', kind: 'weather', name: 'Utrecht centre, weather', at: [5.121, 52.0925], level: 1.6 },
  { id: 'W3', kind: 'weather', name: 'Lopik polder, weather', at: [4.95, 51.985], level: 0 },
  { id: 'W4', kind: 'weather', name: 'Leusderheide, weather', at: [5.385, 52.115], level: -0.3 },
  { id: 'W5', kind: 'weather', name: 'Loosdrecht, weather', at: [5.09, 52.195], level: 0.2 },
  { id: 'A1', kind: 'air', name: 'Utrecht, Kardinaal de Jongweg', at: [5.132, 52.1052], level: 0.85 },
  { id: 'A2', kind: 'air', name: 'Utrecht, Griftpark', at: [5.1287, 52.0995], level: 0.4 },
  { id: 'A3', kind: 'air', name: 'A12 near Bunnik', at: [5.195, 52.0585], level: 1 },
  { id: 'A4', kind: 'air', name: 'Amersfoort station', at: [5.375, 52.1535], level: 0.55 },
  { id: 'A5', kind: 'air', name: 'Leusden', at: [5.429, 52.131], level: 0.3 },
  { id: 'A6', kind: 'air', name: 'Soesterberg', at: [5.287, 52.118], level: 0.25 },
  { id: 'A7', kind: 'air', name: 'Nieuwegein', at: [5.083, 52.03], level: 0.6 },
  { id: 'A8', kind: 'air', name: 'Woerden', at: [4.884, 52.084], level: 0.35 },
  { id: 'G1', kind: 'groundwater', name: 'Well Zegveld', at: [4.84, 52.118], level: -2.35, swing: 0.35 },
  { id: 'G2', kind: 'groundwater', name: 'Well Kamerik', at: [4.9, 52.11], level: -1.95, swing: 0.4 },
  { id: 'G3', kind: 'groundwater', name: 'Well Houten', at: [5.18, 52.02], level: 0.4, swing: 0.6 },
  { id: 'G4', kind: 'groundwater', name: 'Well Langbroek', at: [5.33, 52.01], level: 2.6, swing: 0.7 },
  { id: 'G5', kind: 'groundwater', name: 'Well Zeist', at: [5.25, 52.092], level: 2.1, swing: 0.9 },
  { id: 'G6', kind: 'groundwater', name: 'Well Leusderheide', at: [5.375, 52.11], level: 4.2, swing: 1.1 },
  { id: 'R1', kind: 'river', name: 'Lek, Culemborg', at: [5.228, 51.963], level: 2.3, swing: 1.7 },
  { id: 'R2', kind: 'river', name: 'Lek, Vianen', at: [5.092, 51.9985], level: 1.4, swing: 1.3 },
  { id: 'R3', kind: 'river', name: 'Kromme Rijn, Bunnik', at: [5.2, 52.063], level: 1.6, swing: 0.25 },
  { id: 'R4', kind: 'river', name: 'Vecht, Maarssen', at: [5.04, 52.147], level: -0.4, swing: 0.12 },
  { id: 'R5', kind: 'river', name: 'Eem, Amersfoort', at: [5.375, 52.163], level: -0.2, swing: 0.35 },
];
