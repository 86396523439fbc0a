import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assessRegister } from '../../pipelines/assets/assess-register.ts';
import { detailsOfAsset } from '../../pipelines/assets/asset-details.ts';
import {
  countAssets,
  findAsset,
  historyOfAsset,
  listAssets,
  removeAsset,
} from '../../pipelines/assets/assets-repository.ts';
import { putEvidence } from '../../pipelines/assets/evidence-repository.ts';
import { rankAssets } from '../../pipelines/assets/ranking.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { importInspections } from '../../pipelines/runs/import-inspections.ts';
import { importAssets } from '../../pipelines/runs/ingest-assets.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import { assetsSource } from '../../pipelines/vector-tiles/assets-source.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';

let postgres: PostgresServer | null = null;
if (noPostgres) console.warn(`The register on a server: skipped. ${noPostgres}`);
const folder = mkdtempSync(join(tmpdir(), 'landmeter-assets-'));
afterAll(() => {
  postgres?.stop();
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

type Feature = readonly [id: unknown, properties: object, geometry: object | null];
const geojson = (name: string, features: readonly Feature[], epsg?: number) =>
  file(
    name,
    JSON.stringify({
      type: 'FeatureCollection',
      ...(epsg && { crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } } }),
      features: features.map(([id, properties, geometry]) => ({ type: 'Feature', ...(id === null ? {} : { id }), properties, geometry })), // prettier-ignore
    }),
  );
const point = (x: number, y: number) => ({ type: 'Point', coordinates: [x, y] });

