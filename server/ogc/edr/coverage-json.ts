/**
 * Series of stations as CoverageJSON.
 * @see OGC 21-069r2, CoverageJSON Community Standard; domain type PointSeries
 */
import type { Series } from './series.ts';
import type { EdrParameter, Station } from './streams.ts';
import { parametersOf } from './streams.ts';

const REFERENCING = [
  {
    coordinates: ['x', 'y'],
    system: { type: 'GeographicCRS', id: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
  },
  { coordinates: ['t'], system: { type: 'TemporalRS', calendar: 'Gregorian' } },
];

/** A coverage for each station and each set of times that some of its series share. */
export function toCoverageJson(series: readonly Series[]): object {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    const key = `${one.stream.station.id} ${one.times.join()}`;
    const known = groups.get(key)?.some(({ stream }) => stream.parameter.id === one.stream.parameter.id);
    // Two sensors of one kind at a station: each is a coverage.
    const own = known ? `${key} ${one.stream.id}` : key;
    groups.set(own, [...(groups.get(own) ?? []), one]);
  }
  return {
    type: 'CoverageCollection',
    domainType: 'PointSeries',
    parameters: parameterMembers(parametersOf(series.map(({ stream }) => stream))),
    referencing: REFERENCING,
    coverages: [...groups.values()].map(toCoverage),
  };
}

function toCoverage(group: readonly Series[]): object {
  const { stream, times } = group[0]!;
  const { lon, lat, id, name } = stream.station;
  return {
    type: 'Coverage',
    id: group.length === 1 ? `datastream-${stream.id}` : `station-${id}-${stream.id}`,
    title: { en: name },
    domain: {
      type: 'Domain',
      domainType: 'PointSeries',
      axes: { x: { values: [lon] }, y: { values: [lat] }, t: { values: times } },
    },
    ranges: Object.fromEntries(group.map(({ stream: { parameter }, values }) => [parameter.id, rangeOf(values)])),
  };
}

function rangeOf(values: Series['values']): object {
  return { type: 'NdArray', dataType: 'float', axisNames: ['t'], shape: [values.length], values };
}

export function parameterMembers(parameters: readonly EdrParameter[]): Readonly<Record<string, object>> {
  return Object.fromEntries(parameters.map((parameter) => [parameter.id, toParameter(parameter)]));
}

function toParameter({ name, description, definition, unit }: EdrParameter): object {
  return {
    type: 'Parameter',
    description: { en: description },
    ...(unitOf(unit) && { unit: unitOf(unit) }),
    observedProperty: { ...(/^[a-z]+:\S+$/i.test(definition) && { id: definition }), label: { en: name } },
  };
}

function unitOf({ name, symbol, ucum }: EdrParameter['unit']): object | null {
  const label = name ?? symbol;
  if (label === null) return null;
  const sign = ucum === null ? symbol : { value: ucum, type: 'http://www.opengis.net/def/uom/UCUM/' };
  return { label: { en: label }, ...(sign !== null && { symbol: sign }) };
}

/** A station among those that `/locations` lists. @param address  Of the collection. */
export function toLocation(
  station: Station,
  parameters: readonly string[],
  interval: string | null,
  address: string,
): object {
  const { id, name, description, geometry } = station;
  return {
    type: 'Feature',
    id: String(id),
    geometry,
    properties: {
      label: name,
      description,
      datetime: interval,
      'parameter-name': parameters,
      edrqueryendpoint: `${address}/locations/${id}`,
    },
  };
}
