import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { PMTiles } from 'pmtiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import { encodeHeader } from '../../pipelines/io/pmtiles/header.ts';
import type { ArchiveHeader } from '../../pipelines/io/pmtiles/header.ts';
import { openArchive } from '../../pipelines/io/pmtiles/reader.ts';
import { summariseArchive } from '../../pipelines/io/pmtiles/summary.ts';
import { tileOfId } from '../../pipelines/io/pmtiles/tile-id.ts';
import { ArchiveWriter } from '../../pipelines/io/pmtiles/writer.ts';
import { temporaryFolder } from '../support/archive.ts';
import { fileSource } from '../support/pmtiles-verify.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = temporaryFolder('pmtiles-reader');
afterAll(() => rmSync(folder, { recursive: true }));

const good = join(folder, 'good.pmtiles');
beforeAll(async () => {
  const writer = await ArchiveWriter.create(good, { tileType: 'png', tileCompression: 'none' });
  for (let x = 0; x < 200; x++)
    for (let y = 0; y < 60; y++) await writer.put({ z: 8, x, y }, Buffer.from(`tile ${x} ${y} ${x * y * 7919}`));
  await writer.finish({ minZoom: 8, maxZoom: 8, bounds: [3, 50, 7, 54], metadata: { name: 'good' } });
});

/** One varint after the other. */
function varints(...values: number[]): Uint8Array {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  }
  return Uint8Array.from(bytes);
}

interface Parts {
  readonly root?: Uint8Array;
  readonly leaves?: Uint8Array;
  readonly metadata?: Uint8Array;
  readonly header?: Partial<ArchiveHeader>;
}

/** An archive put together by hand, of 100 bytes of tile data. */
function build({
  root = varints(1, 0, 1, 10, 1),
  leaves = new Uint8Array(0),
  metadata = Buffer.from('{}'),
  header = {},
}: Parts): string {
  const path = join(folder, 'built.pmtiles');
  const rootAt = 127;
  const metadataAt = rootAt + root.length;
  const leavesAt = metadataAt + metadata.length;
  const dataAt = leavesAt + leaves.length;
  const stated: ArchiveHeader = {
    root: { offset: rootAt, length: root.length },
    metadata: { offset: metadataAt, length: metadata.length },
    leaves: { offset: leavesAt, length: leaves.length },
    tileData: { offset: dataAt, length: 100 },
    tiles: 1,
    entries: 1,
    contents: 1,
    clustered: true,
    internalCompression: 'none',
    tileCompression: 'none',
    tileType: 'png',
    minZoom: 0,
    maxZoom: 5,
    bounds: [0, 0, 1, 1],
    center: [0, 0, 0],
    ...header,
  };
  writeFileSync(path, Buffer.concat([encodeHeader(stated), root, metadata, leaves, Buffer.alloc(100, 1)]));
  return path;
}

const section = (offset: number, length: number) => ({ offset, length });

