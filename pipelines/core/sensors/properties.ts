/**
 * What sensors observe, and what is possible, likely and suspicious of it: data for the quality tests. Every group of
 * parameters says where it is from; `JUDGEMENT` marks what no source that we know of fixes.
 */

/** Parameters of the tests of one observed property. What is null is not tested. */
export interface QualityParameters {
  /** Values outside cannot be. */
  readonly range: { readonly lower: number; readonly upper: number; readonly source: string };
  /**
   * Most change between two readings so many minutes apart, ascending: interpolated in logarithms, the first one for
   * shorter times, growing with the square root of time beyond the last.
   */
  readonly change: {
    readonly most: readonly (readonly [minutes: number, change: number])[];
    readonly source: string;
  } | null;
  /** A spike stands out by at least this much, whatever the noise: twice the sensor's uncertainty, or more. */
  readonly spike: { readonly least: number; readonly source: string } | null;
  /**
   * So long the value may stay the same, and at least so many readings. `spared`: values that may stay for ever, from one
   * number to another.
   */
  readonly stuck: {
    readonly hours: number;
    readonly spared?: readonly (readonly [from: number, to: number])[];
    readonly source: string;
  } | null;
  /**
   * Against stations around: `least` as for `spike`, `radiusKm` how far they tell something, `perMetre` the change with
   * elevation.
   */
  readonly neighbour: {
    readonly least: number;
    readonly radiusKm: number;
    readonly perMetre: number;
    readonly source: string;
  } | null;
}

export interface ObservedProperty {
  readonly id: string;
  readonly title: string;
  /** UCUM. */
  readonly unit: string;
  /** Standard name of the CF conventions; null where they have none. */
  readonly cfName: string | null;
  readonly aliases: readonly string[];
  readonly quality: QualityParameters;
}

const JUDGEMENT = 'judgement';
const WMO = 'WMO-No. 488 (2010), appendix VI.2 (Zahumenský 2004)';
const EPA = 'EPA-454/R-99-005 (2000), table 8-4';
const OKLAHOMA = 'Shafer et al. 2000, doi:10.1175/1520-0426(2000)017<0474:QAPITO>2.0.CO;2; Fiebrich et al. 2010';
const TITAN = 'Båserud et al. 2020, doi:10.5194/asr-17-153-2020 (titanlib)';
const QARTOD = 'QARTOD manual for real-time quality control of water level data (2021)';

const CHEMICAL = 'mass_concentration_of_';

/** A gas in air in µg/m³: certification ranges of its reference method, with room for noise around zero. */
function gas(
  id: string,
  title: string,
  cf: string,
  upper: number,
  standard: string,
  hourly: number,
  aliases: readonly string[],
): ObservedProperty {
  return {
    id,
    title,
    unit: 'ug/m3',
    cfName: `${CHEMICAL}${cf}_in_air`,
    aliases,
    quality: {
      range: { lower: -10, upper, source: `${standard}: range of certification; below zero: noise, ${JUDGEMENT}` },
      change: { most: [[60, hourly]], source: JUDGEMENT },
      spike: { least: hourly / 5, source: JUDGEMENT },
      stuck: { hours: 8, source: JUDGEMENT },
      neighbour: { least: hourly / 4, radiusKm: 30, perMetre: 0, source: JUDGEMENT },
    },
  };
}

function particles(id: string, title: string, cf: string, aliases: readonly string[]): ObservedProperty {
  return {
    id,
    title,
    unit: 'ug/m3',
    cfName: `${CHEMICAL}${cf}_ambient_aerosol_particles_in_air`,
    aliases,
    quality: {
      range: { lower: -10, upper: 1000, source: `EN 16450:2017: measuring range; below zero: noise, ${JUDGEMENT}` },
      change: {
        most: [
          [1, 200],
          [60, 250],
        ],
        source: JUDGEMENT,
      },
      spike: { least: 30, source: JUDGEMENT },
      stuck: { hours: 8, source: JUDGEMENT },
      neighbour: { least: 25, radiusKm: 30, perMetre: 0, source: JUDGEMENT },
    },
  };
}

