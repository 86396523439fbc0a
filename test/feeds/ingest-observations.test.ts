import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { exportObservations } from '../../pipelines/runs/export-observations.ts';
import { ingest } from '../../pipelines/runs/ingest.ts';
import type { IngestRequest, IngestResult } from '../../pipelines/runs/ingest.ts';
import { doorOf } from '../../pipelines/sensors/door-of.ts';
import { temporaryFolder } from '../support/archive.ts';
import { PAYLOADS } from './payloads.ts';

let folder: ReturnType<typeof temporaryFolder>;
let database: Database;

beforeAll(async () => {
  folder = temporaryFolder('observations');
  database = await openDatabase({ workspace: join(folder, 'workspace'), url: null, command: 'test' });
});
afterAll(async () => database.close());

async function ingested(request: IngestRequest): Promise<IngestResult> {
  for await (const result of ingest(database, request)) return result;
  throw new Error('nothing');
}

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('observations from files', () => {
  it('makes stations, places and datastreams once, and each observation once', async () => {
    const input = put('readings.csv', PAYLOADS['sensor-community']);
    const refused = join(folder, 'refused.csv');
    const first = await ingested({ inputs: [input], as: 'observations', refused });
    expect(first).toMatchObject({
      status: 'added',
      rows: { added: 3, known: 0, refused: 2 },
      notes: ['taken for sensor.community, archive', 'it made 1 stations and 2 datastreams'],
    });
    expect(readFileSync(refused, 'utf8')).toBe(
      'row,reason\n4,"sensor ""101"" at ""yesterday"" is no reading"\n5,"it has 2 cells and the header 12"\n',
    );
    const again = await ingested({ inputs: [input], as: 'observations' });
    expect(again).toMatchObject({ status: 'known', rows: { added: 0, known: 3, refused: 2 } });
    const [place] = await database.query(
      `SELECT thing.name, location.min_lon, location.min_lat FROM sta_things AS thing
       JOIN sta_things_locations AS link ON link.thing = thing.id JOIN sta_locations AS location ON location.id = link.location
       WHERE thing.key = 'sensor-community/101'`,
    );
    expect(place).toEqual({ name: 'sensor.community 101', min_lon: 5.1, min_lat: 52.1 });
  });

  it('brings values into the unit of the property', async () => {
    await ingested({ inputs: [put('levels.json', PAYLOADS.rijkswaterstaat)], as: 'observations' });
    const rows = await database.query(
      `SELECT result, ucum FROM observations JOIN sta_datastreams AS stream ON stream.id = datastream
       WHERE stream.key = 'rws/TEST/water_level'`,
    );
    expect(rows).toEqual([{ result: 1.32, ucum: 'm' }]);
  });

  it('gives a station its place when the list of stations comes later', async () => {
    await ingested({ inputs: [put('hour.xml', PAYLOADS['rivm-lml'])], as: 'observations' });
    await ingested({ inputs: [put('stations.csv', PAYLOADS['rivm-lml-stations'])], as: 'observations' });
    const rows = await database.query(
      `SELECT location.min_lat FROM sta_things AS thing JOIN sta_things_locations AS link ON link.thing = thing.id
       JOIN sta_locations AS location ON location.id = link.location WHERE thing.key = 'rivm-lml/549'`,
    );
    expect(rows).toEqual([{ min_lat: 52.1 }]);
  });

  it('refuses what no datastream is there for, where the mapping makes none', async () => {
    const mapping = put(
      'map.yaml',
      'time: { column: t }\nstation: { key: S }\nvalues: [{ column: v, property: pm10 }]\n',
    );
    const result = await ingested({
      inputs: [put('t.csv', 't,v\n2024-01-01T00:00:00Z,1\n')],
      as: 'observations',
      mapping,
    });
    expect(result).toMatchObject({ status: 'refused', rows: { added: 0, known: 0, refused: 1 } });
    expect(result.refusals![0]).toMatchObject({ row: 2, reason: expect.stringContaining('t/S/pm10') as string });
  });

  it('tells whoever watches the door', async () => {
    const heard: number[] = [];
    const stop = doorOf(database).subscribe((added) => heard.push(...added.map(({ result }) => result as number)));
    await ingested({ inputs: [put('air.json', PAYLOADS.luchtmeetnet)], as: 'observations' });
    stop();
    expect(heard.toSorted((a, b) => a - b)).toEqual([12.5, 30]);
  });

  it('go out again as a table, with the terms of their provider', async () => {
    const path = join(folder, 'out.csv');
    const rows = await exportObservations(database, path, {
      properties: ['pm2p5'],
      datastreams: ['sensor-community/101/pm2p5'],
      to: '2025-03-01T00:01:00Z',
    });
    expect(rows).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe(
      'station,lon,lat,datastream,property,unit,time,end,value,flags,licence,attribution\n' +
        'sensor-community/101,5.1,52.1,sensor-community/101/pm2p5,pm2p5,ug/m3,2025-03-01T00:00:12.000Z,,4.25,0,' +
        'https://opendatacommons.org/licenses/dbcl/1-0/,sensor.community contributors\n',
    );
    const parquet = join(folder, 'out.parquet');
    const all = await exportObservations(database, parquet, {});
    const [count] = await database.query('SELECT count(*)::integer AS count FROM observations');
    expect(all).toBe(count!['count']);
    await expect(exportObservations(database, path, { properties: ['none'] })).rejects.toThrow(/No datastream/);
    await expect(exportObservations(database, path, {}, { most: 2 })).rejects.toThrow(/More than 2/);
  });
});
