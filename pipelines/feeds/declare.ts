/** Names of things, properties and units as all feeds write them. */
import { findProperty } from '../core/sensors/properties.ts';
import { conversionOf, ucumOf } from '../sensors/units.ts';
import type {
  DatastreamDeclaration,
  PropertyDeclaration,
  SensorDeclaration,
  StationDeclaration,
  UnitDeclaration,
} from '../sensors/ensure-stations.ts';

const CF = 'https://vocab.nerc.ac.uk/standard_name/';

/** Observed by feeds, and in no catalogue of quality tests. */
const OTHERS: Readonly<Record<string, { readonly title: string; readonly cfName: string | null }>> = {
  wind_speed_of_gust: { title: 'Wind gust', cfName: 'wind_speed_of_gust' },
  duration_of_sunshine: { title: 'Sunshine duration', cfName: 'duration_of_sunshine' },
  global_radiation_sum: {
    title: 'Global radiation, sum',
    cfName: 'integral_wrt_time_of_surface_downwelling_shortwave_flux_in_air',
  },
  precipitation_duration: { title: 'Precipitation duration', cfName: null },
  air_pressure_at_mean_sea_level: { title: 'Air pressure at sea level', cfName: 'air_pressure_at_mean_sea_level' },
};

/** The property of an id or of another name that is in use; a name that nobody knows stands for itself. */
export function declareProperty(name: string): PropertyDeclaration {
  const other = OTHERS[name];
  const known = other ? null : findProperty(name);
  const id = known?.id ?? name;
  const title = known?.title ?? other?.title ?? name;
  const cfName = known ? known.cfName : (other?.cfName ?? null);
  const definition =
    cfName === null ? `https://docs.landmeter.org/properties/${encodeURIComponent(id)}` : `${CF}${cfName}/`;
  return { id, name: title, definition, description: title };
}

const UNITS: Readonly<Record<string, readonly [name: string, symbol: string]>> = {
  'ug/m3': ['microgram per cubic metre', 'µg/m³'],
  'mg/m3': ['milligram per cubic metre', 'mg/m³'],
  Cel: ['degree Celsius', '°C'],
  '%': ['percent', '%'],
  hPa: ['hectopascal', 'hPa'],
  Pa: ['pascal', 'Pa'],
  'm/s': ['metre per second', 'm/s'],
  deg: ['degree', '°'],
  mm: ['millimetre', 'mm'],
  cm: ['centimetre', 'cm'],
  m: ['metre', 'm'],
  'm3/s': ['cubic metre per second', 'm³/s'],
  h: ['hour', 'h'],
  'W/m2': ['watt per square metre', 'W/m²'],
  'J/cm2': ['joule per square centimetre', 'J/cm²'],
  'dB[SPL]': ['decibel (sound pressure level)', 'dB'],
  'mS/m': ['millisiemens per metre', 'mS/m'],
  '1': ['one', ''],
};

export function declareUnit(ucum: string): UnitDeclaration {
  const [name, symbol] = UNITS[ucum] ?? [ucum, ucum];
  return { ucum, name, symbol };
}

/** The UCUM code of a unit as payloads spell it; what is none stays, and the door says so. */
export function toUcum(unit: string): string {
  const word = unit.trim();
  return OWN_SPELLINGS[word] ?? ucumOf(word) ?? word;
}

/** Of providers; what is in use anywhere, `units.ts` knows. */
const OWN_SPELLINGS: Readonly<Record<string, string>> = { oC: 'Cel', graad: 'deg', 'ug.m-3': 'ug/m3' };

/** Series of one property are kept in one unit, so that limits and maps need not ask; the door converts. */
export function unitOf(property: string, sent: string): string {
  const usual = findProperty(property)?.unit;
  return usual !== undefined && conversionOf(sent, usual).kind !== 'refused' ? usual : sent;
}

export interface StreamWords {
  readonly property: string;
  /** UCUM, as it is sent. */
  readonly unit: string;
  /** Where one property is observed several times at a station: a filter, a depth. */
  readonly variant?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface StationWords {
  /** Before the station's own key, so that two providers do not meet. */
  readonly provider: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly place: { readonly lon: number; readonly lat: number } | null;
  readonly sensor: SensorDeclaration;
  readonly streams: readonly StreamWords[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

export function streamKey(provider: string, station: string, property: string, variant?: string): string {
  return `${provider}/${station}/${property}${variant === undefined ? '' : `/${variant}`}`;
}

export function declareStation(words: StationWords): StationDeclaration {
  const { provider, key, name, description, place, sensor, streams, properties } = words;
  return {
    key: `${provider}/${key}`,
    name,
    description,
    place,
    ...(properties && { properties }),
    datastreams: streams.map((stream): DatastreamDeclaration => {
      const property = declareProperty(stream.property);
      const what = stream.variant === undefined ? property.name : `${property.name}, ${stream.variant}`;
      return {
        key: streamKey(provider, key, property.id, stream.variant),
        name: `${name}: ${what}`,
        description: `${what} at ${name}`,
        property,
        unit: declareUnit(unitOf(property.id, stream.unit)),
        sensor,
        ...(stream.properties && { properties: stream.properties }),
      };
    }),
  };
}
