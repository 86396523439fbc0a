/** Towns, waters and roads of the simulated region, at their true places (WGS 84, rounded); shapes are made up. */
export type LonLat = readonly [lon: number, lat: number];

export interface Town {
  readonly name: string;
  readonly kind: 'city' | 'town' | 'village';
  readonly at: LonLat;
  readonly radiusMetres: number;
}

export const TOWNS: readonly Town[] = [
  { name: 'Utrecht', kind: 'city', at: [5.1214, 52.0907], radiusMetres: 4300 },
  { name: 'Amersfoort', kind: 'city', at: [5.3878, 52.1561], radiusMetres: 3400 },
  { name: 'Nieuwegein', kind: 'town', at: [5.0836, 52.0292], radiusMetres: 2200 },
  { name: 'Houten', kind: 'town', at: [5.17, 52.0283], radiusMetres: 2000 },
  { name: 'Zeist', kind: 'town', at: [5.2333, 52.0889], radiusMetres: 2000 },
  { name: 'Soest', kind: 'town', at: [5.2917, 52.1733], radiusMetres: 1900 },
  { name: 'Bilthoven', kind: 'town', at: [5.2, 52.1303], radiusMetres: 1400 },
  { name: 'De Bilt', kind: 'town', at: [5.178, 52.1093], radiusMetres: 1000 },
  { name: 'Maarssen', kind: 'town', at: [5.04, 52.1367], radiusMetres: 1700 },
  { name: 'Vleuten', kind: 'town', at: [5.0083, 52.1083], radiusMetres: 1300 },
  { name: 'De Meern', kind: 'town', at: [5.0306, 52.0797], radiusMetres: 1500 },
  { name: 'IJsselstein', kind: 'town', at: [5.0436, 52.0197], radiusMetres: 1300 },
  { name: 'Driebergen', kind: 'town', at: [5.2817, 52.0533], radiusMetres: 1200 },
  { name: 'Culemborg', kind: 'town', at: [5.2278, 51.9553], radiusMetres: 1300 },
  { name: 'Vianen', kind: 'town', at: [5.0917, 51.9897], radiusMetres: 1000 },
  { name: 'Baarn', kind: 'town', at: [5.2883, 52.2117], radiusMetres: 1500 },
  { name: 'Woerden', kind: 'town', at: [4.8833, 52.085], radiusMetres: 1900 },
  { name: 'Veenendaal', kind: 'town', at: [5.555, 52.0283], radiusMetres: 2200 },
  { name: 'Breukelen', kind: 'village', at: [5.0017, 52.1733], radiusMetres: 900 },
  { name: 'Bunnik', kind: 'village', at: [5.2, 52.0667], radiusMetres: 750 },
  { name: 'Doorn', kind: 'village', at: [5.345, 52.0333], radiusMetres: 1000 },
  { name: 'Soesterberg', kind: 'village', at: [5.2867, 52.1183], radiusMetres: 850 },
  { name: 'Den Dolder', kind: 'village', at: [5.24, 52.14], radiusMetres: 700 },
  { name: 'Maartensdijk', kind: 'village', at: [5.175, 52.155], radiusMetres: 600 },
  { name: 'Westbroek', kind: 'village', at: [5.1283, 52.1517], radiusMetres: 350 },
  { name: 'Odijk', kind: 'village', at: [5.2361, 52.0461], radiusMetres: 600 },
  { name: 'Werkhoven', kind: 'village', at: [5.2444, 52.0236], radiusMetres: 400 },
  { name: 'Cothen', kind: 'village', at: [5.31, 51.995], radiusMetres: 450 },
  { name: 'Langbroek', kind: 'village', at: [5.328, 52.011], radiusMetres: 300 },
  { name: 'Wijk bij Duurstede', kind: 'village', at: [5.3417, 51.975], radiusMetres: 950 },
  { name: 'Schalkwijk', kind: 'village', at: [5.188, 51.9978], radiusMetres: 350 },
  { name: 'Maarn', kind: 'village', at: [5.3708, 52.0642], radiusMetres: 600 },
  { name: 'Austerlitz', kind: 'village', at: [5.3161, 52.0794], radiusMetres: 300 },
  { name: 'Leusden', kind: 'town', at: [5.4319, 52.1322], radiusMetres: 1400 },
  { name: 'Loosdrecht', kind: 'village', at: [5.1, 52.2], radiusMetres: 500 },
  { name: 'Montfoort', kind: 'village', at: [4.95, 52.0467], radiusMetres: 700 },
  { name: 'Harmelen', kind: 'village', at: [4.9622, 52.0906], radiusMetres: 600 },
  { name: 'Leersum', kind: 'village', at: [5.43, 52.01], radiusMetres: 700 },
];

