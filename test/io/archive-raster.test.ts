import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { MERCATOR_HALF, tileSpan } from '../../pipelines/core/grid/tile-matrix-set.ts';
import { encodeImage } from '../../pipelines/io/encode/registry.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { putArchive, temporaryFolder } from '../support/archive.ts';

const root = temporaryFolder('archive-raster');
const SIZE = 256;

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Codes 1 to 255 that tell tiles and pixels apart; 0 along the diagonal. */
function codeAt(x: number, y: number, col: number, row: number): number {
  return col === row ? 0 : 1 + ((x * 31 + y * 57 + col * 3 + row) % 255);
}

function valueTile(x: number, y: number): Uint8Array {
  return Uint8Array.from({ length: SIZE * SIZE }, (_, i) => codeAt(x, y, i % SIZE, Math.floor(i / SIZE)));
}

async function greyTiles(): Promise<string> {
  const tiles = [];
  for (const [z, x, y] of [
    [3, 4, 2],
    [4, 8, 4],
    [4, 9, 4],
    [4, 9, 5],
  ] as const) {
    const image = { kind: 'grey', width: SIZE, height: SIZE, pixels: valueTile(x, y) } as const;
    tiles.push({ z, x, y, bytes: await encodeImage('png', image) });
  }
  const metadata = { tileSize: SIZE, precision: 8, scale: 0.01, offset: -1, unit: 'm' };
  return putArchive(root, 'grey', tiles, { metadata });
}

describe('an archive of tiles as a raster', () => {
  it('has its zooms as levels, its values with their scale, and its place', async () => {
    const raster = await openRaster(await greyTiles());
    const { levels, bands, epsg, transform, driver } = raster.info;
    expect([driver, epsg, levels.length]).toEqual(['PMTiles', 3857, 2]);
    expect(levels[0]!.width).toBe(2 * levels[1]!.width);
    expect(bands).toMatchObject([{ name: 'value', dtype: 'uint8', scale: 0.01, offset: -1, unit: 'm' }]);
    expect(transform![0]).toBeCloseTo(tileSpan(4) / SIZE, 9);
    await raster.close();
  });

  it('gives the codes of every tile that a window meets; what has no tile and what is 0 is masked', async () => {
    const raster = await openRaster(await greyTiles());
    const { transform } = raster.info;
    const atTile = (x: number, y: number) => ({
      col: Math.round((x * tileSpan(4) - MERCATOR_HALF - transform![2]) / transform![0]),
      row: Math.round((MERCATOR_HALF - y * tileSpan(4) - transform![5]) / transform![4]),
    });
    const { col, row } = atTile(9, 5); // the corner at which four tiles meet
    const [block] = await raster.read({ col: col - 2, row: row - 3, width: 4, height: 6 });
    for (let r = 0; r < 6; r++)
      for (let c = 0; c < 4; c++) {
        const [x, y] = [c < 2 ? 8 : 9, r < 3 ? 4 : 5];
        const [inCol, inRow] = [(c + 254) % SIZE, (r + 253) % SIZE];
        const code = x === 8 && y === 5 ? 0 : codeAt(x, y, inCol, inRow);
        expect([r, c, block!.mask![r * 4 + c]]).toEqual([r, c, code === 0 ? 0 : 1]);
        if (code !== 0) expect(block!.data[r * 4 + c]).toBe(code);
      }
    await raster.close();
  });

  it('reads a level of its own zoom', async () => {
    const raster = await openRaster(await greyTiles());
    const { levels, transform } = raster.info;
    expect(levels[1]!.blockWidth).toBe(SIZE);
    // Tile 4/2 of zoom 3 is the whole of that level
    expect(transform![2]).toBeCloseTo(4 * tileSpan(3) - MERCATOR_HALF, 3);
    expect(transform![5]).toBeCloseTo(MERCATOR_HALF - 2 * tileSpan(3), 3);
    const [block] = await raster.read({ col: 10, row: 20, width: 3, height: 1 }, { level: 1 });
    expect([...block!.data]).toEqual([10, 11, 12].map((col) => codeAt(4, 2, col, 20)));
    await raster.close();
  });

  it('reads pictures as red, green and blue with what is transparent masked', async () => {
    const pixels = new Uint8Array(SIZE * SIZE * 4).fill(200);
    pixels.set([10, 20, 30, 255, 40, 50, 60, 0]);
    const image = { kind: 'rgba', width: SIZE, height: SIZE, pixels } as const;
    const path = await putArchive(root, 'picture', [{ z: 0, x: 0, y: 0, bytes: await encodeImage('png', image) }]);
    const raster = await openRaster(path);
    const blocks = await raster.read({ col: 0, row: 0, width: 2, height: 1 });
    expect(blocks.map(({ data }) => data[0])).toEqual([10, 20, 30]);
    expect([...blocks[0]!.mask!]).toEqual([1, 0]);
    await raster.close();
  });

  it('refuses vector tiles', async () => {
    const tile = { z: 0, x: 0, y: 0, bytes: Uint8Array.of(0) };
    const path = await putArchive(root, 'vector', [tile], { type: 'mvt' });
    await expect(openRaster(path)).rejects.toMatchObject({ code: 'format-unsupported' });
  });
});
