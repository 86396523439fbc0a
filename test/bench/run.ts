/**
 * Measures the main jobs beside their peers and writes the table of docs/benchmarks.md.
 *
 *     npm run bench -- [--size quarter|full] [--runs 3] [--jobs read,ndvi] [--write] [--table time]
 *
 * Inputs are kept in LANDMETER_BENCH (default: a folder in the system's temporary one); peers are looked for on the
 * path and in LANDMETER_BENCH_PEERS.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureHttp } from './http.ts';
import type { BenchSize } from './inputs.ts';
import { landmeter, prepareScene } from './inputs.ts';
import { interpolationJobs } from './interpolation-jobs.ts';
import { bytesOf, rasterJobs, vectorJobs } from './jobs.ts';
import type { Job, Peer } from './jobs.ts';
import type { Cost } from './measure.ts';
import { run, runPairs } from './measure.ts';
import type { Load } from './load.ts';
import { findPeers } from './peers.ts';
import { measureRasterTiles } from './raster-tiles.ts';
import type { TileLoad } from './raster-tiles.ts';
import { measureSensorStore } from './sensor-store.ts';
import { seriesJobs } from './series-jobs.ts';
import { measureSearch } from './stac-search.ts';
import { zonalJobs } from './zonal-jobs.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', multiple: true },
    runs: { type: 'string', default: '3' },
    jobs: { type: 'string' },
    write: { type: 'boolean', default: false },
    /** Which table of the page is written. */
    table: { type: 'string', default: 'ground' },
  },
});
const sizes = (values.size ?? ['quarter', 'full']) as BenchSize[];
const runs = Number(values.runs);
const wanted = values.jobs?.split(',');
const inputs = process.env['LANDMETER_BENCH'] ?? join(tmpdir(), 'landmeter-bench');
const work = join(inputs, 'work');
mkdirSync(work, { recursive: true });

const peers = findPeers(process.env);
const rows: string[] = [];
const show = (line: string) => {
  rows.push(line);
  console.log(line);
};

show('| size | job | CPU s | wall s | peak MB | output MB | peer | CPU s | ratio | at most | bytes ratio | holds |');
show('|---|---|---|---|---|---|---|---|---|---|---|---|');
for (const size of sizes) {
  const scene = await prepareScene(inputs, size);
  for (const job of rasterJobs({ scene, peers, work, inputs }))
    if (!wanted || wanted.includes(job.name)) await measure(size, job);
}
for (const job of await vectorJobs({ scene: { size: 'region', dates: [] }, peers, work, inputs }))
  if (!wanted || wanted.includes(job.name)) await measure('-', job);
for (const job of await zonalJobs({ peers, work, inputs }, wanted))
  if (!wanted || wanted.includes(job.name)) await measure('-', job);
for (const job of await seriesJobs({ peers, work, inputs }))
  if (!wanted || wanted.includes(job.name)) await measure('-', job);
for (const job of interpolationJobs({ peers, work })) if (!wanted || wanted.includes(job.name)) await measure('-', job);
if (!wanted || wanted.includes('http')) await measureArchiveTiles();
if (wanted?.includes('raster-tiles')) for (const size of sizes) await measureTilesOnDemand(size);
if (wanted?.includes('stac-search')) await measureSearches();
if (wanted?.includes('sensor-store')) await measureStore();
if (values.write) writeTable();

async function measureStore(): Promise<void> {
  rows.length = 0;
  show('| database | what | a second | µs CPU each | median ms | asked for | holds |');
  show('|---|---|---|---|---|---|---|');
  for (const { database, what, perSecond, cpuUs, ms, asked, holds } of await measureSensorStore(work))
    show(
      `| ${database} | ${what} | ${perSecond?.toFixed(0) ?? ''} | ${cpuUs?.toFixed(1) ?? ''} | ${ms?.toFixed(1) ?? ''} | ${asked} | ${holds ? 'yes' : 'no'} |`,
    );
}

async function measureSearches(): Promise<void> {
  rows.length = 0;
  show('| search of 100,000 scenes | median ms | 95 % ms | items | at most | holds |');
  show('|---|---|---|---|---|---|');
  for (const { question, medianMs, p95Ms, items } of await measureSearch())
    show(
      `| ${question} | ${medianMs.toFixed(1)} | ${p95Ms.toFixed(1)} | ${items} | 50 | ${medianMs <= 50 ? 'yes' : 'no'} |`,
    );
}

