import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RawFeature } from '../../pipelines/core/vector/feature.ts';
import { isFeatureFile } from '../../pipelines/io/features/detect.ts';
import { readFeatures } from '../../pipelines/io/features/read-features.ts';
import type { ReadFeaturesOptions } from '../../pipelines/io/features/read-features.ts';
import { readZones } from '../../pipelines/io/zones/read-zones.ts';

interface Reference {
  /** Base64. */
  readonly file: string;
  readonly epsg: number;
  readonly features: readonly (Record<string, unknown> & { readonly geometry: Geometry | null })[];
}

interface Geometry {
  readonly type: string;
  readonly coordinates: unknown;
}

/** What GDAL wrote and read back. */
const REFERENCE = JSON.parse(readFileSync(join(import.meta.dirname, 'reference/flatgeobuf.json'), 'utf8')) as Record<
  'indexed' | 'plain' | 'points',
  Reference
>;
const root = mkdtempSync(join(tmpdir(), 'landmeter-flatgeobuf-'));
afterAll(() => rmSync(root, { recursive: true }));

function put(name: string, bytes: Uint8Array): string {
  const path = join(root, `${name}.fgb`);
  writeFileSync(path, bytes);
  return path;
}

const bytesOf = (name: keyof typeof REFERENCE) => Buffer.from(REFERENCE[name].file, 'base64');

async function read(path: string, options: ReadFeaturesOptions = { asStored: true }) {
  const features: RawFeature[] = [];
  const report = await readFeatures(path, (feature) => void features.push(feature), options);
  return { features, report };
}

/** Without heights, which GDAL was told to leave out. */
function flat(geometry: unknown): unknown {
  return JSON.parse(JSON.stringify(geometry), (_key, value: unknown) =>
    Array.isArray(value) && typeof value[0] === 'number' ? value.slice(0, 2) : value,
  );
}

describe('a FlatGeobuf', () => {
  it.each(['indexed', 'plain'] as const)('has the features that GDAL finds in it (%s)', async (name) => {
    const { features, report } = await read(put(name, bytesOf(name)));
    const wanted = REFERENCE[name].features;
    expect(report).toEqual({ taken: wanted.length, epsg: REFERENCE[name].epsg, refused: 0, firstRefusal: null });
    expect(features.map(({ geometry }) => flat(geometry))).toEqual(wanted.map(({ geometry }) => geometry));
    const attributes = wanted.map(({ geometry: _geometry, dag, ...rest }) => ({
      ...rest,
      dag: `${String(dag).slice(0, 10)}T00:00:00`,
    }));
    expect(features.map(({ properties }) => properties)).toEqual(attributes);
  });

  it('becomes longitude and latitude where that is wanted, from the CRS that is said', async () => {
    const path = put('plain', bytesOf('plain'));
    const corner = async (options: ReadFeaturesOptions) => {
      const { features } = await read(path, options);
      return (features[0]!.geometry as { coordinates: [number, number][][] }).coordinates[0]![0]!;
    };
    const [own, said] = [await corner({}), await corner({ crs: 'EPSG:28992' })];
    expect(own).toEqual([expect.closeTo(0.31, 1), expect.closeTo(4.06, 1)]);
    expect(said).toEqual([expect.closeTo(6.03, 1), expect.closeTo(52.04, 1)]);
  });

  it('holds zones, and points are none', async () => {
    const zones = await readZones(put('indexed', bytesOf('indexed')), { idField: 'naam' });
    expect(new Set(zones.ids.values)).toEqual(new Set(['delen', 'gat', 'hoek', 'één']));
    expect(zones.epsg).toBe(28992);
    await expect(readZones(put('points', bytesOf('points')))).rejects.toThrow(
      /has no polygons to use as zones: the first is feature 1: it is a Point, and a zone is a polygon$/,
    );
    expect(await isFeatureFile(join(root, 'no-such.fgb'))).toBe(true);
  });

  it('is refused wherever it is torn', async () => {
    for (const name of ['indexed', 'plain'] as const) {
      const bytes = bytesOf(name);
      for (let length = 0; length < bytes.length; length += 13)
        await expect(
          read(put('torn', bytes.subarray(0, length))),
          `${length} of ${bytes.length} bytes`,
        ).rejects.toThrow(length < 12 ? /is no FlatGeobuf/ : /copy it again$/);
    }
  });

  it('is refused where it is something else, or says that its header has no end', async () => {
    await expect(read(put('text', Buffer.from('{"type":"FeatureCollection"}')))).rejects.toMatchObject({
      code: 'format-unknown',
    });
    const lying = bytesOf('plain');
    lying.writeUInt32LE(0xffffffff, 8);
    await expect(read(put('lying', lying))).rejects.toThrow(/its header has 4294967295 bytes/);
  });
});
