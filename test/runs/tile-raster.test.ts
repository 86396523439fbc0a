import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { COLORMAPS } from '../../pipelines/core/color/colormaps.ts';
import { paletteOf } from '../../pipelines/core/color/ramp.ts';
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { pixelSize, tileBounds } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Tile } from '../../pipelines/core/grid/tile-matrix-set.ts';
import type { Samples } from '../../pipelines/core/raster/block.ts';
import { createSamples } from '../../pipelines/core/raster/block.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import type { CogSpec } from '../../pipelines/io/tiff/cog-layout.ts';
import { inlineRunner } from '../../pipelines/runner.ts';
import { tileRaster } from '../../pipelines/runs/tile-raster.ts';
import type { TileRasterOptions } from '../../pipelines/runs/tile-raster.ts';
import { writeCogFromArray } from '../../pipelines/runs/write-cog.ts';
import { createPool } from '../../workers/pool.ts';
import { temporaryFolder } from '../support/archive.ts';

const folder = temporaryFolder('tile');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const UTM: CogSpec = {
  width: 300,
  height: 250,
  transform: [10, 0, 640000, 0, -10, 5775000],
  epsg: 32631,
  dtype: 'float32',
  bands: 1,
  nodata: Number.NaN,
};

let files = 0;

/** Writes a raster whose samples come from (col, row, band). */
async function raster(
  spec: Partial<CogSpec>,
  sample: (col: number, row: number, band: number) => number,
): Promise<string> {
  const whole: CogSpec = { ...UTM, ...spec };
  const bands = Array.from({ length: whole.bands }, (_, b) => {
    const data: Samples = createSamples(whole.dtype, whole.width * whole.height);
    for (let i = 0; i < data.length; i++) data[i] = sample(i % whole.width, Math.floor(i / whole.width), b);
    return data;
  });
  const path = join(folder, `raster-${files++}.tif`);
  await writeCogFromArray(path, whole, bands);
  return path;
}

interface Tiled {
  readonly tiles: ReadonlyMap<string, Uint8Array>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly path: string;
}

async function tile(input: string, options: Partial<TileRasterOptions> = {}, runner = inlineRunner): Promise<Tiled> {
  const path = join(folder, `archive-${files++}.pmtiles`);
  await tileRaster({ input, output: path, ...options }, runner);
  const archive = await openArchive(path);
  const tiles = new Map<string, Uint8Array>();
  for await (const { id, run } of archive.entries())
    for (let i = id; i < id + run; i++) {
      const { z, x, y } = tileOfId(i);
      tiles.set(`${z}/${x}/${y}`, (await archive.getTile(z, x, y))!);
    }
  await archive.close();
  return { tiles, metadata: archive.metadata, path };
}

const parseTile = (name: string): Tile => {
  const [z, x, y] = name.split('/').map(Number);
  return { z: z!, x: x!, y: y! };
};

/** Codes of a value tile, decoded by libpng or libwebp. */
async function codesOf(bytes: Uint8Array, precision: unknown): Promise<{ codes: number[]; size: number }> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const codes = Array.from({ length: info.width * info.height }, (_, i) =>
    precision === 8 ? data[i * 3]! : data[i * 3]! * 256 + data[i * 3 + 1]!,
  );
  return { codes, size: info.width };
}

async function rgbaOf(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(bytes).toColourspace('srgb').ensureAlpha().raw().toBuffer());
}

/** Source position (col, row) of every pixel centre of a tile, without interpolation. */
function positions(name: string, size: number, { transform, epsg }: CogSpec): Float64Array {
  const t = parseTile(name);
  const { minX, maxY } = tileBounds(t);
  const pixel = pixelSize(t.z, size);
  const xy = new Float64Array(size * size * 2);
  for (let i = 0; i < size * size; i++) {
    xy[i * 2] = minX + ((i % size) + 0.5) * pixel;
    xy[i * 2 + 1] = maxY - (Math.floor(i / size) + 0.5) * pixel;
  }
  createTransform(3857, epsg!).transform(xy);
  const [a, , c, , e, f] = transform!;
  for (let i = 0; i < xy.length; i += 2) {
    xy[i] = (xy[i]! - c) / a;
    xy[i + 1] = (xy[i + 1]! - f) / e;
  }
  return xy;
}

