import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertDesk, AlertEvent } from '../../pipelines/alerts/alert-desk.ts';
import { createAlertDesk } from '../../pipelines/alerts/alert-desk.ts';
import {
  demandAlert,
  historyOf,
  judgeAlert,
  listAlerts,
  scoreRules,
} from '../../pipelines/alerts/alerts-repository.ts';
import { deliveriesOf } from '../../pipelines/alerts/deliveries.ts';
import { parseRule } from '../../pipelines/alerts/rule-schema.ts';
import { putRule, removeRule } from '../../pipelines/alerts/rules-repository.ts';
import { signatureOf } from '../../pipelines/alerts/send.ts';
import { tryRule } from '../../pipelines/alerts/try-rule.ts';
import { putZoneSet } from '../../pipelines/catalog/zones-repository.ts';
import { openZoneSeries, putZoneValues } from '../../pipelines/catalog/zone-values-repository.ts';
import type { Passport } from '../../pipelines/core/passport/passport.ts';
import type { Database } from '../../pipelines/database/database.ts';
import { openDatabase } from '../../pipelines/database/open.ts';
import { putProduct } from '../../pipelines/queue/products-repository.ts';
import type { PostgresServer } from '../support/databases.ts';
import { noPostgres, startPostgres } from '../support/databases.ts';
import { addStations, hour, put } from './support/stations.ts';

const DATASTREAMS = { kind: 'datastreams', property: 'pm10' } as const;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let postgres: PostgresServer | null = null;
if (noPostgres) console.warn(`Alerts on a server: skipped. ${noPostgres}`);
const folder = mkdtempSync(join(tmpdir(), 'landmeter-alerts-'));
afterAll(() => {
  postgres?.stop();
  rmSync(folder, { recursive: true });
});

