// Writes span-by-sdk.json: one span as OpenTelemetry's own SDK sends it.
// npm i @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/otlp-transformer@0.301.0, then node span-by-sdk.mjs > span-by-sdk.json
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';

const span = {
  name: 'GET /stac',
  kind: 1, // SERVER in the API's numbers
  spanContext: () => ({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174', traceFlags: 1 }),
  parentSpanContext: { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b173', traceFlags: 1 },
  startTime: [1544712660, 250_000],
  endTime: [1544712661, 500_000],
  status: { code: 2 },
  attributes: { 'http.route': '/stac', 'http.response.status_code': 200, share: 0.5, ok: true },
  links: [],
  events: [],
  duration: [1, 250_000],
  ended: true,
  resource: { attributes: { 'service.name': 'a' }, asyncAttributesPending: false },
  instrumentationScope: { name: 'landmeter' },
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
};
process.stdout.write(new TextDecoder().decode(JsonTraceSerializer.serializeRequest([span])));