/** A plane: bilinear gives it back exactly, so that a shift of a hundredth of a pixel shows. */
const plane = (col: number, row: number) => 0.001 * col - 0.0007 * row;

describe('value tiles', () => {
  for (const [precision, format, tileSize] of [
    [8, 'png', 256],
    [16, 'png', 512],
    [16, 'webp', 256],
    [8, 'webp', 512],
  ] as const)
    it(`decode to the surface below them: ${precision} bits, ${format}, ${tileSize}`, async () => {
      const input = await raster({}, (c, r) => plane(c + 0.5, r + 0.5));
      const { tiles, metadata } = await tile(input, { precision, format, tileSize });
      const { scale, offset, maxzoom } = metadata as { scale: number; offset: number; maxzoom: number };
      let [seen, worst, leaks, holes] = [0, 0, 0, 0];
      for (const [name, bytes] of tiles) {
        if (parseTile(name).z !== maxzoom) continue;
        const { codes, size } = await codesOf(bytes, precision);
        expect(size).toBe(tileSize);
        const at = positions(name, size, UTM);
        for (let i = 0; i < codes.length; i++) {
          const [col, row] = [at[i * 2]!, at[i * 2 + 1]!];
          const outside = Math.max(-col, -row, col - UTM.width, row - UTM.height);
          if (outside > 0.02 && codes[i] !== 0) leaks++;
          if (outside < -0.02 && codes[i] === 0) holes++;
          if (outside > -0.52) continue; // the last half pixel has no neighbour to lean on
          seen++;
          worst = Math.max(worst, Math.abs(offset + scale * codes[i]! - plane(col, row)));
        }
      }
      expect([leaks, holes]).toEqual([0, 0]);
      expect(seen).toBeGreaterThan(70_000);
      // Half a step of the tile, half a step of the codes computed with, a hundredth of a pixel.
      expect(worst).toBeLessThan(0.5 * scale + 0.95 / 65534 + 0.01 * 0.0013);
    });

  it('are the same numbers in tiles of 512 as in the four of 256 below: no seams', async () => {
    const input = await raster({}, (c, r) => Math.sin(c * 0.7) * Math.cos(r * 0.9) + ((c * 31 + r * 17) % 13) / 13);
    const [small, large] = [await tile(input, { maxZoom: 14 }), await tile(input, { maxZoom: 13, tileSize: 512 })];
    let compared = 0;
    for (const [name, bytes] of large.tiles) {
      const { z, x, y } = parseTile(name);
      const { codes } = await codesOf(bytes, 8);
      for (const [dx, dy] of [[0, 0] as const, [1, 0] as const, [0, 1] as const, [1, 1] as const]) {
        const part = small.tiles.get(`${z + 1}/${2 * x + dx}/${2 * y + dy}`);
        if (!part) continue;
        const own = (await codesOf(part, 8)).codes;
        for (let i = 0; i < own.length; i++)
          if (own[i] !== codes[(dy * 256 + (i >> 8)) * 512 + dx * 256 + (i & 255)]) throw new Error(`${name} at ${i}`);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(4);
  });

  it('of lower zooms are means of the valid data of higher ones', async () => {
    const input = await raster({}, (c, r) => (c > 100 && c < 130 ? Number.NaN : Math.sin(c * 0.3) + Math.cos(r * 0.2)));
    const { tiles, metadata } = await tile(input, { precision: 16 });
    const scale = metadata['scale'] as number;
    let [pixels, worst] = [0, 0];
    for (const [name, bytes] of tiles) {
      const { z, x, y } = parseTile(name);
      if (z === metadata['maxzoom']) continue;
      const { codes } = await codesOf(bytes, 16);
      for (const [dx, dy] of [[0, 0] as const, [1, 0] as const, [0, 1] as const, [1, 1] as const]) {
        const child = tiles.get(`${z + 1}/${2 * x + dx}/${2 * y + dy}`);
        const own = child ? (await codesOf(child, 16)).codes : Array.from({ length: 65536 }, () => 0);
        for (let row = 0; row < 128; row++)
          for (let col = 0; col < 128; col++) {
            const four = [0, 1, 256, 257].map((k) => own[2 * row * 256 + 2 * col + k]!).filter((code) => code > 0);
            const code = codes[(dy * 128 + row) * 256 + dx * 128 + col]!;
            const mean = four.length === 0 ? 0 : four.reduce((a, b) => a + b, 0) / four.length;
            worst = Math.max(worst, Math.abs(mean - code));
            pixels++;
          }
      }
    }
    expect(pixels).toBeGreaterThan(70_000);
    expect(worst * scale).toBeLessThanOrEqual(0.5 * scale + 1e-12);
  });

  it('coarser than the raster read an overview, and still lie right', async () => {
    const input = await raster({ width: 1200, height: 1000 }, (c, r) => plane(c + 0.5, r + 0.5));
    const { tiles, metadata } = await tile(input, { precision: 16, minZoom: 10, maxZoom: 11 });
    const { scale, offset } = metadata as { scale: number; offset: number };
    let [worst, sum, seen] = [0, 0, 0];
    for (const [name, bytes] of tiles) {
      if (parseTile(name).z !== 11) continue;
      const { codes, size } = await codesOf(bytes, 16);
      const at = positions(name, size, UTM);
      for (let i = 0; i < codes.length; i++) {
        const [col, row] = [at[i * 2]!, at[i * 2 + 1]!];
        if (Math.min(col, row, 1200 - col, 1000 - row) < 16) continue;
        const error = offset + scale * codes[i]! - plane(col, row);
        worst = Math.max(worst, Math.abs(error));
        sum += error;
        seen++;
      }
    }
    // The widened kernel ripples by less than half a source pixel, and does not shift.
    expect(worst).toBeLessThan(0.0013 * 0.5);
    expect(Math.abs(sum / seen)).toBeLessThan(0.0013 * 0.001);
  });

  it('of bytes hold the bytes themselves, and describe them', async () => {
    const sample = (c: number, r: number) => (c < 50 ? 0 : 1 + ((c * 7 + r * 3) % 250));
    const input = await raster({ dtype: 'uint8', nodata: 0, unit: '%' }, sample);
    const { tiles, metadata } = await tile(input, { resampling: 'nearest', name: 'Cover', attribution: 'CC0' });
    expect(metadata).toMatchObject({
      name: 'Cover',
      attribution: 'CC0',
      kind: 'value',
      format: 'png',
      tileSize: 256,
      precision: 8,
      scale: 1,
      offset: 0,
      unit: '%',
      resampling: 'nearest',
    });
    const valid = Array.from({ length: UTM.width * UTM.height }, (_, i) =>
      sample(i % UTM.width, Math.floor(i / UTM.width)),
    ).filter((v) => v > 0);
    const mean = valid.reduce((a, b) => a + b, 0) / valid.length;
    const std = Math.sqrt(valid.reduce((a, b) => a + (b - mean) ** 2, 0) / valid.length);
    const statistics = metadata['statistics'] as { histogram: number[] };
    expect(statistics).toMatchObject({ count: valid.length, min: 1, max: 250 });
    expect(statistics).toMatchObject({ mean: expect.closeTo(mean, 9), std: expect.closeTo(std, 9) });
    expect(statistics.histogram.reduce((a, b) => a + b, 0)).toBe(valid.length);
    let [wrong, seen] = [0, 0];
    for (const [name, bytes] of tiles) {
      if (parseTile(name).z !== metadata['maxzoom']) continue;
      const { codes } = await codesOf(bytes, 8);
      const at = positions(name, 256, UTM);
      for (let i = 0; i < codes.length; i++) {
        const [col, row] = [at[i * 2]!, at[i * 2 + 1]!];
        const nearEdge = Math.max(Math.abs((col % 1) - 0.5), Math.abs((row % 1) - 0.5)) > 0.48;
        if (nearEdge || col < 0 || row < 0 || col > UTM.width || row > UTM.height) continue;
        seen++;
        if (codes[i] !== sample(Math.floor(col), Math.floor(row))) wrong++;
      }
    }
    expect(seen).toBeGreaterThan(70_000);
    expect(wrong).toBe(0);
  });

  it('span the range asked for, and keep ends beyond it', async () => {
    const input = await raster({}, (c) => (c < 150 ? 5 : 0.25));
    const { tiles, metadata } = await tile(input, {
      rescale: { min: 0, max: 1 },
      resampling: 'nearest',
      minZoom: 13,
      maxZoom: 13,
    });
    expect(metadata).toMatchObject({ scale: 1 / 254 });
    const all = new Set<number>();
    for (const bytes of tiles.values()) for (const code of (await codesOf(bytes, 8)).codes) all.add(code);
    expect([...all].toSorted((a, b) => a - b)).toEqual([0, 1 + Math.round(0.25 * 254), 255]);
  });
});

describe('classes', () => {
  it('stay classes at every zoom', async () => {
    const classes = [3, 4, 5, 6, 8, 11];
    const input = await raster({ dtype: 'uint8', nodata: 0 }, (c, r) => classes[((c >> 4) + (r >> 3)) % 6]!);
    const { tiles, metadata } = await tile(input, { minZoom: 11 });
    expect(metadata).toMatchObject({ resampling: 'nearest', precision: 8, scale: 1, offset: 0 });
    const found = new Set<number>();
    for (const bytes of tiles.values()) for (const code of (await codesOf(bytes, 8)).codes) found.add(code);
    expect([...found].toSorted((a, b) => a - b)).toEqual([0, ...classes]);
    expect(Math.min(...[...tiles.keys()].map((name) => parseTile(name).z))).toBeLessThan(13);
  });
});

describe('tiles without data', () => {
  it('are not stored, and nothing else is missing', async () => {
    const isHole = (c: number, r: number) => c > 350 && r > 150;
    const spec = { width: 1000, height: 500 };
    const input = await raster(spec, (c, r) => (isHole(c, r) ? Number.NaN : 0.5 + plane(c, r)));
    const { tiles, metadata } = await tile(input, { minZoom: 10 });
    const zoom = metadata['maxzoom'] as number;
    for (const bytes of tiles.values()) expect((await codesOf(bytes, 8)).codes.some((code) => code > 0)).toBe(true);
    const stored = [...tiles.keys()].map(parseTile).filter(({ z }) => z === zoom);
    const [xs, ys] = [stored.map(({ x }) => x), stored.map(({ y }) => y)];
    let empty = 0;
    for (let x = Math.min(...xs); x <= Math.max(...xs); x++)
      for (let y = Math.min(...ys); y <= Math.max(...ys); y++) {
        const name = `${zoom}/${x}/${y}`;
        const at = positions(name, 64, UTM);
        let hits = 0;
        for (let i = 0; i < at.length; i += 2) {
          const [col, row] = [at[i]!, at[i + 1]!];
          if (col > 0 && row > 0 && col < 1000 && row < 500 && !isHole(Math.floor(col), Math.floor(row))) hits++;
        }
        if (hits > 4) expect(tiles.has(name), name).toBe(true);
        if (!tiles.has(name)) empty++;
        // Each stored tile has its parents up to the lowest zoom.
        for (let z = zoom; tiles.has(name) && z >= 10; z--)
          expect(tiles.has(`${z}/${x >> (zoom - z)}/${y >> (zoom - z)}`)).toBe(true);
      }
    expect(empty).toBeGreaterThan(4);
  });
});

describe('pictures', () => {
  const wave = (c: number, r: number) =>
    c < 80 ? -32768 : Math.round(4000 + 5000 * Math.sin(c / 60) * Math.cos(r / 40));
  const indexSpec = { dtype: 'int16', nodata: -32768, scale: 1e-4 } as const;

  it('have the colours of the ramp, transparent where there is no data, in the tiles that hold values', async () => {
    const input = await raster(indexSpec, wave);
    const rescale = { min: -0.2, max: 0.9 };
    const shared = { minZoom: 11, maxZoom: 13 } as const;
    const picture = await tile(input, { ...shared, colormap: 'Viridis', rescale, format: 'png' });
    const values = await tile(input, { ...shared, precision: 16 });
    expect([...picture.tiles.keys()]).toEqual([...values.tiles.keys()]);
    expect(picture.metadata).toMatchObject({
      kind: 'picture',
      colormap: 'viridis',
      rescale: [-0.2, 0.9],
      format: 'png',
    });
    const palette = paletteOf(COLORMAPS.viridis);
    const { scale, offset } = values.metadata as { scale: number; offset: number };
    let off = 0;
    for (const [name, bytes] of picture.tiles) {
      const [rgba, { codes }] = [await rgbaOf(bytes), await codesOf(values.tiles.get(name)!, 16)];
      for (let i = 0; i < codes.length; i++) {
        const t = (offset + scale * codes[i]! + 0.2) / 1.1;
        const exact = Math.min(255, Math.max(1, 1 + t * 254));
        // The entry, or where the value lies between two (16-bit tiles are rounded) either.
        const near = [Math.round(exact), Math.round(exact - 0.01), Math.round(exact + 0.01)];
        const entries = codes[i] === 0 ? [0] : near;
        if (!entries.some((e) => [0, 1, 2, 3].every((k) => rgba[i * 4 + k] === palette[e * 4 + k]))) off++;
      }
    }
    expect(off).toBe(0);
  });

  it('are WebP, and small, where nothing is said; the range is then that of the data', async () => {
    const input = await raster(indexSpec, wave);
    const { tiles, metadata } = await tile(input, { colormap: 'vegetation' });
    expect(metadata).toMatchObject({ format: 'webp', kind: 'picture' });
    const [min, max] = metadata['rescale'] as [number, number];
    expect(min).toBeCloseTo(-0.09, 1);
    expect(max).toBeCloseTo(0.89, 1);
    for (const bytes of tiles.values()) {
      expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe('WEBP');
      expect(bytes.length).toBeLessThan(20_000);
    }
  });

  it('keep the colours of three byte bands, and their transparency', async () => {
    const sample = (c: number, r: number, b: number) => (c + r < 120 ? 0 : [c % 200, r % 200, 0][b]! + 40);
    const input = await raster({ dtype: 'uint8', bands: 3, nodata: 0 }, sample);
    const { tiles, metadata } = await tile(input, { resampling: 'nearest', format: 'png', minZoom: 12, maxZoom: 13 });
    expect(metadata).toMatchObject({ kind: 'picture' });
    let [wrong, seen] = [0, 0];
    for (const [name, bytes] of tiles) {
      if (!name.startsWith('13/')) continue;
      const [rgba, at] = [await rgbaOf(bytes), positions(name, 256, UTM)];
      for (let i = 0; i < 65536; i++) {
        const [col, row] = [at[i * 2]!, at[i * 2 + 1]!];
        const nearEdge = Math.max(Math.abs((col % 1) - 0.5), Math.abs((row % 1) - 0.5)) > 0.48;
        if (nearEdge || col < 0 || row < 0 || col > UTM.width || row > UTM.height) continue;
        seen++;
        const want = [0, 1, 2].map((b) => sample(Math.floor(col), Math.floor(row), b));
        if (rgba[i * 4 + 3] !== (want[2] === 0 ? 0 : 255)) wrong++;
        else if (want[2] !== 0 && !want.every((v, b) => rgba[i * 4 + b] === v)) wrong++;
      }
    }
    expect(seen).toBeGreaterThan(40_000);
    expect(wrong).toBe(0);
  });
});

describe('any CRS', () => {
  for (const [epsg, transform] of [
    [28992, [10, 0, 140000, 0, -10, 456000]],
    [4326, [0.0001, 0, 5, 0, -0.0001, 52.1]],
    [3857, [15, 0, 560000, 0, -15, 6820000]],
    [32731, [10, 0, 500000, 0, -10, 6000000]],
  ] as const)
    it(`EPSG:${epsg} lies where it should`, async () => {
      const spec = { ...UTM, epsg, transform };
      const input = await raster(spec, (c, r) => plane(c + 0.5, r + 0.5));
      const { tiles, metadata } = await tile(input, { precision: 16 });
      const { scale, offset, maxzoom } = metadata as { scale: number; offset: number; maxzoom: number };
      let [worst, seen] = [0, 0];
      for (const [name, bytes] of tiles) {
        if (parseTile(name).z !== maxzoom) continue;
        const [{ codes }, at] = [await codesOf(bytes, 16), positions(name, 256, spec)];
        for (let i = 0; i < codes.length; i++) {
          const [col, row] = [at[i * 2]!, at[i * 2 + 1]!];
          if (Math.min(col, row, UTM.width - col, UTM.height - row) < 2) continue;
          seen++;
          worst = Math.max(worst, Math.abs(offset + scale * codes[i]! - plane(col, row)));
        }
      }
      expect(seen).toBeGreaterThan(70_000);
      expect(worst).toBeLessThan(0.0013 * 0.03);
    });

  it('the whole globe becomes one tile at zoom 0', async () => {
    const spec = { ...UTM, epsg: 4326, width: 720, height: 360, transform: [0.5, 0, -180, 0, -0.5, 90] } as const;
    const input = await raster(spec, (c, r) => 50 + 0.05 * c - 0.1 * r);
    const { tiles, metadata } = await tile(input, { precision: 16 });
    expect(metadata).toMatchObject({ minzoom: 0 });
    const { codes } = await codesOf(tiles.get('0/0/0')!, 16);
    expect(codes.every((code) => code > 0)).toBe(true);
    const { scale, offset } = metadata as { scale: number; offset: number };
    // The equator in the middle: row 180.
    expect(offset + scale * codes[128 * 256 + 64]!).toBeCloseTo(50 + 0.05 * 180 - 0.1 * 180, 0);
  });
});

describe('threads', () => {
  it('give the same archive as none', async () => {
    const input = await raster({ width: 400, height: 400 }, (c, r) => Math.sin(c / 9) + Math.cos(r / 7));
    const pool = createPool({ threads: 2 });
    try {
      const [alone, together] = [await tile(input, { maxZoom: 15 }), await tile(input, { maxZoom: 15 }, pool)];
      expect([...together.tiles.keys()]).toEqual([...alone.tiles.keys()]);
      for (const [name, bytes] of alone.tiles) expect(Buffer.compare(together.tiles.get(name)!, bytes), name).toBe(0);
      expect(together.metadata).toEqual({ ...alone.metadata });
    } finally {
      await pool.close();
    }
  });
});

describe('failures', () => {
  const output = join(folder, 'kept.pmtiles');

  async function refusal(
    input: string,
    options: Partial<TileRasterOptions> = {},
    signal?: AbortSignal,
  ): Promise<string> {
    writeFileSync(output, 'what was there');
    const before = readdirSync(folder).length;
    const error: unknown = await tileRaster({ input, output, ...options }, inlineRunner, signal ? { signal } : {}).then(
      () => null,
      (e: unknown) => e,
    );
    expect(readdirSync(folder).length, 'files left behind').toBe(before);
    expect(existsSync(output)).toBe(true);
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }

  it('name the file and the reason, and leave what was there', async () => {
    expect(await refusal(join(folder, 'none.tif'))).toMatch(/^not-found: .*none\.tif/);
    const bare = await raster({ epsg: null }, () => 1);
    expect(await refusal(bare)).toMatch(/^crs-missing: .*raster-\d+\.tif has no coordinate reference system/);
    const empty = await raster({}, () => Number.NaN);
    expect(await refusal(empty)).toMatch(/^outside: .*raster-\d+\.tif holds no valid pixel/);
    const good = await raster({}, plane);
    expect(await refusal(good, { maxZoom: 99 })).toMatch(/^parameter-invalid: --maxzoom is 99/);
    expect(await refusal(good, { minZoom: 12, maxZoom: 9 })).toMatch(/^parameter-invalid: --minzoom 12/);
    const wide = await raster({ width: 1200, height: 1200 }, plane);
    expect(await refusal(wide, { maxZoom: 24 })).toMatch(/^too-large: .*would be some [\d,]+ tiles/);
    expect(await refusal(good, { colormap: 'jet' })).toMatch(/^parameter-invalid: .*"jet"/);
  });

  it('an abort in the middle leaves nothing', async () => {
    const good = await raster({ width: 600, height: 600 }, plane);
    const controller = new AbortController();
    const runner = {
      ...inlineRunner,
      run: (async (name: never, input: never, options: never) => {
        if (name === ('tile-subtree' as never)) controller.abort(new Error('stopped'));
        return inlineRunner.run(name, input, options);
      }) as typeof inlineRunner.run,
    };
    writeFileSync(output, 'what was there');
    const before = readdirSync(folder).length;
    await expect(tileRaster({ input: good, output }, runner, { signal: controller.signal })).rejects.toThrow();
    expect(readdirSync(folder).length).toBe(before);
  });
});
