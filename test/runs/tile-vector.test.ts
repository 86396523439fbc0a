import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { tileVector } from '../../pipelines/runs/tile-vector.ts';
import type { VectorTilesRequest } from '../../pipelines/runs/tile-vector.ts';
import { temporaryFolder } from '../support/archive.ts';
import { verifyArchive } from '../support/pmtiles-verify.ts';
import { decodeTile, featuresOf } from '../support/vector-tiles.ts';

const folder = temporaryFolder('tile-vector');
afterAll(() => rmSync(folder, { recursive: true }));
const output = join(folder, 'out.pmtiles');

function put(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const point = (nr: number, lon: number, lat: number) => ({
  type: 'Feature',
  properties: { nr, naam: `punt ${nr} é` },
  geometry: { type: 'Point', coordinates: [lon, lat] },
});
const collection = (features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });
const square = (west: number, south: number, side: number) => ({
  type: 'Polygon',
  coordinates: [[[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]], // prettier-ignore
});

async function read(path: string) {
  const archive = await openArchive(path);
  const tiles = [];
  for await (const { id, run } of archive.entries())
    for (let i = 0; i < run; i++) {
      const { z, x, y } = tileOfId(id + i);
      const bytes = (await archive.getTile(z, x, y))!;
      tiles.push({ z, x, y, bytes: bytes.length, tile: decodeTile(gunzipSync(bytes)) });
    }
  await archive.close();
  return { header: archive.header, metadata: archive.metadata, tiles };
}

/** The attribute `nr` of the features of a layer at one zoom. */
function numbers({ tiles }: Awaited<ReturnType<typeof read>>, layer: string, zoom: number): unknown[] {
  return tiles
    .filter(({ z }) => z === zoom)
    .flatMap(({ tile }) => featuresOf(tile, layer).map((f) => f.properties['nr']));
}

describe('tileVector', () => {
  it('makes an archive that pmtiles verify accepts, with every point at the deepest zoom', async () => {
    const points = Array.from({ length: 900 }, (_, i) => point(i, 5 + (i % 30) / 100, 52 + Math.floor(i / 30) / 100));
    const source = put('punten.geojson', collection(points));
    const report = await tileVector({ layers: [{ source }], output, minZoom: 5, maxZoom: 11 });
    const { complaints, header } = await verifyArchive(output);
    expect(complaints).toEqual([]);
    expect(header).toMatchObject({
      tileType: 1,
      tileCompression: 2,
      minZoom: 5,
      maxZoom: 11,
      minLon: 5,
      maxLat: 52.29,
    });
    const archive = await read(output);
    expect(numbers(archive, 'punten', 11).sort((a, b) => Number(a) - Number(b))).toEqual(points.map((_, i) => i));
    expect(numbers(archive, 'punten', 5)).toHaveLength(500);
    expect(report).toMatchObject({
      output,
      features: 900,
      tiles: archive.tiles.length,
      notes: [],
      bounds: [5, 52, 5.29, 52.29],
    });
    expect(archive.metadata).toEqual({
      name: 'out',
      type: 'overlay',
      generator: 'Landmeter',
      vector_layers: [
        { id: 'punten', description: '', minzoom: 5, maxzoom: 11, fields: { nr: 'Number', naam: 'String' } },
      ],
    });
  });

  it('puts several layers, from files and from memory, into one archive, each in its zooms', async () => {
    const request: VectorTilesRequest = {
      layers: [
        { name: 'water', source: [{ geometry: square(5, 52, 0.5), properties: { nr: 1 } }], description: 'Lakes' },
        { source: put('places.csv', 'lon,lat,nr\n5.2,52.2,2\n'), minZoom: 4, maxZoom: 6 },
      ],
      output,
      maxZoom: 7,
      name: 'Basemap',
      attribution: '© somebody',
      description: 'A map',
    };
    await tileVector(request);
    const archive = await read(output);
    expect(archive.metadata).toMatchObject({ name: 'Basemap', attribution: '© somebody', description: 'A map' });
    expect(archive.metadata['vector_layers']).toMatchObject([
      { id: 'water', minzoom: 0, maxzoom: 7, description: 'Lakes' },
      { id: 'places', minzoom: 4, maxzoom: 6 },
    ]);
    const zooms = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(zooms.filter((z) => numbers(archive, 'places', z).length > 0)).toEqual([4, 5, 6]);
    expect(zooms.filter((z) => numbers(archive, 'water', z).length > 0)).toEqual(zooms);
  });

  it('passes over features that cannot be used and notes the first', async () => {
    const source = put(
      'mixed.geojson',
      collection([point(1, 5, 52), point(2, 5, 95), point(3, 5, 96), point(4, 6, 52)]),
    );
    const { notes, features, bounds } = await tileVector({ layers: [{ source }], output, maxZoom: 3 });
    expect(features).toBe(2);
    expect(bounds).toEqual([5, 52, 6, 52]);
    expect(notes).toEqual([
      `${source}: 2 features were passed over; feature 2: its latitude 95 is not between -90 and 90`,
    ]);
  });

  it.each([
    ['none of its features can be used', collection([point(1, 5, 95)]), 'None of the 1 features'],
    ['it holds none', collection([]), 'holds no features'],
    ['it is cut off', collection([point(1, 5, 52)]).slice(0, -9), 'middle of its JSON'],
  ])('fails where %s, and leaves the file that was there alone', async (_, text, says) => {
    writeFileSync(output, 'what was there');
    const before = readdirSync(folder).length;
    const source = put('wrong.geojson', text);
    await expect(tileVector({ layers: [{ source }], output })).rejects.toThrow(says);
    rmSync(source);
    expect(readdirSync(folder).length).toBeLessThanOrEqual(before);
  });

  it('keeps a tile within 500 kB by showing fewer points and coarser shapes, and notes it at the deepest zoom', async () => {
    const attributes = (i: number) => ({ nr: i, text: createHash('sha256').update(String(i)).digest('base64') });
    const points = Array.from({ length: 20_000 }, (_, i) => ({ ...point(i, 5, 52), properties: attributes(i) }));
    const fields = Array.from({ length: 20_000 }, (_, i) => ({
      geometry: square(5 + (i % 250) / 2500, 52 + Math.floor(i / 250) / 2500, 0.0003),
      properties: attributes(i),
    }));
    const layers = [{ name: 'p', source: points }, { name: 'f', source: fields }]; // prettier-ignore
    const { notes } = await tileVector({ layers, output, minZoom: 10, maxZoom: 10 });
    const { tiles } = await read(output);
    expect(Math.max(...tiles.map(({ bytes }) => bytes))).toBeLessThanOrEqual(500_000);
    expect(Math.max(...tiles.map(({ bytes }) => bytes))).toBeGreaterThan(200_000);
    expect(notes).toEqual([expect.stringContaining('1 tile of zoom 10')]);
  });

  it('refuses zooms that cannot be, two layers of one name, and no layer', async () => {
    const source = [point(1, 5, 52)];
    const code = 'parameter-invalid';
    await expect(tileVector({ layers: [{ source }], output, minZoom: 9, maxZoom: 3 })).rejects.toMatchObject({ code });
    await expect(tileVector({ layers: [{ source }], output, maxZoom: 99 })).rejects.toMatchObject({ code });
    await expect(tileVector({ layers: [{ source }, { source }], output })).rejects.toMatchObject({ code });
    await expect(tileVector({ layers: [], output })).rejects.toMatchObject({ code });
  });

  it('refuses features that need more memory than it may have', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => JSON.stringify(point(i, 5, 52))).join('\n');
    const source = put('many.geojsonl', lines);
    await expect(tileVector({ layers: [{ source }], output }, { memoryBytes: 1 << 20 })).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('stops when it is asked to, and leaves nothing', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const controller = new AbortController();
    const progress = { stage: (label: string) => void (label === 'Writing tiles' && controller.abort()), advance() {} };
    const source = [point(1, 5, 52)];
    await expect(
      tileVector({ layers: [{ source }], output: join(inner, 'x.pmtiles') }, { signal: controller.signal, progress }),
    ).rejects.toMatchObject({ code: 'aborted' });
    expect(readdirSync(inner)).toEqual([]);
  });

  it('writes the same bytes again', async () => {
    const points = Array.from({ length: 3000 }, (_, i) =>
      point(i, 5 + ((i * 7919) % 1000) / 1000, 52 + ((i * 104729) % 997) / 997),
    );
    const again = join(folder, 'again.pmtiles');
    for (const path of [output, again])
      await tileVector({ layers: [{ name: 'l', source: points }], output: path, name: 'x', maxZoom: 9 });
    expect(readFileSync(again).equals(readFileSync(output))).toBe(true);
  });
});