async function measureArchiveTiles(): Promise<void> {
  const archive = join(work, 'tiles-png.pmtiles');
  if (!existsSync(archive)) {
    const [, date] = (await prepareScene(inputs, sizes.at(-1)!)).dates;
    const bands = ['red=B04.tif', 'nir=B08.tif'].flatMap((band) => ['--band', band.replace('=', `=${date}/`)]);
    const ndvi = join(work, 'ndvi-ready.tif');
    await run(landmeter('index', 'NDVI', ...bands, '--dtype', 'int16', '-o', ndvi, '--quiet'));
    const look = ['--format', 'png', '--colormap', 'rdylgn', '--rescale', '-0.2,1', '--tile-size', '256'];
    await run(landmeter('tile', ndvi, ...look, '--minzoom', '8', '--maxzoom', '14', '-o', archive, '--quiet'));
  }
  for (const r of await measureHttp(archive, work, peers.nginx))
    show(
      `| - | archive tiles over HTTP, ${r.clients} clients, ms CPU a tile (${r.tiles} tiles) | ${r.oursMs.toFixed(3)} | | | | ${r.peer} | ${r.peerMs.toFixed(3)} | ${r.ratio.toFixed(2)} | ${r.most} | | ${r.ratio <= r.most ? 'yes' : 'no'} |`,
    );
}

async function measureTilesOnDemand(size: BenchSize): Promise<void> {
  const titiler = process.env['LANDMETER_BENCH_TITILER'] ?? null;
  const measured = await measureRasterTiles(await prepareScene(inputs, size), work, titiler);
  const { loads, memory, keptMs, unchangedMs } = measured;
  show('');
  show(
    `| ${size} scene, tiles on demand | clients | CPU ms a tile | median ms | 95 % ms | a second | KB | TiTiler: CPU ms | median | 95 % | a second | KB | ratio CPU | median | 95 % | a second | holds |`,
  );
  show(`|${'---|'.repeat(17)}`);
  for (const load of loads) show(tilesRow(load));
  const growth = memory[1] / memory[0] - 1;
  show('');
  show(
    `Asked for again: ${keptMs.toFixed(1)} ms; unchanged (304): ${unchangedMs.toFixed(1)} ms (at most 3). Memory after 500 requests ${memory[0].toFixed(0)} MB, after 3,000 ${memory[1].toFixed(0)} MB: ${(100 * growth).toFixed(0)} % (at most 10).`,
  );
}

/** At most a quarter of the peer's CPU, a fifth of its median, 0.6 of its 95 %; three times the rate where four ask. */
function tilesRow({ what, clients, ours, peer }: TileLoad): string {
  const figures = ({ cpuMs, p50Ms, p95Ms, perSecond, kilobytes }: Load) =>
    [cpuMs, p50Ms, p95Ms, perSecond, kilobytes].map((value) => value.toFixed(1));
  const cells = [what, String(clients), ...figures(ours)];
  if (!peer) return `| ${[...cells, ...Array<string>(10).fill('')].join(' | ')} |`;
  const ratios = {
    cpu: ours.cpuMs / peer.cpuMs,
    median: ours.p50Ms / peer.p50Ms,
    p95: ours.p95Ms / peer.p95Ms,
    rate: ours.perSecond / peer.perSecond,
  };
  const isFast = clients === 1 ? ratios.median <= 0.2 && ratios.p95 <= 0.6 : ratios.rate >= 3;
  const shown = Object.values(ratios).map((ratio) => ratio.toFixed(2));
  return `| ${[...cells, ...figures(peer), ...shown, ratios.cpu <= 0.25 && isFast ? 'yes' : 'no'].join(' | ')} |`;
}

async function measure(size: string, job: Job): Promise<void> {
  const list: (Peer | null)[] = job.peers.length > 0 ? [...job.peers] : [null];
  for (const peer of list) {
    const { ours, peer: theirs, ratio } = await runPairs(runs, job.run, peer && peer.run);
    show(row(size, job, ours, peer, theirs, ratio));
  }
}

function row(size: string, job: Job, ours: Cost, peer: Peer | null, theirs: Cost | null, ratio: number | null): string {
  const mine = bytesOf(job.output);
  const other = bytesOf(peer?.output);
  const bytes = mine !== null && other !== null ? mine / other : null;
  const fails = [
    ratio !== null && ratio > peer!.most,
    bytes !== null && peer?.mostBytes !== undefined && bytes > peer.mostBytes,
    job.raster && ours.peakMb > 700,
  ];
  const cells = [
    size,
    job.title,
    ours.cpu.toFixed(2),
    ours.wall.toFixed(1),
    ours.peakMb.toFixed(0),
    mine === null ? '' : (mine / 1e6).toFixed(1),
    peer?.name ?? '',
    theirs?.cpu.toFixed(2) ?? '',
    ratio?.toFixed(3) ?? '',
    peer ? String(peer.most) : '',
    bytes?.toFixed(2) ?? '',
    fails.some(Boolean) ? 'no' : 'yes',
  ];
  return `| ${cells.join(' | ')} |`;
}

function writeTable(): void {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');
  const [begin, end] = [`<!-- table ${values.table} -->`, `<!-- end ${values.table} -->`];
  const page = readFileSync(path, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place ${begin} … ${end}`);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(
    path,
    `${page.slice(0, from)}${begin}\n\n${machine}; \`npm run bench -- ${process.argv.slice(2).join(' ')}\`\n\n${rows.join('\n')}\n\n${page.slice(to)}`,
  );
}