describe.each([
  { kind: 'embedded', url: () => null, skip: false },
  { kind: 'postgres', url: () => (postgres ??= startPostgres()).createDatabase(), skip: noPostgres !== null },
] as const)('the register, $kind', ({ kind, url, skip }) => {
  describe.skipIf(skip)('', () => {
    let database: Database;
    beforeAll(async () => {
      database = await openDatabase({ workspace: join(folder, kind), url: url(), command: 'test' });
    }, 60_000);
    afterAll(() => database.close());

    it('says what to do while it is empty', async () => {
      await expect(assessRegister(database, '2026-01-01')).rejects.toThrow(/landmeter assets import/);
      await expect(rankAssets(database, {})).rejects.toThrow(/landmeter assets assess/);
    });

    it('takes assets in by their id, in RD New, and gives back what does not fit with the reason', async () => {
      const path = geojson(
        'one.geojson',
        [
          ['B1', { name: 'Brug 1', type: 'Brug', bouwjaar: '1970-05-01', veiligheid: 5, beschikbaarheid: 2, material: 'concrete', photos: 'https://example.org/1.jpg' }, point(155000, 463000)], // prettier-ignore
          [null, { id: 'B2', type: 'bridge', built: 2015, importance: 4, cost: 12_500 }, { type: 'LineString', coordinates: [[155000, 463000], [155100, 463000, 7]] }], // prettier-ignore
          ['X1', { type: 'bridge' }, point(NaN, 2)],
          ['X2', { type: 'bridge' }, point(9e9, 9e9)],
          ['X3', { type: 'spaceship' }, point(155000, 463000)],
          ['X4', {}, point(155000, 463000)],
          ['X5', { type: 'bridge', built: 'long ago' }, point(155000, 463000)],
          ['X6', { type: 'bridge' }, null],
          ['X7', { type: 'bridge' }, point(5.4, 52.1)],
          ['B1', { type: 'bridge' }, point(155000, 463000)],
          [null, { type: 'bridge' }, point(155000, 463000)],
        ],
        28992,
      );
      const { refused, ...counts } = await importAssets(database, { path });
      expect(counts).toEqual({ added: 2, updated: 0, known: 0 });
      const reasons = Object.fromEntries(refused.map(({ id, reason }) => [id, reason]));
      expect(Object.keys(reasons).sort()).toEqual(['B1', 'X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7', 'feature 11']);
      expect(reasons['X3']).toContain('"spaceship" is not known');
      expect(reasons['X4']).toContain('--type');
      expect(reasons['X5']).toContain('"long ago"');
      expect(reasons['X7']).toContain('outside of the Netherlands');
      expect(reasons['B1']).toContain('same id');
      const found = (await findAsset(database, 'B1'))!;
      // The origin of RD New, as gdaltransform (3.6.2) has it in ETRS89
      expect(found.geometry).toEqual({ type: 'Point', coordinates: [expect.closeTo(5.387203504508, 6), expect.closeTo(52.155172293544, 6)] }); // prettier-ignore
      expect(found).toMatchObject({ type: 'bridge', name: 'Brug 1', built: 1970, attributes: { material: 'concrete' }, importance: { safety: 5, availability: 2, cost: 3 }, documents: [{ href: 'https://example.org/1.jpg', kind: 'photo' }] }); // prettier-ignore
      expect(await findAsset(database, 'B2')).toMatchObject({ name: 'B2', cost: 12_500, importance: { safety: 4, availability: 4, cost: 4 } }); // prettier-ignore
      expect(await importAssets(database, { path })).toMatchObject({ added: 0, updated: 0, known: 2 });
    });

    it('updates by id, and keeps what was said before', async () => {
      const path = geojson('two.geojson', [['B1', { name: 'Brug 1, new', type: 'bridge' }, point(5.4, 52.2)]]);
      expect(await importAssets(database, { path })).toEqual({ added: 0, updated: 1, known: 0, refused: [] });
      expect(await findAsset(database, 'B1')).toMatchObject({ name: 'Brug 1, new', version: 2, built: null });
      const [before, ...older] = await historyOfAsset(database, 'B1');
      expect(before).toMatchObject({ version: 1, record: { name: 'Brug 1', built: 1970 } });
      expect(older).toEqual([]);
    });

    it('reads a table by a mapping', async () => {
      const path = file(
        'three.csv',
        'NR;X;Y;JAAR;SOORT\nC1;155000;463000;1990;DUI\nC2;155010;463000;1991;KAD\nC3;155010;;1991;KAD\n',
      );
      const mapping = file('three.yaml', 'crs: EPSG:28992\nfields:\n  id: NR\n  built: JAAR\n  type: {property: SOORT, values: {DUI: culvert, KAD: quay}}\n  owner: {constant: Province}\n'); // prettier-ignore
      const { refused, ...counts } = await importAssets(database, { path, mapping });
      expect(counts.added).toBe(2);
      expect(refused).toEqual([{ id: 'row 4', reason: 'Y is empty' }]);
      expect(await findAsset(database, 'C2')).toMatchObject({ type: 'quay', owner: 'Province', built: 1991 });
      const wrong = file('wrong.yaml', 'fields:\n  colour: KLEUR\n');
      await expect(importAssets(database, { path, mapping: wrong })).rejects.toThrow(/wrong.yaml, line/);
      for await (const result of ingest(database, { inputs: [path], as: 'assets', mapping }))
        expect(result).toMatchObject({ kind: 'assets', status: 'known', rows: { known: 2, refused: 1 } });
    });

    it('takes inspections in, once, and names rows that do not fit', async () => {
      const head = 'asset,date,part,seriousness,extent,intensity,weight,inspector,care,score\n';
      const path = file('inspections.csv', `${head}B1,2020-05-01,deck,serious,2,2,60,Jan,,
B1,2024-05-01,deck,critical,4,3,60,Jan,3,
B1,2024-05-01,rail,,,,40,Jan,3,
B2,2023-01-01,,,,,,,,2
ZZ,2023-01-01,deck,minor,1,1,,,,
B2,2023-02-30,deck,minor,1,1,,,,
B2,2024-01-01,deck,minor,7,1,,,,
`); // prettier-ignore
      const { refused, ...counts } = await importInspections(database, path);
      expect(counts).toEqual({ added: 3, updated: 0, known: 0 });
      expect(refused.map(({ id }) => id)).toEqual(['B2, row 7', 'B2, row 8', 'ZZ']);
      expect(refused[1]!.reason).toContain('extent "7"');
      expect(await importInspections(database, path)).toMatchObject({ added: 0, updated: 0, known: 3 });
      const { inspections } = await detailsOfAsset(database, 'B1');
      // (60 · 1.7 + 40 · 1) / 100 = 1.42: 5
      expect(inspections[0]).toMatchObject({ date: '2024-05-01', score: 5, care: 3, worstPart: 'deck', worstDefect: 'critical, extent 4, intensity 3' }); // prettier-ignore
      expect(inspections.map(({ score }) => score)).toEqual([5, 1]);
    });

    it('is assessed with every contribution, and ranked by it', async () => {
      const evidence = { asset: 'B2', text: 'The ground sinks by 6 mm a year', effect: 0.8, confidence: 0.9, href: '/motion/1', time: '2025-06-01T00:00:00Z' }; // prettier-ignore
      expect(await putEvidence(database, 'motion', 'egms', [evidence, { ...evidence, asset: 'ZZ' }])).toBe(1);
      const assessment = await assessRegister(database, '2026-01-01');
      expect(assessment).toMatchObject({ assets: 4, inspected: 2 });
      const { condition } = await detailsOfAsset(database, 'B2');
      expect(condition!.contributions.map(({ part, source }) => [part, source])).toEqual([['inspection', 'inspection'], ['age', 'register'], ['evidence', 'motion']]); // prettier-ignore
      expect(condition!.reasons[0]).toContain('Inspected on 2023-01-01: 2');
      const ranking = await rankAssets(database, {});
      expect(ranking.assets[0]!.asset).toBe('B1');
      const risks = ranking.assets.map(({ risk }) => risk);
      expect(risks).toEqual([...risks].sort((a, b) => b - a));
      for (const { risk, probability, consequence } of ranking.assets)
        expect(risk).toBeCloseTo(probability * consequence, 12);
      const chosen = await rankAssets(database, { budget: 20_500 });
      expect(chosen.assets.map(({ asset }) => asset).sort()).toEqual(expect.arrayContaining(['B2']));
      expect(chosen.budget!.cost).toBeLessThanOrEqual(20_500);
      expect(chosen.budget!.isExact).toBe(true);
      // On an earlier day the later inspection is not known yet
      await assessRegister(database, '2021-01-01');
      expect((await findAsset(database, 'B1'))!.condition!.expected).toBeLessThan(2);
      await assessRegister(database, '2026-01-01');
    });

    it('lists by place, type, words and condition, page by page', async () => {
      const ids = async (filter: Parameters<typeof listAssets>[1]) => (await listAssets(database, filter, { limit: 10 })).map(({ id }) => id); // prettier-ignore
      expect(await ids({})).toEqual(['B1', 'B2', 'C1', 'C2']);
      expect(await ids({ bbox: [5.39, 52.1, 5.5, 52.3] })).toEqual(['B1']);
      expect(await ids({ types: ['culvert', 'quay'] })).toEqual(['C1', 'C2']);
      expect(await ids({ words: 'NEW' })).toEqual(['B1']);
      const poor = await ids({ leastScore: 5 });
      expect(poor).toContain('B1');
      expect(poor).not.toContain('B2');
      expect(await countAssets(database, { words: 'provin' })).toBe(2);
      expect((await listAssets(database, {}, { limit: 2, after: 'B2' })).map(({ id }) => id)).toEqual(['C1', 'C2']);
    });

    it('is a layer of tiles whose version changes with it', async () => {
      const version = async () => (await database.query("SELECT version FROM data_versions WHERE kind = 'assets'"))[0]!['version']; // prettier-ignore
      const before = await version();
      const layer = (await assetsSource.find(database, 'assets'))!;
      expect(layer).toMatchObject({ count: 4, epsg: 4326 });
      const box = [5.386, 52.15, 5.3892, 52.156] as const;
      expect(await assetsSource.count(database, layer, box)).toBe(3);
      const rows = await assetsSource.rows(database, layer, { box, most: 1 });
      expect(JSON.parse(rows[0]!.properties)).toMatchObject({ type: expect.any(String), score: expect.any(Number) });
      expect(await removeAsset(database, 'C2')).toBe(true);
      expect(await removeAsset(database, 'C2')).toBe(false);
      expect((await historyOfAsset(database, 'C2'))[0]).toMatchObject({ version: 1, record: { type: 'quay' } });
      expect(await version()).toBeGreaterThan(before as number);
      const path = geojson('again.geojson', [['C2', { type: 'quay' }, point(5.4, 52.2)]]);
      await importAssets(database, { path });
      expect((await findAsset(database, 'C2'))!.version).toBe(2);
    });
  });
});
