import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodePieces, encodePieces } from '../../../pipelines/core/geometry/zonal/coverage-code.ts';
import { computeCoverage, COVERAGE_VERSION, piecesOfTile } from '../../../pipelines/core/geometry/zonal/coverage.ts';
import { createRandom } from '../../support/random.ts';
import { rectangle, star, toSet } from '../../support/zones.ts';
import type { Zone } from '../../support/zones.ts';

const random = createRandom(11);
/** Small ones, one over all tiles, one with a hole, two that share a tile's corner, one that crosses itself. */
const ZONES: Zone[] = [
  ...Array.from({ length: 40 }, () => [[star(random, 300 * random(), 200 * random(), 12 * random(), 7)]]),
  [[star(random, 150, 100, 140, 300, 0.3)]],
  [[rectangle(20, 20, 120, 120), rectangle(40.25, 40.5, 80.125, 90)]],
  [[rectangle(99.5, 49.5, 100.5, 50.5)]],
  [
    [
      [
        [10, 150],
        [60, 190],
        [60, 150],
        [10, 190],
      ],
    ],
  ],
];
const coverage = computeCoverage(toSet(ZONES), { width: 300, height: 200, tileWidth: 100, tileHeight: 50 });

describe('the code of pieces', () => {
  it('gives back the cells and shares of every tile', () => {
    expect(coverage.tiles).toHaveLength(12);
    for (let t = 0; t < coverage.tiles.length; t++) {
      const pieces = piecesOfTile(coverage, t);
      expect(decodePieces(encodePieces(pieces))).toEqual(pieces);
    }
  });

  it('keeps cells and zones beyond 2^28, runs of millions and shares of every bit', () => {
    const pieces = {
      pieceZone: Uint32Array.of(3, 4_000_000_000),
      isWhole: Uint8Array.of(0, 1),
      pieceRange: Uint32Array.of(0, 1, 0, 0, 1, 2, 0, 2),
      runStart: Uint32Array.of(4_294_000_000, 5),
      runLength: Uint32Array.of(900_000, 3_000_000_000),
      cutCell: Uint32Array.of(0, 4_294_967_295),
      cutShare: Uint32Array.of(1, 4_294_967_295),
    };
    expect(decodePieces(encodePieces(pieces))).toEqual(pieces);
  });

  it('takes less than half of the arrays', () => {
    const arrays = 4 * (2 * coverage.runStart.length + 2 * coverage.cutCell.length + 5 * coverage.pieceZone.length);
    const coded = Array.from(coverage.tiles, (_, t) => encodePieces(piecesOfTile(coverage, t)).length);
    expect(coded.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(0.55 * arrays);
  });

  // Coverage on disk is found by its version: who changes what is computed must count it up.
  it('is of the version that its cells say', () => {
    const hash = createHash('sha256');
    for (let t = 0; t < coverage.tiles.length; t++) hash.update(encodePieces(piecesOfTile(coverage, t)));
    const digest = hash.digest('hex').slice(0, 16);
    expect({ version: COVERAGE_VERSION, digest }).toEqual({ version: 1, digest: 'd5485464b5262b20' });
  });
});