export interface Watercourse {
  readonly name: string;
  readonly class: 'river' | 'canal';
  readonly widthMetres: number;
  readonly path: readonly LonLat[];
}

export const WATERCOURSES: readonly Watercourse[] = [
  {
    name: 'Lek',
    class: 'river',
    widthMetres: 190,
    path: [
      [4.86, 51.955],
      [4.95, 51.962],
      [5.02, 51.985],
      [5.09, 51.999],
      [5.14, 51.988],
      [5.2, 51.97],
      [5.26, 51.963],
      [5.34, 51.968],
      [5.42, 51.962],
      [5.52, 51.957],
    ],
  },
  {
    name: 'Amsterdam-Rijnkanaal',
    class: 'canal',
    widthMetres: 110,
    path: [
      [5.0, 52.27],
      [5.012, 52.2],
      [4.997, 52.168],
      [5.028, 52.135],
      [5.072, 52.095],
      [5.088, 52.05],
      [5.13, 52.014],
      [5.2, 52.004],
      [5.336, 51.972],
    ],
  },
  {
    name: 'Vecht',
    class: 'river',
    widthMetres: 45,
    path: [
      [5.112, 52.105],
      [5.086, 52.121],
      [5.052, 52.14],
      [5.02, 52.158],
      [5.008, 52.18],
      [5.025, 52.21],
      [5.05, 52.25],
    ],
  },
  {
    name: 'Kromme Rijn',
    class: 'river',
    widthMetres: 30,
    path: [
      [5.34, 51.976],
      [5.309, 51.992],
      [5.27, 52.008],
      [5.245, 52.028],
      [5.234, 52.05],
      [5.2, 52.063],
      [5.165, 52.075],
      [5.132, 52.082],
    ],
  },
  {
    name: 'Hollandse IJssel',
    class: 'river',
    widthMetres: 28,
    path: [
      [5.09, 52.013],
      [5.05, 52.022],
      [5.0, 52.035],
      [4.95, 52.045],
      [4.89, 52.03],
    ],
  },
  {
    name: 'Merwedekanaal',
    class: 'canal',
    widthMetres: 40,
    path: [
      [5.1, 52.083],
      [5.099, 52.05],
      [5.092, 52.001],
    ],
  },
  {
    name: 'Eem',
    class: 'river',
    widthMetres: 35,
    path: [
      [5.375, 52.165],
      [5.34, 52.2],
      [5.32, 52.25],
    ],
  },
];

export interface Lake {
  readonly name: string;
  readonly at: LonLat;
  readonly radiusMetres: number;
  /** Width over height. */
  readonly stretch: number;
}

export const LAKES: readonly Lake[] = [
  { name: 'Loosdrechtse Plassen', at: [5.066, 52.198], radiusMetres: 2300, stretch: 1.3 },
  { name: 'Maarsseveense Plassen', at: [5.086, 52.143], radiusMetres: 620, stretch: 1.4 },
  { name: 'Haarrijnse Plas', at: [5.036, 52.122], radiusMetres: 420, stretch: 0.8 },
  { name: 'Nedereindse Plas', at: [5.06, 52.044], radiusMetres: 400, stretch: 1.2 },
  { name: 'Strijkviertel', at: [5.045, 52.066], radiusMetres: 320, stretch: 1 },
  { name: 'Laagravense Plas', at: [5.127, 52.046], radiusMetres: 300, stretch: 1.5 },
  { name: 'Everdingse Waarden', at: [5.155, 51.979], radiusMetres: 380, stretch: 2 },
  { name: 'Henschotermeer', at: [5.383, 52.086], radiusMetres: 220, stretch: 1.3 },
  { name: 'Gooyerwetering', at: [5.257, 51.987], radiusMetres: 240, stretch: 0.7 },
];

export interface Road {
  readonly name: string;
  readonly class: 'motorway' | 'main' | 'rail';
  readonly path: readonly LonLat[];
}