describe('openArchive', () => {
  it('reads what was built by hand', async () => {
    const archive = await openArchive(build({}));
    expect(await archive.getTile(0, 0, 0)).toEqual(new Uint8Array(10).fill(1));
    expect(await archive.getTile(1, 0, 0)).toBeNull();
    expect(await archive.locate(0, 0, 0)).toEqual({ offset: 127 + 5 + 2, length: 10 });
    await archive.close();
  });

  it.each(['none', 'gzip'] as const)('reads directories that are compressed with %s', async (internalCompression) => {
    const pack = internalCompression === 'gzip' ? gzipSync : (bytes: Uint8Array) => bytes;
    const path = build({
      root: pack(varints(1, 0, 3, 10, 1)),
      metadata: pack(Buffer.from('{"unit":"°C"}')),
      header: { internalCompression },
    });
    const archive = await openArchive(path);
    expect(archive.metadata).toEqual({ unit: '°C' });
    expect(await archive.getTile(1, 0, 1)).toHaveLength(10); // id 2, the run's last tile
    expect(await archive.getTile(1, 1, 1)).toBeNull();
    await archive.close();
  });

  it.each<[what: string, parts: Parts, says: string]>([
    ['a root beyond the file', { header: { root: section(127, 9999) } }, 'root directory'],
    ['tile data beyond the file', { header: { tileData: section(134, 101) } }, 'tiles'],
    ['an absurd offset', { header: { leaves: section(2 ** 60, 5) } }, 'leaf directories'],
    ['a root inside the header', { header: { root: section(20, 30) } }, 'root directory'],
    ['sections that overlap', { header: { metadata: section(128, 6) } }, 'metadata'],
    ['no root', { header: { root: section(127, 0) } }, 'no root directory'],
    ['zooms the wrong way round', { header: { minZoom: 7, maxZoom: 3 } }, 'zooms 7 to 3'],
    ['a directory that is cut short', { root: varints(2, 0, 1, 1, 1, 10, 10, 1) }, 'ends inside an entry'],
    ['more entries than bytes', { root: varints(4_000_000_000, 0, 1, 10, 1) }, 'claims 4000000000 entries'],
    ['a tile listed twice', { root: varints(2, 4, 0, 1, 1, 10, 10, 1, 1) }, 'listed twice'],
    ['runs that overlap', { root: varints(2, 4, 2, 3, 1, 10, 10, 1, 1) }, 'run at tile id 4'],
    ['an empty tile', { root: varints(1, 0, 1, 0, 1) }, 'is empty'],
    ['a tile outside of the tile data', { root: varints(1, 0, 1, 60, 42) }, 'ends at byte 101 of 100'],
    ['an entry that follows none', { root: varints(1, 0, 1, 10, 0) }, 'no offset'],
    ['an endless number', { root: new Uint8Array(12).fill(0xff) }, 'too long'],
    ['metadata that is no JSON', { metadata: Buffer.from('{oops') }, 'metadata'],
    ['metadata that is no object', { metadata: Buffer.from('[1]') }, 'no JSON object'],
    ['gzip that is none', { header: { internalCompression: 'gzip' } }, 'cannot be read'],
    ['a compression that nobody knows', { header: { internalCompression: 'unknown' } }, 'compression'],
  ])('refuses %s', async (_, parts, says) => {
    const path = build(parts);
    await expect(openArchive(path)).rejects.toSatisfy(
      (error) => isPlatformError(error) && error.code === 'format-damaged' && error.message.includes(says),
    );
  });

  it('refuses what is no archive, another version, a missing file and a folder', async () => {
    const path = join(folder, 'other');
    writeFileSync(path, 'GIF89a and more');
    await expect(openArchive(path)).rejects.toMatchObject({ code: 'format-unknown' });
    writeFileSync(path, 'PMTiles\u0002 and more');
    await expect(openArchive(path)).rejects.toMatchObject({ code: 'format-unsupported' });
    await expect(openArchive(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(openArchive(folder)).rejects.toMatchObject({ code: 'not-readable' });
  });

  it('refuses to unpack a directory of many gigabytes out of a small file', async () => {
    const bomb = gzipSync(Buffer.alloc(70 << 20));
    await expect(openArchive(build({ root: bomb, header: { internalCompression: 'gzip' } }))).rejects.toMatchObject({
      code: 'format-damaged',
    });
  });

  it('refuses leaves that lead in a circle or are not those of their place', async () => {
    // The leaf is a directory with one entry of run 0: itself.
    const circle = varints(1, 0, 0, 5, 1);
    const round = await openArchive(build({ root: circle, leaves: circle }));
    await expect(round.getTile(0, 0, 0)).rejects.toMatchObject({ code: 'format-damaged' });
    await round.close();
    const other = await openArchive(build({ root: varints(1, 2, 0, 5, 1), leaves: varints(1, 9, 1, 10, 1) }));
    await expect(other.getTile(1, 0, 1)).rejects.toThrow('not the one of its place');
    await other.close();
  });

  it('refuses an archive that was cut off, wherever', async () => {
    const whole = readFileSync(good);
    const path = join(folder, 'cut.pmtiles');
    for (const part of [0.999999, 0.9, 0.5, 0.1, 0.01, 130 / whole.length, 50 / whole.length]) {
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * part)));
      await expect(openArchive(path)).rejects.toMatchObject({ code: 'format-damaged' });
    }
  });

  it('answers damage with a sentence, never with another failure', async () => {
    const whole = readFileSync(good);
    const path = join(folder, 'bent.pmtiles');
    const damage = fc.array(fc.tuple(fc.nat(40_000), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bent = Buffer.from(whole);
        for (const [at, value] of changes) bent[at % bent.length] = value;
        writeFileSync(path, bent);
        try {
          const archive = await openArchive(path);
          try {
            for (let i = 0; i < 20; i++) await archive.getTile(8, (i * 31) % 200, (i * 7) % 60);
          } finally {
            await archive.close();
          }
        } catch (error) {
          expect(isPlatformError(error), String(error)).toBe(true);
        }
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  it('reads the same over HTTP by ranges', async () => {
    const bytes = readFileSync(good);
    const server = createServer((request, response) => {
      const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
      if (!range) return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      const [from, to] = [Number(range[1]), Math.min(bytes.length - 1, Number(range[2]))];
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` });
      response.end(bytes.subarray(from, to + 1));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const archive = await openArchive(`http://127.0.0.1:${(server.address() as AddressInfo).port}/good.pmtiles`);
    expect(Buffer.from((await archive.getTile(8, 12, 34))!).toString()).toBe(`tile 12 34 ${12 * 34 * 7919}`);
    await archive.close();
    server.closeAllConnections();
    server.close();
  });

  it('summarises an archive', async () => {
    expect(await summariseArchive(good)).toMatchObject({
      format: 'PMTiles',
      tileType: 'png',
      minZoom: 8,
      maxZoom: 8,
      tiles: 12_000,
      bounds: [3, 50, 7, 54],
      metadata: { name: 'good' },
    });
  });
});

const firenze = sharedData && join(sharedData, 'tiles/pmtiles/firenze-vector.pmtiles');

describe.skipIf(!firenze || !existsSync(firenze))('a published archive', () => {
  it('holds the same tiles as the pmtiles package finds', async () => {
    const theirs = new PMTiles(fileSource(firenze!));
    const own = await openArchive(firenze!);
    expect(own.metadata).toEqual(await theirs.getMetadata());
    let tiles = 0;
    for await (const { id, run } of own.entries()) {
      tiles += run;
      const { z, x, y } = tileOfId(id);
      const bytes = await own.getTile(z, x, y);
      const stored = await theirs.source.getBytes((await own.locate(z, x, y))!.offset, bytes!.length);
      expect(Buffer.compare(bytes!, Buffer.from(stored.data))).toBe(0);
      expect((await theirs.getZxy(z, x, y))?.data.byteLength).toBeGreaterThan(0);
    }
    expect(tiles).toBe((await theirs.getHeader()).numAddressedTiles);
    await own.close();
  });
});
