/**
 * The address of what is shown, after `#`: `v=lat,lon,zoom&l=layer;layer&d=date&p=page&s=lat,lon&b=basemap`,
 * a layer being `id[~opacity[~colormap[~min,max]]]`; `r=run&n=pipeline&c=scene&z=set~series~statistic~lines~id~id`. What cannot be read is left at its default.
 */
import type { Basemap, LonLat, MapView, Page, Shown, ShownLayer, ShownZones } from './shown.ts';
import { EXTRA_LINES, MOST_ZONES, newLayer, NO_ZONES, NOTHING_SHOWN } from './shown.ts';

const PAGES: readonly Page[] = ['explore', 'inspect', 'zones', 'scenes', 'runs', 'about'];
const BASEMAPS: readonly Basemap[] = ['standard', 'grey', 'none'];

export function toHash(state: Shown): string {
  const parts: string[] = [];
  const { view, selection } = state;
  if (view) parts.push(`v=${view.lat.toFixed(5)},${view.lon.toFixed(5)},${+view.zoom.toFixed(4)}`);
  if (state.layers) parts.push(`l=${state.layers.map(toLayerPart).join(';')}`);
  if (state.datetime) parts.push(`d=${state.datetime}`);
  if (state.page !== NOTHING_SHOWN.page) parts.push(`p=${state.page}`);
  if (selection) parts.push(`s=${selection.lat.toFixed(6)},${selection.lon.toFixed(6)}`);
  if (state.basemap !== NOTHING_SHOWN.basemap) parts.push(`b=${state.basemap}`);
  if (state.run !== null) parts.push(`r=${toWord(state.run)}`);
  if (state.starting !== null) parts.push(`n=${toWord(state.starting)}`);
  if (state.scene !== null) parts.push(`c=${toWord(state.scene)}`);
  if (state.zones.set !== null) parts.push(`z=${toZonesPart(state.zones)}`);
  return `#${parts.join('&')}`;
}

export function parseHash(hash: string): Shown {
  const values = new Map<string, string>();
  for (const part of hash.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=');
    if (at > 0) values.set(part.slice(0, at), part.slice(at + 1));
  }
  const page = PAGES.find((known) => known === values.get('p'));
  const datetime = values.get('d');
  const layers = values.get('l');
  return {
    view: parseView(values.get('v')),
    layers: layers === undefined ? null : parseLayers(layers),
    datetime: datetime && Number.isFinite(Date.parse(datetime)) ? datetime : null,
    page: page ?? NOTHING_SHOWN.page,
    selection: parsePosition(values.get('s')),
    basemap: BASEMAPS.find((known) => known === values.get('b')) ?? NOTHING_SHOWN.basemap,
    run: decode(values.get('r') ?? '') || null,
    starting: values.has('n') ? decode(values.get('n')!) : null,
    scene: decode(values.get('c') ?? '') || null,
    zones: parseZones(values.get('z')),
  };
}

function toZonesPart({ set, series, statistic, lines, ids }: ShownZones): string {
  const words = [set ?? '', series ?? '', statistic ?? '', lines.join('.'), ...ids];
  return words.map(toWord).join('~').replace(/~+$/, '');
}

function parseZones(text: string | undefined): ShownZones {
  const [set = '', series = '', statistic = '', lines = '', ...ids] = (text ?? '').split('~').map(decode);
  if (set === '') return NO_ZONES;
  return {
    set,
    series: series || null,
    statistic: statistic || null,
    lines: EXTRA_LINES.filter((line) => lines.split('.').includes(line)),
    ids: [...new Set(ids)].filter(Boolean).slice(0, MOST_ZONES),
  };
}

function toWord(text: string): string {
  return encodeURIComponent(text).replaceAll('~', '%7E');
}

function toLayerPart({ id, opacity, colormap, range }: ShownLayer): string {
  const fields = [toWord(id), opacity === 1 ? '' : `${+opacity.toFixed(2)}`, colormap ?? ''];
  fields.push(range ? range.map((end) => +end.toPrecision(6)).join(',') : '');
  return fields.join('~').replace(/~+$/, '');
}

function parseLayers(text: string): readonly ShownLayer[] {
  const layers = new Map<string, ShownLayer>();
  for (const part of text.split(';')) {
    const [id = '', opacity = '', colormap = '', range = ''] = part.split('~');
    const name = decode(id);
    if (!name) continue;
    const ends = numbers(range, 2);
    layers.set(name, {
      ...newLayer(name),
      opacity: opacity === '' || !(+opacity >= 0 && +opacity <= 1) ? 1 : +opacity,
      colormap: /^[\w-]+$/.test(colormap) ? colormap : null,
      range: ends && ends[1]! > ends[0]! ? [ends[0]!, ends[1]!] : null,
    });
  }
  return [...layers.values()];
}

function parseView(text: string | undefined): MapView | null {
  const fields = numbers(text, 3);
  const position = fields && toPosition(fields);
  return position && fields[2]! >= 0 && fields[2]! <= 24 ? { ...position, zoom: fields[2]! } : null;
}

function parsePosition(text: string | undefined): LonLat | null {
  const fields = numbers(text, 2);
  return fields && toPosition(fields);
}

function toPosition([lat, lon]: readonly number[]): LonLat | null {
  return Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180 ? { lon: lon!, lat: lat! } : null;
}

/** Exactly `count` finite numbers, or null. */
function numbers(text: string | undefined, count: number): readonly number[] | null {
  const fields = (text ?? '').split(',').map((field) => (field.trim() === '' ? NaN : +field));
  return fields.length === count && fields.every(Number.isFinite) ? fields : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
