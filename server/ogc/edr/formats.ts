/** The forms of an EDR answer. */
import type { Forms } from '../answer.ts';
import { GEOJSON } from '../site.ts';
import { toCoverageJson } from './coverage-json.ts';
import type { Series } from './series.ts';

export const COVERAGE_JSON = 'application/prs.coverage+json';

export const EDR_FORMS: Forms = { CoverageJSON: COVERAGE_JSON, GeoJSON: GEOJSON, CSV: 'text/csv' };

/** @param address  Of the collection. */
export function writeSeries(form: string, series: readonly Series[], address: string): string {
  if (form === 'CSV') return toCsv(series);
  return JSON.stringify(form === 'GeoJSON' ? toGeoJson(series, address) : toCoverageJson(series));
}

/** A feature for each series, its times and values beside each other. */
function toGeoJson(series: readonly Series[], address: string): object {
  return {
    type: 'FeatureCollection',
    features: series.map(({ stream: { id, station, parameter }, times, values }) => ({
      type: 'Feature',
      id: String(id),
      geometry: station.geometry,
      properties: {
        label: station.name,
        station: String(station.id),
        'parameter-name': [parameter.id],
        unit: parameter.unit.symbol ?? parameter.unit.name,
        datetime: `${times[0]!}/${times.at(-1)!}`,
        edrqueryendpoint: `${address}/locations/${station.id}`,
        times,
        values,
      },
    })),
  };
}

const HEAD = 'station,name,lon,lat,datetime,parameter,value,unit\r\n';

/** RFC 4180; a line for each value. */
function toCsv(series: readonly Series[]): string {
  const lines = [HEAD];
  for (const { stream, times, values } of series) {
    const { station, parameter } = stream;
    const before = `${station.id},${cell(station.name)},${station.lon},${station.lat},`;
    const after = `,${cell(parameter.unit.symbol ?? parameter.unit.name ?? '')}\r\n`;
    for (const [k, time] of times.entries())
      lines.push(`${before}${time},${cell(parameter.id)},${values[k] ?? ''}${after}`);
  }
  return lines.join('');
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
