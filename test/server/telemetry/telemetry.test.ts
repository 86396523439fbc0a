/** What a server tells of itself, told to a collector of our own. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineRunner } from '../../../pipelines/runner.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import { createLog } from '../../../server/http/log.ts';
import { describeApi } from '../../../server/openapi/document.ts';
import { createMetrics } from '../../../server/services/metrics.ts';
import { startServer } from '../../../server/serve.ts';
import type { RunningServer } from '../../../server/serve.ts';
import { observeRunner } from '../../../server/telemetry/observe-runner.ts';
import { toOtlp } from '../../../server/telemetry/otlp.ts';
import { createRouteFinder } from '../../../server/telemetry/route-of.ts';
import { readTelemetry } from '../../../server/telemetry/settings.ts';
import { createTracer, newId, parseTraceParent } from '../../../server/telemetry/span.ts';
import type { FinishedSpan } from '../../../server/telemetry/span.ts';
import { createTelemetry } from '../../../server/telemetry/telemetry.ts';
import { temporaryFolder } from '../../support/archive.ts';
import bySdk from './reference/span-by-sdk.json' with { type: 'json' };

interface Sent {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const workspace = temporaryFolder('telemetry');
const spans: Sent[] = [];
const posted: { path: string; key: string | undefined }[] = [];
const collector = createServer((req, res) => {
  let text = '';
  req.on('data', (chunk: Buffer) => (text += chunk.toString()));
  req.on('end', () => {
    posted.push({ path: req.url!, key: req.headers['x-key'] as string | undefined });
    for (const { scopeSpans } of (JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] })
      .resourceSpans)
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    res.end('{}');
  });
});
let server: RunningServer;

beforeAll(async () => {
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const { port } = collector.address() as AddressInfo;
  server = await startServer({
    workspace,
    host: '127.0.0.1',
    port: 0,
    web: workspace,
    log: createLog('silent'),
    runner: async () => inlineRunner,
    threads: 1,
    telemetry: readTelemetry({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
    }),
  });
});

afterAll(() => {
  collector.close();
  rmSync(workspace, { recursive: true });
});

describe('traces', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  it('tell of each request as part of the trace of its client, without what people typed', async () => {
    const ask = (path: string, flags: string) =>
      fetch(new URL(path, server.address), { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` } });
    await (await ask('/v1/stac/search?ids=typed-by-a-person', '01')).text();
    await (await ask('/tiles/nothing/1/0/0.png?secret=1', '01')).text();
    await (await ask('/healthz', '00')).text();
    await (await ask('/typed/by/a/person', '01')).text();
    await server.stop();
    expect(spans.map(({ name }) => name).toSorted()).toEqual([
      'GET /stac/search',
      'GET /tiles/{layer}/{z}/{x}/{y}.{format}',
      'GET other',
    ]);
    expect(new Set(spans.map((span) => `${span.traceId} ${span.parentSpanId}`))).toEqual(
      new Set([`${traceId} 00f067aa0ba902b7`]),
    );
    expect(JSON.stringify(spans)).not.toMatch(/typed|secret|127\.0\.0\.1/);
    expect(posted[0]).toEqual({ path: '/v1/traces', key: 'a b' });
  });

  it('are written as the SDK of OpenTelemetry writes them', () => {
    const span: FinishedSpan = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentId: 'eee19b7ec3c1b173',
      name: 'GET /stac',
      kind: 'server',
      startMs: 1544712660000.25,
      endMs: 1544712661000.5,
      attributes: { 'http.route': '/stac', 'http.response.status_code': 200, share: 0.5, ok: true },
      isError: true,
    };
    const [ours] = (toOtlp([span], { service: 'a', resource: {} }) as typeof bySdk).resourceSpans;
    const [theirs] = bySdk.resourceSpans;
    expect(theirs!.scopeSpans[0]!.spans[0]).toMatchObject(ours!.scopeSpans[0]!.spans[0]!);
    expect(ours!.resource.attributes).toEqual(expect.arrayContaining(theirs!.resource.attributes));
  });

  it('begin for a share of the requests, and not where the client is not sampled', () => {
    const numbers = [0.1, 0.9, 0.24];
    const tracer = createTracer(
      0.25,
      () => {},
      () => numbers.shift()!,
    );
    expect([1, 2, 3].map(() => tracer.enter(null, (span) => span !== null))).toEqual([true, false, true]);
    expect(parseTraceParent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00').isRefused).toBe(true);
    expect(parseTraceParent('00-00000000000000000000000000000000-00f067aa0ba902b7-01').parent).toBeNull();
  });
});

describe('the log of requests', () => {
  it('has a line for each, with its route and without who asked what', async () => {
    const lines: object[] = [];
    const telemetry = createTelemetry({
      settings: { traces: null, isAccessLogged: true },
      routes: () => Object.keys(describeApi().paths),
      log: createLog('silent'),
      accessLog: { info: (fields: object) => void lines.push(fields) } as never,
    });
    const plain = createServer(
      telemetry.observeRequests((_req, res) => void res.setHeader('X-Request-Id', 'a-1').end('hello')),
    );
    await new Promise<void>((done) => plain.listen(0, '127.0.0.1', done));
    const { port } = plain.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/zones/wijk/features?q=Jansen`)).text();
    await expect.poll(() => lines.length).toBe(1);
    expect(lines[0]).toMatchObject({ method: 'GET', route: '/zones/{set}/features', status: 200, requestId: 'a-1' });
    expect((lines[0] as { bytes: number }).bytes).toBeGreaterThan(50);
    expect(JSON.stringify(lines)).not.toMatch(/Jansen|wijk|127/);
    expect(await telemetry.metrics.text()).toMatch(/landmeter_sent_bytes_total [1-9]/);
    plain.close();
  });
});

describe('routes', () => {
  it('are found for every path of the document', () => {
    const paths = Object.keys(describeApi().paths);
    const routeOf = createRouteFinder(paths);
    const wrong = paths.filter((path) => {
      const found = routeOf(`${path.replace(/\{[^}]+\}/g, 'x1')}?a=b/c`);
      // Two routes may differ in a parameter alone.
      return found.replace(/\{[^}]+\}/g, '') !== path.replace(/\{[^}]+\}/g, '') && found === 'other';
    });
    expect(wrong).toEqual([]);
    expect(routeOf('/no/such/thing')).toBe('other');
    expect(routeOf('/stac/')).toBe('/stac');
  });
});

describe('a runner that is watched', () => {
  it('tells how many tasks wait and for how long', async () => {
    const ends: (() => void)[] = [];
    const slow: TaskRunner = {
      concurrency: 2,
      run: () => new Promise<never>((done) => ends.push(() => done(undefined as never))),
      close: async () => {},
    };
    const metrics = createMetrics();
    const finished: FinishedSpan[] = [];
    const tracer = createTracer(1, (span) => finished.push(span));
    const runner = observeRunner(slow, { name: 'pictures', metrics, tracer });
    const started = tracer.enter(null, () => [1, 2, 3].map(() => runner.run('render-tile', {} as never)));
    expect(await metrics.text()).toMatch(/landmeter_tasks\{threads="pictures",state="waiting"\} 1\n/);
    await new Promise((done) => setTimeout(done, 80));
    ends[0]!();
    await started[0];
    expect(await metrics.text()).toMatch(
      /state="waiting"\} 0\nlandmeter_tasks\{threads="pictures",state="working"\} 2\n/,
    );
    ends[1]!();
    ends[2]!();
    await Promise.all(started);
    expect(finished.map(({ name }) => name).toSorted()).toEqual([
      'queue',
      'task render-tile',
      'task render-tile',
      'task render-tile',
    ]);
    const queue = finished.find(({ name }) => name === 'queue')!;
    expect(queue.endMs - queue.startMs).toBeGreaterThan(50);
    expect(await metrics.text()).toMatch(/landmeter_task_wait_seconds_count\{threads="pictures"\} 3/);
    expect(newId(8)).toMatch(/^[0-9a-f]{16}$/);
  });
});