export const ROADS: readonly Road[] = [
  {
    name: 'A2',
    class: 'motorway',
    path: [
      [4.985, 52.25],
      [5.015, 52.185],
      [5.033, 52.145],
      [5.062, 52.1],
      [5.073, 52.06],
      [5.092, 52.02],
      [5.11, 51.985],
      [5.14, 51.94],
    ],
  },
  {
    name: 'A12',
    class: 'motorway',
    path: [
      [4.85, 52.07],
      [4.95, 52.073],
      [5.05, 52.063],
      [5.12, 52.062],
      [5.19, 52.056],
      [5.27, 52.045],
      [5.34, 52.058],
      [5.43, 52.05],
      [5.55, 52.03],
    ],
  },
  {
    name: 'A27',
    class: 'motorway',
    path: [
      [5.165, 52.25],
      [5.172, 52.19],
      [5.163, 52.14],
      [5.156, 52.09],
      [5.146, 52.06],
      [5.13, 52.02],
      [5.118, 51.985],
      [5.1, 51.94],
    ],
  },
  {
    name: 'A28',
    class: 'motorway',
    path: [
      [5.156, 52.09],
      [5.21, 52.107],
      [5.28, 52.127],
      [5.36, 52.145],
      [5.44, 52.16],
    ],
  },
  {
    name: 'Spoorlijn Utrecht – Amersfoort',
    class: 'rail',
    path: [
      [5.11, 52.089],
      [5.135, 52.106],
      [5.2, 52.129],
      [5.26, 52.143],
      [5.374, 52.154],
    ],
  },
  {
    name: 'Spoorlijn Utrecht – Arnhem',
    class: 'rail',
    path: [
      [5.11, 52.089],
      [5.14, 52.072],
      [5.2, 52.063],
      [5.29, 52.066],
      [5.36, 52.066],
      [5.45, 52.05],
    ],
  },
  {
    name: 'Spoorlijn Utrecht – Amsterdam',
    class: 'rail',
    path: [
      [5.11, 52.089],
      [5.07, 52.115],
      [5.035, 52.135],
      [4.99, 52.172],
      [4.97, 52.23],
    ],
  },
  {
    name: 'Spoorlijn Utrecht – Den Bosch',
    class: 'rail',
    path: [
      [5.11, 52.089],
      [5.125, 52.06],
      [5.167, 52.034],
      [5.205, 51.99],
      [5.232, 51.945],
    ],
  },
  {
    name: 'Spoorlijn Utrecht – Gouda',
    class: 'rail',
    path: [
      [5.11, 52.089],
      [5.06, 52.094],
      [5.0, 52.093],
      [4.9, 52.084],
    ],
  },
];

/** The wooded ridge (Utrechtse Heuvelrug): its spine, with half widths in metres. */
export const RIDGE: readonly { readonly at: LonLat; readonly halfWidthMetres: number }[] = [
  { at: [5.225, 52.26], halfWidthMetres: 2600 },
  { at: [5.235, 52.19], halfWidthMetres: 2200 },
  { at: [5.245, 52.145], halfWidthMetres: 2600 },
  { at: [5.285, 52.105], halfWidthMetres: 3300 },
  { at: [5.325, 52.075], halfWidthMetres: 3000 },
  { at: [5.38, 52.04], halfWidthMetres: 2600 },
  { at: [5.46, 52.0], halfWidthMetres: 2200 },
  { at: [5.56, 51.97], halfWidthMetres: 1800 },
];

export const HEATHS: readonly Lake[] = [
  { name: 'Vliegbasis Soesterberg', at: [5.268, 52.131], radiusMetres: 1050, stretch: 1.6 },
  { name: 'Zeisterheide', at: [5.3, 52.096], radiusMetres: 520, stretch: 1.2 },
  { name: 'Leusderheide', at: [5.33, 52.113], radiusMetres: 1300, stretch: 1.3 },
  { name: 'Kaapse Bossen', at: [5.36, 52.047], radiusMetres: 420, stretch: 1.1 },
  { name: 'Soester Duinen', at: [5.312, 52.148], radiusMetres: 650, stretch: 1.4 },
  { name: 'Ridderoordse Bossen', at: [5.222, 52.158], radiusMetres: 380, stretch: 1 },
];

/** Where a new district is built during the second year, and where the heath burns in its last summer. */
export const EVENTS = {
  newDistrict: {
    name: 'Rijnenburg-Noord',
    at: [5.028, 52.05] as LonLat,
    radiusMetres: 620,
    stretch: 1.5,
    from: '2025-01-01',
  },
  heathFire: {
    name: 'Leusderheide',
    at: [5.335, 52.117] as LonLat,
    radiusMetres: 520,
    stretch: 1.4,
    from: '2025-07-15',
  },
} as const;
