/**
 * The figures of docs/real-data.md: `npm run figures`. Real stacks of many dates go through the command line as a user would
 * send them, and what comes out is written down. The data are not part of the project (`LANDMETER_TEST_DATA`, or
 * `../shared/data`); pictures are not made of them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFeatures } from '../../pipelines/io/features/read-features.ts';
import { openTable } from '../../pipelines/io/table/read-table.ts';
import { sharedData } from '../support/shared-data.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LANDMETER = join(ROOT, 'server', 'landmeter.mjs');
const folder = mkdtempSync(join(tmpdir(), 'landmeter-figures-'));
const at = (name: string) => join(folder, name);
const commands: string[] = [];

/** Runs a command and keeps it for the page, without the folders of this machine. */
function landmeter(...words: string[]): string {
  const shown = words.map((word) => word.replaceAll(`${folder}/`, '').replace(/^.*\/(timeseries|pairs)\//, '$1/'));
  const names = shown.filter((word) => /^timeseries\/.*NDVI-\d+\.tif$/.test(word));
  const short = names.length > 3 ? shown.filter((word) => !names.includes(word) || word === names[0]) : shown;
  commands.push(
    `landmeter ${short.join(' ').replace(names[0] ?? '\0', names.length > 3 ? 'NDVI-*.tif' : (names[0] ?? ''))}`,
  );
  return execFileSync('node', [LANDMETER, ...words, '--quiet', '--workspace', at('workspace')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function rows(path: string): Promise<Record<string, string>[]> {
  const table = await openTable(path);
  const found: Record<string, string>[] = [];
  for await (const { rows: count, columns } of table.batches(table.columnNames))
    for (let row = 0; row < count; row++)
      found.push(Object.fromEntries(table.columnNames.map((name, c) => [name, String(columns[c]![row] ?? '')])));
  await table.close();
  return found;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
const round = (value: number, digits: number) => (Number.isFinite(value) ? value.toFixed(digits) : '–');

if (!sharedData) {
  console.log('Skipped: the real data are not here (LANDMETER_TEST_DATA)');
  process.exit(0);
}
const stack = join(sharedData, 'timeseries/nl-demarke-ndvi-26dates-rd');
const parcels = join(sharedData, 'pairs/nl-demarke-parcels-zonal/gewaspercelen_2017_regio.shp');
const bouconne = join(sharedData, 'timeseries/fr-bouconne-7dates-11bands/2018_3A_Theia_Bouconne.tif');

/** NDVI × 250 of twelve dates; 0 is cloud or nothing. */
const ndvi = readdirSync(stack)
  .filter((name) => /^NDVI-\d+\.tif$/.test(name))
  .map((name) => join(stack, name));
const dateOf = (path: string) => path.replace(/^.*NDVI-(\d{4})(\d\d)(\d\d)\.tif$/, '$1-$2-$3');

const page: string[] = [];
const section = (title: string, ...lines: string[]) => {
  page.push(`## ${title}`, '', ...lines, '', '```bash', ...commands.splice(0), '```', '');
};
const table = (head: readonly string[], body: readonly (readonly string[])[]) => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...body.map((cells) => `| ${cells.join(' | ')} |`),
];

// The catalogue
interface Ingested {
  readonly status: string;
  readonly notes: readonly string[];
}
const taken = JSON.parse(landmeter('ingest', ...ndvi, '--as', 'scenes', '--json')) as Ingested[];
const again = JSON.parse(landmeter('ingest', ...ndvi, '--as', 'scenes', '--json')) as Ingested[];
commands.pop();
const shifted = taken.filter(({ notes }) => notes.some((note) => /pixels/.test(note)));
section(
  'Twelve dates of De Marke (Gelderland), 1000 × 1000 at 10 m, EPSG:28992',
  `${taken.filter(({ status }) => status === 'added').length} scenes added; taken a second time, ${again.filter(({ status }) => status === 'known').length} were known. ` +
    `The door measured a shift worth a warning on ${shifted.length} of them, and had ${taken.reduce((sum, { notes }) => sum + notes.length, 0)} warnings in all:`,
  '',
  ...[...new Set(taken.flatMap(({ notes }) => notes))].slice(0, 12).map((note) => `- ${note.replace(/\/\S*\//g, '')}`),
);

// Composites
landmeter('composite', ...ndvi, '--method', 'median', '--with', 'count,date', '-o', at('median.tif'));
landmeter('composite', ...ndvi, '--method', 'p90', '-o', at('p90.tif'));
const whole = at('whole.geojson');
const box = [
  [221_200, 440_500],
  [231_200, 440_500],
  [231_200, 450_500],
  [221_200, 450_500],
  [221_200, 440_500],
];
const info = JSON.parse(landmeter('info', ndvi[0]!, '--json')) as {
  transform: number[];
  width: number;
  height: number;
};
commands.pop();
const [x0, dx, , y0, , dy] = info.transform as [number, number, number, number, number, number];
const [x1, y1] = [x0 + dx * info.width, y0 + dy * info.height];
box.splice(0, 5, [x0, y1], [x1, y1], [x1, y0], [x0, y0], [x0, y1]);
writeFileSync(
  whole,
  JSON.stringify({ type: 'Feature', id: 'all', properties: {}, geometry: { type: 'Polygon', coordinates: [box] } }),
);
const zones = ['--zones', whole, '--zones-crs', 'EPSG:28992'];
const inputs = [`${at('median.tif')}#1`, `${at('median.tif')}#2`, at('p90.tif')];
landmeter('zonal', ...inputs, ...zones, '--stats', 'mean,std,valid_share', '-o', at('whole.csv'));
const [medianRow, countRow, p90Row] = await rows(at('whole.csv'));
section(
  'Composites',
  ...table(
    ['Over the square', 'mean', 'standard deviation', 'valid share'],
    [
      ['median NDVI', ...cells(medianRow!, 1 / 250)],
      ['90th percentile', ...cells(p90Row!, 1 / 250)],
      ['dates with a value', ...cells(countRow!, 1)],
    ],
  ),
);

function cells(row: Record<string, string>, scale: number): string[] {
  return [
    round(Number(row['mean']) * scale, 3),
    round(Number(row['std']) * scale, 3),
    round(Number(row['valid_share']), 3),
  ];
}

// Zones through time
landmeter(
  'zonal',
  ...ndvi,
  '--series',
  '--zones',
  parcels,
  '--id',
  'OBJECTID',
  '--stats',
  'mean,count',
  '-o',
  at('parcels.csv'),
);
const series = await rows(at('parcels.csv'));
const idName = Object.keys(series[0]!)[0]!;
const crops = new Map<string, string>();
await readFeatures(parcels, ({ properties }) => {
  const { OBJECTID, GWS_GEWAS } = properties as Record<string, unknown>;
  crops.set(String(OBJECTID), String(GWS_GEWAS));
});
const byCrop = Map.groupBy(series, (row) => crops.get(row[idName]!) ?? 'unknown');
const common = [...byCrop].toSorted((a, b) => b[1].length - a[1].length).slice(0, 6);
const dates = ndvi.map(dateOf);
const clear = (crop: readonly Record<string, string>[], date: string) =>
  crop
    .filter((row) => row['time']!.startsWith(date) && row['mean'] !== '' && Number(row['valid_share']) > 0.9)
    .map((row) => Number(row['mean']) / 250);
section(
  'Zones: 3,008 crop parcels through time',
  `${series.length} rows. Mean NDVI of the parcels of which more than nine tenths were clear, by crop (as farmers declared it in 2017):`,
  '',
  ...table(
    ['Date', ...common.map(([crop, all]) => `${crop} (${all.length / dates.length})`)],
    dates.map((date) => [date, ...common.map(([, all]) => round(mean(clear(all, date)), 2))]),
  ),
  '',
  'Maize is bare until late May and green in July and August; grass stays green; the catch crop after maize shows in winter.',
);

// Mowing and harvest
writeFileSync(
  at('series.csv'),
  [
    'id,time,value',
    ...series
      .filter((row) => row['mean'] !== '' && Number(row['valid_share']) > 0.9)
      .map((row) => `${row[idName]},${row['time']},${Number(row['mean']) / 250}`),
  ].join('\n'),
);
landmeter('mowing', at('series.csv'), '-o', at('events.csv'));
const events = await rows(at('events.csv'));
const eventsOf = (pattern: RegExp) =>
  new Set(
    events
      .filter((event) => event['date'] !== '' && pattern.test(crops.get(event['id']!) ?? ''))
      .map((event) => event['id']),
  );
const countOf = (pattern: RegExp) => [...crops.values()].filter((crop) => pattern.test(crop)).length;
const kinds: [string, RegExp][] = [
  ['grassland', /^Grasland/i],
  ['maize', /^Ma[iï]s/i],
];
section(
  'Mowing and harvest, from the same series',
  ...table(
    ['Crop', 'parcels', 'with an event'],
    kinds.map(([name, pattern]) => [
      name,
      String(countOf(pattern)),
      `${round((100 * eventsOf(pattern).size) / countOf(pattern), 0)} %`,
    ]),
  ),
  '',
  'Twelve dates in fifteen months are few: an event between two clear dates that are weeks apart may be seen or not.',
);

// Change, anomalies
const [spring2017, spring2018] = [
  ndvi.find((path) => dateOf(path) === '2017-03-27')!,
  ndvi.find((path) => dateOf(path) === '2018-03-19')!,
];
const changed = landmeter(
  'change',
  spring2017,
  '--after',
  spring2018,
  '--threshold',
  '37.5',
  '--mmu',
  '0.5ha',
  '--polygons',
  at('change.geojson'),
  '-o',
  at('change.tif'),
  '--json',
);
const polygons = (
  JSON.parse(readFileSync(at('change.geojson'), 'utf8')) as {
    features: { properties: Record<string, number | string> }[];
  }
).features;
const direction = (word: string) => polygons.filter(({ properties }) => properties['direction'] === word);
const hectares = (some: typeof polygons) =>
  some.reduce((sum, { properties }) => sum + Number(properties['area_m2']), 0) / 1e4;
section(
  'Change from late March 2017 to mid March 2018: more than 0.15 NDVI, at least half a hectare',
  ...table(
    ['', 'polygons', 'hectares', 'median size, ha'],
    ['decrease', 'increase'].map((word) => {
      const some = direction(word);
      return [
        word,
        String(some.length),
        round(hectares(some), 1),
        round(median(some.map(({ properties }) => Number(properties['area_m2']) / 1e4)), 2),
      ];
    }),
  ),
  '',
  `The square has ${round((info.width * info.height) / 100, 0)} ha. ${(JSON.parse(changed) as { notes?: string[] }).notes?.join(' ') ?? ''}`.trim(),
);
landmeter('series', 'phenology', ...ndvi, '--year', '2017', '--scale', '250', '-o', at('season.tif'));
const seasonBands = ['1', '2', '3'].map((band) => `${at('season.tif')}#${band}`);
landmeter(
  'zonal',
  ...seasonBands,
  '--zones',
  parcels,
  '--id',
  'OBJECTID',
  '--stats',
  'median,valid_share',
  '-o',
  at('season.csv'),
);
const season = await rows(at('season.csv'));
const dayOf = (pattern: RegExp, band: string) => {
  const days = season.filter(
    (row) =>
      row['raster']!.endsWith(`#${band}`) && pattern.test(crops.get(row['OBJECTID']!) ?? '') && row['median'] !== '',
  );
  return { parcels: days.length, day: median(days.map((row) => Number(row['median']))) };
};
const told = JSON.parse(landmeter('info', at('season.tif'), '--json')) as { bandNames?: string[] };
commands.pop();
section(
  'The season of 2017, pixel by pixel',
  `Medians over parcels of the first three bands of the season's raster (${(told.bandNames ?? ['start', 'peak', 'end']).slice(0, 3).join(', ')}; days of the year):`,
  '',
  ...table(
    ['Crop', 'parcels with a season', 'band 1', 'band 2', 'band 3'],
    kinds.map(([name, pattern]) => [
      name,
      String(dayOf(pattern, '1').parcels),
      ...['1', '2', '3'].map((band) => round(dayOf(pattern, band).day, 0)),
    ]),
  ),
);

// A series of years: 68 dates in Slovenia, as numpy arrays
const eo = join(sharedData, 'timeseries/si-eolearn-68dates-npy');
const stamps = JSON.parse(readFileSync(join(eo, 'timestamps.json'), 'utf8')) as string[];
const [values, valid] = [numbersOf(join(eo, 'data/NDVI.npy')), numbersOf(join(eo, 'mask/IS_VALID.npy'))];
const pixels = values.length / stamps.length;
const means = stamps.map((_, t) => {
  const clear = Array.from({ length: pixels }, (_unused, i) => t * pixels + i).filter((i) => valid[i] === 1);
  return clear.length > 0.5 * pixels ? mean(clear.map((i) => values[i]!)) : NaN;
});
writeFileSync(
  at('slovenia.csv'),
  ['time,value', ...stamps.flatMap((time, t) => (Number.isNaN(means[t]!) ? [] : [`${time}Z,${means[t]}`]))].join('\n'),
);
landmeter('series', 'anomaly', at('slovenia.csv'), '--window', '30', '-o', at('anomaly.csv'));
const anomalies = (await rows(at('anomaly.csv'))).filter((row) => row['z'] !== '' && row['z'] !== undefined);
const extreme = anomalies.toSorted((a, b) => Math.abs(Number(b['z'])) - Math.abs(Number(a['z']))).slice(0, 5);
section(
  '68 dates in Slovenia, 2015 to 2017: anomalies of the mean NDVI',
  `${means.filter((value) => !Number.isNaN(value)).length} dates were clear over more than half of the 101 × 100 pixels; ${anomalies.length} of them have others within 30 days of the same day of other years. The five furthest from them:`,
  '',
  ...table(
    ['Date', 'NDVI', 'z'],
    extreme.map((row) => [row['time']!.slice(0, 10), round(Number(row['value']), 3), round(Number(row['z']), 1)]),
  ),
);

/** The numbers of a .npy file: float32, or bytes. @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function numbersOf(path: string): ArrayLike<number> {
  const bytes = readFileSync(path);
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString('latin1');
  const data = Uint8Array.from(bytes.subarray(10 + bytes.readUInt16LE(8)));
  return /'<f4'/.test(header) ? new Float32Array(data.buffer) : data;
}

// Another stack: seven dates × ten bands in one file
const days = ['2018-04-29', '2018-05-13', '2018-07-08', '2018-08-15', '2018-09-15', '2018-10-15', '2018-11-15'];
const perDate = days.flatMap((_, k) => [
  '--band',
  `red=${bouconne}#${10 * k + 3}`,
  '--band',
  `nir=${bouconne}#${10 * k + 4}`,
]);
landmeter('series', 'trend', '--index', 'NDVI', ...perDate, '--times', days.join(','), '-o', at('trend.tif'));
landmeter(
  'zonal',
  `${at('trend.tif')}#1`,
  '--zones',
  placeOf(bouconne),
  '--zones-crs',
  'EPSG:32631',
  '--stats',
  'mean,median,valid_share',
  '-o',
  at('trend.csv'),
);
const [trend] = await rows(at('trend.csv'));
commands.splice(
  0,
  1,
  'landmeter series trend --index NDVI --band red=…#3 --band nir=…#4 (and so on, seven dates) --times 2018-04-29,… -o trend.tif',
);
section(
  'Seven dates near Toulouse, 2018: trend of NDVI in each pixel',
  `Theil–Sen slope over the scene from late April to mid November: mean ${round(Number(trend!['mean']), 2)}, median ${round(Number(trend!['median']), 2)} NDVI a year (valid share ${round(Number(trend!['valid_share']), 2)}): the season's decline, as it must be in one growing season.`,
);

function placeOf(path: string): string {
  const told = JSON.parse(landmeter('info', path, '--json')) as typeof info;
  commands.pop();
  const [west, a, , north, , e] = told.transform as [number, number, number, number, number, number];
  const [east, south] = [west + a * told.width, north + e * told.height];
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const to = at('place.geojson');
  writeFileSync(
    to,
    JSON.stringify({ type: 'Feature', id: 'all', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }),
  );
  return to;
}

const text = [
  '# Real data',
  '',
  'What comes out when real stacks go through the command line. Made by `npm run figures`; the data are public, were not written by us,',
  'and are no part of the project. Sources: De Marke NDVI 2017–2018 and declared crop parcels 2017; a Theia level-3A stack near',
  'Bouconne, 2018. Contains modified Copernicus Sentinel data.',
  '',
  ...page,
].join('\n');
writeFileSync(join(ROOT, 'docs', 'real-data.md'), `${text.trimEnd()}\n`);
rmSync(folder, { recursive: true, force: true });
console.log(text);
