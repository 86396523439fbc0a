/** Settings of what a server tells of itself, in the words of OpenTelemetry. */
import { PlatformError } from '../../pipelines/core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TraceSettings {
  /** Where traces go, in full. `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT` and `/v1/traces`. */
  readonly endpoint: string;
  /** Sent along, such as a key. `OTEL_EXPORTER_OTLP_HEADERS`: `name=value,name=value`, values percent-encoded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of this server among others. `OTEL_SERVICE_NAME`; default: `landmeter`. */
  readonly service: string;
  /** `OTEL_RESOURCE_ATTRIBUTES`, in the form of the headers. */
  readonly resource: Readonly<Record<string, string>>;
  /** Share of the traces that begin here, 0 to 1. `OTEL_TRACES_SAMPLER_ARG`; default: all. */
  readonly share: number;
}

export interface TelemetrySettings {
  /** Null: nothing is traced. */
  readonly traces: TraceSettings | null;
  /** A line on stderr for each request. `LANDMETER_ACCESS_LOG=on`; default: off. */
  readonly isAccessLogged: boolean;
}

export const SILENT: TelemetrySettings = { traces: null, isAccessLogged: false };

/** @throws {PlatformError} `usage` naming the setting, what came and what is accepted */
export function readTelemetry(env: Environment): TelemetrySettings {
  const accessLog = env['LANDMETER_ACCESS_LOG'] || 'off';
  if (accessLog !== 'on' && accessLog !== 'off')
    throw new PlatformError('usage', `LANDMETER_ACCESS_LOG is "${accessLog}"; on and off are accepted`);
  return { traces: readTraces(env), isAccessLogged: accessLog === 'on' };
}

function readTraces(env: Environment): TraceSettings | null {
  const isOff = env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none';
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || (base && `${base.replace(/\/$/, '')}/v1/traces`);
  if (!endpoint || isOff) return null;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))
    throw new PlatformError('usage', `OTEL_EXPORTER_OTLP_ENDPOINT is "${endpoint}"; an http(s) address is accepted`);
  const protocol = env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/json';
  if (!protocol.startsWith('http/'))
    throw new PlatformError('usage', `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}"; traces are sent as http/json`);
  const share = Number(env['OTEL_TRACES_SAMPLER_ARG'] || '1');
  if (!(share >= 0 && share <= 1))
    throw new PlatformError('usage', `OTEL_TRACES_SAMPLER_ARG is ${share}; a share from 0 to 1 is accepted`);
  return {
    endpoint,
    headers: pairsIn(env['OTEL_EXPORTER_OTLP_HEADERS']),
    service: env['OTEL_SERVICE_NAME'] || 'landmeter',
    resource: pairsIn(env['OTEL_RESOURCE_ATTRIBUTES']),
    share,
  };
}

function pairsIn(text = ''): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}