function level(id: string, title: string, cfName: string | null, aliases: readonly string[]): ObservedProperty {
  return {
    id,
    title,
    unit: 'm',
    cfName,
    aliases,
    quality: {
      range: { lower: -100, upper: 400, source: `${JUDGEMENT}: levels above NAP in and around the Netherlands` },
      change: {
        most: [
          [10, 0.5],
          [60, 1.5],
        ],
        source: `${QARTOD}, test 7, with limits by ${JUDGEMENT}`,
      },
      spike: { least: 0.15, source: `${QARTOD}, test 6, with limits by ${JUDGEMENT}` },
      stuck: { hours: 24, source: `${QARTOD}, test 8, with limits by ${JUDGEMENT}` },
      neighbour: { least: 0.5, radiusKm: 20, perMetre: 0, source: JUDGEMENT },
    },
  };
}

export const OBSERVED_PROPERTIES: readonly ObservedProperty[] = [
  {
    id: 'air_temperature',
    title: 'Air temperature',
    unit: 'Cel',
    cfName: 'air_temperature',
    aliases: ['temperature', 'temp', 't', 'tair', 'air temperature'],
    quality: {
      range: { lower: -80, upper: 60, source: WMO },
      change: {
        most: [
          [1, 3],
          [60, 10],
        ],
        source: `${WMO} for a minute; ${OKLAHOMA}, step test, for an hour`,
      },
      spike: { least: 2, source: JUDGEMENT },
      stuck: { hours: 10, source: `${EPA}: 12 hours within 0.5 °C; here: the same reading` },
      neighbour: { least: 4, radiusKm: 50, perMetre: -0.0065, source: `${TITAN}; ISO 2533 for the lapse rate` },
    },
  },
  {
    id: 'dew_point_temperature',
    title: 'Dew point',
    unit: 'Cel',
    cfName: 'dew_point_temperature',
    aliases: ['dewpoint', 'dew_point', 'td'],
    quality: {
      range: { lower: -80, upper: 35, source: WMO },
      change: {
        most: [
          [1, 4],
          [60, 10],
        ],
        source: `${WMO} for a minute; ${JUDGEMENT} for an hour`,
      },
      spike: { least: 3, source: JUDGEMENT },
      stuck: { hours: 10, source: `${EPA}: 12 hours within 0.5 °C; here: the same reading` },
      neighbour: { least: 5, radiusKm: 50, perMetre: -0.002, source: `${TITAN}, with limits by ${JUDGEMENT}` },
    },
  },
  {
    id: 'soil_temperature',
    title: 'Soil temperature',
    unit: 'Cel',
    cfName: 'soil_temperature',
    aliases: ['soil temperature'],
    quality: {
      range: { lower: -50, upper: 50, source: WMO },
      change: {
        most: [
          [1, 1],
          [60, 5],
        ],
        source: `${WMO} for a minute; ${JUDGEMENT} for an hour`,
      },
      spike: { least: 1.5, source: JUDGEMENT },
      stuck: { hours: 48, source: JUDGEMENT },
      neighbour: { least: 5, radiusKm: 30, perMetre: -0.0065, source: JUDGEMENT },
    },
  },
  {
    id: 'water_temperature',
    title: 'Water temperature',
    unit: 'Cel',
    cfName: 'water_temperature',
    aliases: ['water temperature'],
    quality: {
      range: { lower: -2, upper: 40, source: JUDGEMENT },
      change: {
        most: [
          [10, 2],
          [60, 4],
        ],
        source: JUDGEMENT,
      },
      spike: { least: 1, source: JUDGEMENT },
      stuck: { hours: 48, source: JUDGEMENT },
      neighbour: { least: 5, radiusKm: 30, perMetre: 0, source: JUDGEMENT },
    },
  },
  {
    id: 'relative_humidity',
    title: 'Relative humidity',
    unit: '%',
    cfName: 'relative_humidity',
    aliases: ['humidity', 'rh', 'rv', 'relative humidity'],
    quality: {
      range: { lower: 0, upper: 104, source: `${WMO}: 0 to 100; to 104 as wet sensors read` },
      change: {
        most: [
          [1, 15],
          [60, 50],
        ],
        source: `${WMO} for a minute; ${JUDGEMENT} for an hour`,
      },
      spike: { least: 15, source: JUDGEMENT },
      stuck: { hours: 24, spared: [[95, 104]], source: `${JUDGEMENT}; fog saturates` },
      neighbour: { least: 25, radiusKm: 50, perMetre: 0, source: JUDGEMENT },
    },
  },
  {
    id: 'air_pressure',
    title: 'Air pressure',
    unit: 'hPa',
    cfName: 'air_pressure',
    aliases: ['pressure', 'surface_air_pressure', 'air_pressure_at_mean_sea_level', 'barometric_pressure'],
    quality: {
      range: { lower: 500, upper: 1100, source: WMO },
      change: {
        most: [
          [1, 2],
          [180, 12],
        ],
        source: `${WMO} for a minute; twice ${EPA} for three hours`,
      },
      spike: { least: 1.5, source: JUDGEMENT },
      stuck: { hours: 12, source: JUDGEMENT },
      neighbour: { least: 3, radiusKm: 100, perMetre: -0.12, source: 'ISO 2533 near sea level' },
    },
  },
  {
    id: 'wind_speed',
    title: 'Wind speed',
    unit: 'm/s',
    cfName: 'wind_speed',
    aliases: ['wind', 'windspeed', 'ff', 'wind_speed_of_gust'],
    quality: {
      range: { lower: 0, upper: 75, source: WMO },
      change: {
        most: [
          [1, 20],
          [60, 20],
        ],
        source: WMO,
      },
      spike: { least: 8, source: JUDGEMENT },
      stuck: { hours: 12, spared: [[0, 0.5]], source: `${EPA}; calms are spared` },
      neighbour: { least: 10, radiusKm: 50, perMetre: 0, source: JUDGEMENT },
    },
  },
  {
    id: 'wind_from_direction',
    title: 'Wind direction',
    unit: 'deg',
    cfName: 'wind_from_direction',
    aliases: ['wind_direction', 'dd'],
    quality: {
      range: { lower: 0, upper: 360, source: WMO },
      change: null, // of a circle
      spike: null,
      stuck: { hours: 18, spared: [[0, 0]], source: `${EPA}; 0 is a calm` },
      neighbour: null,
    },
  },
  {
    id: 'precipitation',
    title: 'Precipitation in the interval of a reading',
    unit: 'mm',
    cfName: 'thickness_of_rainfall_amount',
    aliases: ['rain', 'rainfall', 'precipitation_amount', 'lwe_thickness_of_precipitation_amount', 'rr'],
    quality: {
      range: {
        lower: 0,
        upper: 150,
        source: `${JUDGEMENT}: above the Dutch record of 79 mm in an hour and of 132 in a day`,
      },
      change: null, // a cloudburst is a spike
      spike: null,
      stuck: { hours: 6, spared: [[0, 0.1]], source: JUDGEMENT },
      neighbour: null,
    },
  },
  {
    id: 'solar_irradiance',
    title: 'Global radiation',
    unit: 'W/m2',
    cfName: 'surface_downwelling_shortwave_flux_in_air',
    aliases: ['global_radiation', 'radiation', 'solar_radiation'],
    quality: {
      range: { lower: -10, upper: 1600, source: `${WMO}; below zero: night offset, ${JUDGEMENT}` },
      change: { most: [[1, 1000]], source: WMO },
      spike: null, // clouds
      stuck: { hours: 4, spared: [[-10, 5]], source: `${JUDGEMENT}; nights are spared` },
      neighbour: null,
    },
  },
  particles('pm10', 'Particulate matter PM10', 'pm10', ['pm_10', 'fijnstof', 'particulate matter 10']),
  particles('pm2p5', 'Particulate matter PM2.5', 'pm2p5', ['pm25', 'pm2.5', 'pm2_5', 'pm_2.5']),
  particles('pm1', 'Particulate matter PM1', 'pm1', ['pm_1', 'pm1.0']),
  gas('no2', 'Nitrogen dioxide', 'nitrogen_dioxide', 500, 'EN 14211:2012', 150, [
    'nitrogen dioxide',
    'nitrogen_dioxide',
  ]),
  gas('no', 'Nitrogen monoxide', 'nitrogen_monoxide', 1200, 'EN 14211:2012', 400, [
    'nitrogen_monoxide',
    'nitric oxide',
  ]),
  gas('o3', 'Ozone', 'ozone', 500, 'EN 14625:2012', 120, ['ozone']),
  gas('so2', 'Sulphur dioxide', 'sulfur_dioxide', 1000, 'EN 14212:2012', 350, ['sulphur_dioxide', 'sulfur_dioxide']),
  gas('nh3', 'Ammonia', 'ammonia', 1000, JUDGEMENT, 200, ['ammonia', 'ammoniak']),
  gas('c6h6', 'Benzene', 'benzene', 50, 'EN 14662-3:2015', 30, ['benzene', 'benzeen']),
  {
    id: 'co',
    title: 'Carbon monoxide',
    unit: 'mg/m3',
    cfName: `${CHEMICAL}carbon_monoxide_in_air`,
    aliases: ['carbon_monoxide', 'carbon monoxide'],
    quality: {
      range: {
        lower: -0.5,
        upper: 100,
        source: `EN 14626:2012: range of certification; below zero: noise, ${JUDGEMENT}`,
      },
      change: { most: [[60, 8]], source: JUDGEMENT },
      spike: { least: 1, source: JUDGEMENT },
      stuck: { hours: 24, source: JUDGEMENT },
      neighbour: { least: 2, radiusKm: 30, perMetre: 0, source: JUDGEMENT },
    },
  },
  {
    id: 'noise_level',
    title: 'Sound level, A-weighted equivalent',
    unit: 'dB[SPL]',
    cfName: 'sound_pressure_level_in_air',
    aliases: ['noise', 'laeq', 'noise level', 'sound_level', 'geluid'],
    quality: {
      range: { lower: 15, upper: 140, source: 'IEC 61672-1:2013: span of class 1 sound level meters, with room' },
      change: null, // an aircraft is 40 dB in seconds
      spike: null,
      stuck: { hours: 2, source: JUDGEMENT },
      neighbour: null,
    },
  },
  level('water_level', 'Water level', 'water_surface_height_above_reference_datum', [
    'waterlevel',
    'water level',
    'waterhoogte',
    'stage',
    'sea_surface_height',
  ]),
  {
    ...level('groundwater_level', 'Groundwater level', null, [
      'groundwater',
      'groundwater level',
      'grondwaterstand',
      'hydraulic_head',
    ]),
    quality: {
      ...level('', '', null, []).quality,
      change: {
        most: [
          [60, 0.3],
          [1440, 1],
        ],
        source: JUDGEMENT,
      },
      spike: { least: 0.2, source: JUDGEMENT },
      stuck: { hours: 24 * 60, source: `${JUDGEMENT}: deep levels read to the centimetre rest for weeks` },
      neighbour: null, // layers differ at one place
    },
  },
  {
    id: 'soil_moisture',
    title: 'Volumetric soil moisture',
    unit: '1',
    cfName: 'volume_fraction_of_condensed_water_in_soil',
    aliases: ['soil moisture', 'volumetric_water_content', 'vwc', 'bodemvocht'],
    quality: {
      range: { lower: 0, upper: 0.6, source: 'Dorigo et al. 2013, doi:10.2136/vzj2012.0097 (ISMN), flag C01 and C02' },
      change: { most: [[60, 0.35]], source: JUDGEMENT },
      spike: { least: 0.03, source: `Dorigo et al. 2013, flag D06, with limits by ${JUDGEMENT}` },
      stuck: { hours: 240, source: `Dorigo et al. 2013, flag D10: plateaus, with limits by ${JUDGEMENT}` },
      neighbour: null,
    },
  },
];

export const PROPERTY_IDS: readonly string[] = OBSERVED_PROPERTIES.map(({ id }) => id);

/** The property of an id, a CF name or another name that is in use; null where there is none. Case and spaces aside. */
export function findProperty(name: string): ObservedProperty | null {
  const asked = plain(name);
  return (
    OBSERVED_PROPERTIES.find(({ id, cfName }) => plain(id) === asked || (cfName !== null && plain(cfName) === asked)) ??
    OBSERVED_PROPERTIES.find(({ aliases }) => aliases.some((alias) => plain(alias) === asked)) ??
    null
  );
}

/** A decimal point stays: PM1.0 is not PM10. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(',', '.')
    .replaceAll(/[\s_-]+/g, '');
}