describe.each([
  { kind: 'embedded', url: () => null, skip: false },
  { kind: 'postgres', url: () => (postgres ??= startPostgres()).createDatabase(), skip: noPostgres !== null },
] as const)('the alert desk, $kind', ({ kind, url, skip }) => {
  describe.skipIf(skip)('', () => {
    let database: Database;
    let desk: AlertDesk;
    let receiver: Server;
    let post: SMTPServer;
    const events: AlertEvent[] = [];
    const hooks: { readonly headers: Record<string, string>; readonly body: string }[] = [];
    const letters: string[] = [];
    let answer = 200;

    beforeAll(async () => {
      database = await openDatabase({ workspace: join(folder, kind), url: url(), command: 'test' });
      await addStations(database);
      receiver = createServer((req, res) => {
        const chunks: Buffer[] = [];
        req
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            hooks.push({ headers: req.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
            res.writeHead(answer).end();
          });
      });
      await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
      post = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onData(stream, _session, callback) {
          const chunks: Buffer[] = [];
          stream
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('end', () => {
              letters.push(Buffer.concat(chunks).toString());
              callback();
            });
        },
      });
      await new Promise<void>((done) => post.listen(0, '127.0.0.1', () => done()));
      desk = openDesk();
    });

    afterAll(async () => {
      await desk.close();
      receiver.close();
      await new Promise<void>((done) => post.close(() => done()));
      await database.close();
    });

    function openDesk(): AlertDesk {
      const faults: string[] = [];
      return createAlertDesk({
        database,
        webhookHosts: [`127.0.0.1:${(receiver.address() as AddressInfo).port}`],
        smtpUrl: `smtp://127.0.0.1:${(post.server.address() as AddressInfo).port}?ignoreTLS=true`,
        from: 'landmeter@example.org',
        base: () => 'http://127.0.0.1:8080/',
        onEvent: (event) => events.push(event),
        onFault: (error, what) => faults.push(`${what}: ${String(error)}`),
      });
    }

    const hookUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?key=hidden`;
    const alertsOf = (rule: string) => listAlerts(database, { rule, limit: 1000 });

    it('opens an alert once, with the values that led to it, and ends it', async () => {
      const condition = { operator: 'above', level: 50, clearLevel: 40, minMinutes: 120 } as const;
      await putRule(database, parseRule('dust', { title: 'Dust', source: DATASTREAMS, condition }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'dust'");
      await put(
        database,
        'west/pm10',
        [10, 55, 60, 70, 45, 60].map((value, k) => [hour(k), value] as const),
      );
      await desk.look();
      await desk.look();
      const [alert, ...others] = await alertsOf('dust');
      expect(others).toEqual([]);
      expect(alert).toMatchObject({
        title: 'Dust: Station west, pm10',
        state: 'new',
        value: 70,
        peak: 70,
        ended: null,
      });
      expect(alert!.since.toISOString()).toBe(hour(1));
      expect(alert!.opened.toISOString()).toBe(hour(3));
      expect(alert!.position).toEqual([5.1, 52.1]);
      expect(alert!.evidence.condition).toBe('above 50 µg/m³ for 120 minutes');
      expect(alert!.evidence.values.map(([, value]) => value)).toEqual([10, 55, 60, 70]);
      await put(database, 'west/pm10', [[hour(6), 39]]);
      await desk.look();
      expect((await demandAlert(database, alert!.id)).ended!.toISOString()).toBe(hour(6));
      expect((await historyOf(database, alert!.id)).map(({ what }) => what)).toEqual(['opened', 'ended']);
      expect(events.map(({ event }) => event)).toEqual(['opened', 'closed']);
    });

    it('does not count what a quality test has failed, unless the rule says so', async () => {
      const condition = { operator: 'above', level: 500 } as const;
      await putRule(database, parseRule('strict', { title: 'Strict', source: DATASTREAMS, condition }));
      await putRule(database, parseRule('all', { title: 'All', source: DATASTREAMS, condition, countsFlagged: true }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z'");
      await put(database, 'far/pm10', [[hour(0), 900]]);
      await database.query('UPDATE observations SET flags = 1 WHERE result = 900');
      await desk.look();
      expect([(await alertsOf('strict')).length, (await alertsOf('all')).length]).toEqual([0, 1]);
      await removeRule(database, 'strict');
      await removeRule(database, 'all');
    });

    it('sees a silence by the clock', async () => {
      const source = { kind: 'datastreams', property: 'pm10', area: [5, 52, 5.2, 52.2] } as const;
      const condition = { operator: 'above', level: 180 } as const;
      await putRule(database, parseRule('silence', { title: 'Silent', source, measure: { kind: 'age' }, condition }));
      await put(database, 'east/pm10', [[hour(10), 5]]);
      await put(database, 'west/pm10', [[hour(12), 5]]);
      await desk.look(Date.parse(hour(12.5)));
      expect(await alertsOf('silence')).toEqual([]);
      await desk.look(Date.parse(hour(14)));
      const [alert] = await alertsOf('silence');
      expect(alert).toMatchObject({ title: 'Silent: Station east, pm10', value: 240 });
      await put(database, 'east/pm10', [[hour(13.9), 5]]);
      await desk.look(Date.parse(hour(14.1)));
      expect((await alertsOf('silence')).filter(({ ended }) => ended === null)).toEqual([]);
      await removeRule(database, 'silence');
    });

    it('finds what is not usual at its hour of the week', async () => {
      const weekly = (n: number) => 10 + 5 * Math.sin((n * Math.PI) / 12) + ((n * 7919) % 13) / 26;
      const rows = Array.from({ length: 24 * 7 * 8 }, (_, k) => [hour(k - 24 * 7 * 8), weekly(k)] as const);
      await put(database, 'east/air_temperature', rows);
      const source = { kind: 'datastreams', property: 'air_temperature' } as const;
      const measure = { kind: 'anomaly', weeks: 8 } as const;
      const condition = { operator: 'outside', level: 10 } as const;
      await putRule(database, parseRule('odd', { title: 'Odd', source, measure, condition }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'odd'");
      await put(database, 'east/air_temperature', [[hour(1), weekly(1)], [hour(2), weekly(2) + 9], [hour(3), weekly(3)]]); // prettier-ignore
      await desk.look();
      const [alert, ...others] = await alertsOf('odd');
      expect(others).toEqual([]);
      expect(alert!.opened.toISOString()).toBe(hour(2));
      expect(alert!.evidence.usual!.median).toBeCloseTo(weekly(2), 0);
    });

    it('watches statistics of zones', async () => {
      const zone = (id: string, west: number) => ({
        id,
        properties: {},
        bbox: [west, 52, west + 0.01, 52.01] as const,
        geometry: { type: 'Polygon', coordinates: [[[west, 52], [west + 0.01, 52], [west, 52.01], [west, 52]]] }, // prettier-ignore
      });
      await putZoneSet(database, {
        id: 'plots', name: 'Plots', idField: 'id', epsg: 4326, bbox: [5, 52, 6, 53], source: 'test', digest: '0',
        zones: [zone('a', 5), zone('b', 5.5)],
      } as never); // prettier-ignore
      const series = await openZoneSeries(database, { setId: 'plots', name: 'ndvi' }, ['count', 'mean'], []);
      const days = [0, 1, 2].map((n) => hour(24 * n));
      await putZoneValues(database, series.number, {
        zoneIds: ['a', 'a', 'a', 'b', 'b', 'b'],
        times: [...days, ...days],
        numbers: ['{9,0.8}', '{9,0.2}', '{9,0.7}', '{9,0.8}', '{9,NULL}', '{9,0.8}'],
        objects: ['', '', '', '', '', ''].map(() => 'null'),
      });
      const source = { kind: 'zones', set: 'plots', series: 'ndvi', statistic: 'mean' } as const;
      const rule = parseRule('bare', { title: 'Bare', source, condition: { operator: 'below', level: 0.3 } });
      await putRule(database, rule);
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'bare'");
      await desk.look();
      const [alert, ...others] = await alertsOf('bare');
      expect(others).toEqual([]);
      expect(alert).toMatchObject({ subject: 'zone:a', value: 0.2, data: { kind: 'zones', id: 'plots' } });
      expect(alert!.ended!.toISOString()).toBe(days[2]);
      expect(await listAlerts(database, { rule: 'bare', limit: 9, hidden: [{ kind: 'zones', id: 'plots' }] })).toEqual(
        [],
      );
    });

    it('raises polygons that runs found, each once', async () => {
      const polygon = (west: number, area_m2: number) => ({
        type: 'Feature',
        properties: { area_m2, direction: 'loss' },
        geometry: { type: 'Polygon', coordinates: [[[west, 52], [west + 0.01, 52], [west + 0.01, 52.01], [west, 52]]] }, // prettier-ignore
      });
      const path = join(folder, `${kind}.geojson`);
      const features = [polygon(5, 20_000), polygon(5.1, 500), polygon(7, 90_000)];
      writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
      await putProduct(database, {
        id: 'found', runId: null, step: null, process: 'change', kind: 'features', title: 'Change', path,
        mediaType: 'application/geo+json', bytes: 1, sha256: '0', passport: {} as Passport,
      }); // prettier-ignore
      const source = { kind: 'changes', area: [4, 51, 6, 53] } as const;
      const condition = { operator: 'above', level: 900 } as const;
      await putRule(database, parseRule('lost', { title: 'Lost', source, measure: { kind: 'area' }, condition }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'lost'");
      await desk.look();
      await desk.look();
      const found = await alertsOf('lost');
      expect(found.map(({ title }) => title)).toEqual(['Lost: 2.00 ha, Change']);
      expect(found[0]!.evidence.properties).toMatchObject({ direction: 'loss' });
    });

    it('is surer where independent sources agree', async () => {
      const condition = { operator: 'above', level: 200 } as const;
      await putRule(
        database,
        parseRule('peak', { title: 'Peak', source: DATASTREAMS, condition, support: { metres: 5000, hours: 6 } }),
      );
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'peak'");
      await put(database, 'west/pm10', [[hour(20), 300]]);
      await put(database, 'east/pm10', [[hour(21), 300]]);
      await put(database, 'far/pm10', [[hour(21), 300]]);
      await desk.look();
      const sure = Object.fromEntries((await alertsOf('peak')).map(({ title, confidence }) => [title, confidence]));
      expect(sure).toEqual({
        'Peak: Station west, pm10': 0.75,
        'Peak: Station east, pm10': 0.75,
        'Peak: Station far, pm10': 0.5,
      });
    });

    it('sends what is signed, tries again what did not arrive, and tells no secret', async () => {
      const condition = { operator: 'above', level: 900 } as const;
      const deliver = [
        { kind: 'webhook', url: hookUrl(), secret: SECRET },
        { kind: 'email', to: 'desk@example.org' },
      ];
      await putRule(database, parseRule('send', { title: 'Sent', source: DATASTREAMS, condition, deliver }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-05T00:00:00Z' WHERE id = 'send'");
      await put(database, 'far/pm10', [[hour(30), 950]]);
      await desk.look();
      answer = 503;
      await desk.deliver();
      const [alert] = await alertsOf('send');
      const failed = await deliveriesOf(database, alert!.id);
      expect(failed).toMatchObject([
        { to: hookUrl().replace(/\?.*/, ''), state: 'waiting', attempts: 1, lastError: 'The receiver answered 503' },
        { to: 'mailto:desk@example.org', state: 'sent', attempts: 1 },
      ]);
      answer = 200;
      await database.query("UPDATE alert_deliveries SET not_before = now() WHERE state = 'waiting'");
      await desk.deliver();
      expect((await deliveriesOf(database, alert!.id)).map(({ state }) => state)).toEqual(['sent', 'sent']);
      const [first, second] = hooks;
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = second!.headers;
      expect(signature).toBe(signatureOf(SECRET, id!, time!, second!.body));
      expect(JSON.parse(second!.body)).toMatchObject({ event: 'opened', alert: { id: alert!.id, peak: 950 } });
      expect(letters[0]).toMatch(/Subject: \[WARNING\] Sent: Station far, pm10/);
      expect(letters[0]!.replaceAll('=\r\n', '')).toContain(`http://127.0.0.1:8080/alerts/${alert!.id}`);
    });

    it('keeps to the budget and to quiet hours', async () => {
      const condition = { operator: 'above', level: 5 } as const;
      const quietHours = { from: '00:00', to: '23:59', timeZone: 'UTC' };
      const deliver = [{ kind: 'email', to: 'desk@example.org' }];
      const [row] = await database.query<{ id: number }>("SELECT id FROM sta_datastreams WHERE key = 'far/pm10'");
      const rest = {
        source: { ...DATASTREAMS, datastreams: [row!.id] },
        condition,
        quietHours,
        deliver,
        budgetPerWeek: 2,
      };
      await putRule(database, parseRule('often', { title: 'Often', ...rest }));
      await database.query("UPDATE alert_rules SET created_at = '2026-01-06T00:00:00Z' WHERE id = 'often'");
      await put(database, 'far/pm10', [40, 41, 42, 43, 44, 45, 46].map((n) => [hour(n), n % 2 ? 9 : 1] as const)); // prettier-ignore
      const noon = Date.UTC(2026, 0, 7, 12);
      await desk.look(noon);
      const found = await alertsOf('often');
      expect(found.map(({ isOverBudget }) => isOverBudget)).toEqual([true, true, false, false]);
      const waiting = await database.query(
        "SELECT not_before FROM alert_deliveries AS d JOIN alerts AS a ON a.id = d.alert WHERE a.rule = 'often'",
      );
      expect(waiting.map((row) => (row['not_before'] as Date).toISOString())).toEqual(
        Array.from({ length: 4 }, () => '2026-01-07T23:59:00.000Z'),
      );
    });

    it('learns a precision from what people say', async () => {
      const [first, second] = await alertsOf('peak');
      await judgeAlert(database, first!.id, { state: 'confirmed', who: 't1', reason: null });
      await expect(judgeAlert(database, second!.id, { state: 'rejected', who: 't1', reason: ' ' })).rejects.toThrow(
        /without a reason/,
      );
      await judgeAlert(database, second!.id, { state: 'rejected', who: 't1', reason: 'Fireworks' });
      await judgeAlert(database, second!.id, { state: 'closed', who: 't1', reason: null });
      await expect(
        judgeAlert(database, second!.id, { state: 'acknowledged', who: null, reason: null }),
      ).rejects.toThrow(/is closed and cannot become acknowledged/);
      const score = (await scoreRules(database, Date.UTC(2026, 0, 7))).get('peak')!;
      expect(score).toMatchObject({ confirmed: 1, rejected: 1, value: 0.5, opened: 3, thisWeek: 3 });
      expect((await historyOf(database, second!.id)).map(({ what, reason }) => [what, reason])).toEqual([
        ['opened', null],
        ['rejected', 'Fireworks'],
        ['closed', null],
      ]);
    });

    it('tries a rule on what has been, and raises then what it raised live', async () => {
      const condition = { operator: 'above', level: 50, clearLevel: 40, minMinutes: 120 } as const;
      const rule = parseRule('dust', { title: 'Dust', source: DATASTREAMS, condition });
      const trial = await tryRule(database, rule, { from: Date.parse(hour(0)), to: Date.parse(hour(6)) });
      expect(trial).toMatchObject({ subjects: 3, alerts: [{ opened: hour(3), ended: hour(6), peak: 70 }] });
    });

    it('goes on where a desk that ended had been', async () => {
      await put(database, 'west/pm10', [[hour(50), 1], [hour(60), 900]]); // prettier-ignore
      await desk.close();
      desk = openDesk();
      desk.start();
      await expect.poll(async () => (await alertsOf('peak')).length, { timeout: 10_000 }).toBe(4);
      await put(database, 'west/pm10', [[hour(61), 1]]);
      desk.nudge();
      await expect
        .poll(
          async () =>
            (await alertsOf('peak')).filter(({ opened }) => opened.toISOString() === hour(60))[0]!.ended?.toISOString(),
          { timeout: 10_000 },
        )
        .toBe(hour(61));
    });
  });
});
