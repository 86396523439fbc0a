import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeCoverage, piecesOfTile } from '../../../pipelines/core/geometry/zonal/coverage.ts';
import { coveragePath, trimCache } from '../../../pipelines/io/zones/coverage-cache.ts';
import { readCoverageIndex, readCoverageTiles, writeCoverageFile } from '../../../pipelines/io/zones/coverage-file.ts';
import { createRandom } from '../../support/random.ts';
import { star, toSet } from '../../support/zones.ts';

const root = mkdtempSync(join(tmpdir(), 'landmeter-coverage-'));
afterAll(() => rmSync(root, { recursive: true }));

const random = createRandom(4);
const zones = Array.from({ length: 60 }, () => [[star(random, 400 * random(), 300 * random(), 20, 8)]]);
const coverage = computeCoverage(toSet(zones), { width: 400, height: 300, tileWidth: 128, tileHeight: 128 });
const path = join(root, 'a.coverage');
let whole: Buffer;

beforeAll(async () => {
  await writeCoverageFile(path, 'digest', coverage);
  whole = readFileSync(path);
});

const all = Array.from(coverage.tiles, (_, t) => t);
const isKnown = () => readCoverageIndex(path, 'digest') !== null && readCoverageTiles(path, 'digest', all) !== null;

describe('a file of coverage', () => {
  it('gives back what was written, tile by tile', () => {
    const {
      pieceZone: _z,
      pieceRange: _r,
      runStart: _s,
      runLength: _l,
      cutCell: _c,
      cutShare: _h,
      ...index
    } = coverage;
    expect(readCoverageIndex(path, 'digest')).toEqual(index);
    const [last, first] = readCoverageTiles(path, 'digest', [all.length - 1, 0])!;
    expect(first).toEqual({ tile: coverage.tiles[0], ...piecesOfTile(coverage, 0) });
    expect(last).toEqual({ tile: coverage.tiles.at(-1), ...piecesOfTile(coverage, all.length - 1) });
  });

  it('is the same file each time', async () => {
    await writeCoverageFile(join(root, 'again'), 'digest', coverage);
    expect(readFileSync(join(root, 'again')).equals(whole)).toBe(true);
  });

  it('is unknown where it is another one, absent, or a tile that it does not have', () => {
    expect(readCoverageIndex(path, 'other')).toBeNull();
    expect(readCoverageTiles(path, 'other', [0])).toBeNull();
    expect(readCoverageIndex(join(root, 'none'), 'digest')).toBeNull();
    expect(readCoverageTiles(path, 'digest', [all.length])).toBeNull();
  });

  it('is unknown where any byte is damaged', () => {
    for (let at = 0; at < whole.length; at += 211) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      writeFileSync(path, damaged);
      expect(isKnown(), `byte ${at}`).toBe(false);
    }
    writeFileSync(path, whole);
    expect(isKnown()).toBe(true);
  });

  it('is unknown where it is torn', () => {
    for (const length of [0, 7, 15, 16, 300, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(readCoverageIndex(path, 'digest'), `${length} bytes`).toBeNull();
    }
    writeFileSync(path, whole);
  });
});

describe('the cache', () => {
  it('lets the longest unused go, and never what was just written', async () => {
    const folder = mkdtempSync(join(root, 'cache-'));
    for (const [age, name] of ['d', 'c', 'b', 'a'].entries()) {
      writeFileSync(coveragePath(folder, name), Buffer.alloc(1000));
      utimesSync(coveragePath(folder, name), 1000 - age, 1000 - age);
    }
    writeFileSync(join(folder, 'notes.txt'), 'of somebody else');
    await trimCache(folder, coveragePath(folder, 'a'), 2500);
    expect(readdirSync(folder).sort()).toEqual(['a.coverage', 'd.coverage', 'notes.txt']);
    await trimCache(folder, coveragePath(folder, 'a'), 10);
    expect(readdirSync(folder).sort()).toEqual(['a.coverage', 'notes.txt']);
  });
});
