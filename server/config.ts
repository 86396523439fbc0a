/** Flags and environment → Config, once. Every setting is documented here and nowhere else read. */
import { availableParallelism, hostname, totalmem, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { PlatformError } from '../pipelines/core/errors.ts';
import { readSending } from './services/sending.ts';
import type { Sending } from './services/sending.ts';
import { readContact } from './openapi/contact.ts';
import type { Contact } from './openapi/contact.ts';
import { readTelemetry } from './telemetry/settings.ts';
import type { TelemetrySettings } from './telemetry/settings.ts';
import { readLimits, readOidcSettings } from './policy/settings.ts';
import type { Limits, OidcSettings } from './policy/settings.ts';

export interface Config {
  /** Folder with all that Landmeter keeps. `LANDMETER_WORKSPACE`, `--workspace`. */
  readonly workspace: string;
  /**
   * Folder for what can be computed again, such as the coverage of zones. `LANDMETER_CACHE`; default: `cache` in a
   * workspace that was named, else null: nothing is kept.
   */
  readonly cache: string | null;
  /** Address to serve on. `LANDMETER_HOST`, `--host`. */
  readonly host: string;
  /** `LANDMETER_PORT`, `--port`. */
  readonly port: number;
  /** Threads for compute. `LANDMETER_THREADS`, `--threads`. */
  readonly threads: number;
  /** Memory ceiling in bytes. `LANDMETER_MEMORY` (bytes, or with K, M, G), `--memory`. */
  readonly memoryBytes: number;
  /** Server with the catalogue, `postgres://…`; null: embedded in the workspace. `LANDMETER_DATABASE_URL`, `--database`. */
  readonly database: string | null;
  /**
   * Servers whose rasters are drawn on demand, between commas: `data.example.org`, `*.example.org`, `*` for all that are
   * not inside the network. `LANDMETER_REMOTE_HOSTS`; default: none, only local files are.
   */
  readonly remoteHosts: readonly string[];
  /** Identity provider; null: none. `LANDMETER_OIDC_ISSUER`, `LANDMETER_OIDC_AUDIENCE`, `LANDMETER_OIDC_CLAIM`. */
  readonly oidc: OidcSettings | null;
  /** Fair use. `LANDMETER_REQUESTS_PER_MINUTE`, `LANDMETER_REQUESTS_PER_DAY`; default: no limit. */
  readonly limits: Limits;
  /** Where alerts go. `LANDMETER_WEBHOOK_HOSTS`, `LANDMETER_SMTP_URL`, `LANDMETER_MAIL_FROM`. */
  readonly sending: Sending;
  /**
   * Broker whose readings are taken, `mqtt://user:password@host:1883`, and the file that says which (default: `mqtt.yaml` in
   * the workspace). `LANDMETER_MQTT_URL`, `--mqtt`; `LANDMETER_MQTT_SUBSCRIPTIONS`.
   */
  readonly mqtt: { readonly url: string; readonly subscriptions: string | null } | null;
  /** Traces and the log of requests. `OTEL_EXPORTER_OTLP_ENDPOINT` and others, `LANDMETER_ACCESS_LOG`; default: neither. */
  readonly telemetry: TelemetrySettings;
  /** Whom to ask. `LANDMETER_CONTACT_NAME`, `LANDMETER_CONTACT_EMAIL`, `LANDMETER_CONTACT_URL`; null: nobody is named. */
  readonly contact: Contact | null;
  /** Who asks, for passports; empty: nobody is named. `LANDMETER_ASKED_BY`; default: the name of the account. */
  readonly askedBy: string;
}

export interface Flags {
  readonly workspace?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly threads?: string | undefined;
  readonly memory?: string | undefined;
  readonly database?: string | undefined;
  readonly mqtt?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {PlatformError} `usage` naming the setting, what came and what is accepted. */
export function readConfig(flags: Flags, env: Environment): Config {
  const pick = (flag: string | undefined, name: string) => flag ?? (env[name] || undefined);
  const workspace = pick(flags.workspace, 'LANDMETER_WORKSPACE');
  const cache = env['LANDMETER_CACHE'] || (workspace && join(workspace, 'cache'));
  return {
    workspace: resolve(workspace ?? 'workspace'),
    cache: cache ? resolve(cache) : null,
    host: pick(flags.host, 'LANDMETER_HOST') ?? '127.0.0.1',
    port: parseWhole('port', pick(flags.port, 'LANDMETER_PORT') ?? '8080', 0, 65535),
    threads: parseWhole('threads', pick(flags.threads, 'LANDMETER_THREADS') ?? String(availableParallelism()), 1, 256),
    memoryBytes: parseMemory(pick(flags.memory, 'LANDMETER_MEMORY')),
    database: parseDatabase(pick(flags.database, 'LANDMETER_DATABASE_URL')),
    remoteHosts: (env['LANDMETER_REMOTE_HOSTS'] ?? '').split(',').flatMap((host) => host.trim().toLowerCase() || []),
    oidc: readOidcSettings(env),
    limits: readLimits(env),
    telemetry: readTelemetry(env),
    contact: readContact(env),
    sending: readSending(env, hostname()),
    mqtt: parseMqtt(pick(flags.mqtt, 'LANDMETER_MQTT_URL'), env['LANDMETER_MQTT_SUBSCRIPTIONS'] || null),
    askedBy: env['LANDMETER_ASKED_BY'] ?? accountName(),
  };
}

/** Accounts without a name exist: a container may run under a number that no list knows. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

function parseWhole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new PlatformError('usage', `Setting ${name} is "${text}"; a whole number from ${min} to ${max} is accepted`, {
      detail: { parameter: name, value: text },
    });
  return value;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
const LEAST_MEMORY = 256 * 2 ** 20;

function parseMemory(text: string | undefined): number {
  if (text === undefined) return Math.floor(totalmem() / 2);
  const match = /^(\d+(?:\.\d+)?)\s*([KMG]?)i?B?$/i.exec(text.trim());
  const bytes = match ? Math.floor(Number(match[1]) * UNITS[match[2]!.toUpperCase()]!) : Number.NaN;
  if (!(bytes >= LEAST_MEMORY))
    throw new PlatformError(
      'usage',
      `Setting memory is "${text}"; a size of at least 256M is accepted, such as 700M or 4G`,
      { detail: { parameter: 'memory', value: text } },
    );
  return bytes;
}

/** The address holds a password, and is not repeated. */
function parseDatabase(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^postgres(ql)?:\/\//.test(text)) return text;
  throw new PlatformError(
    'usage',
    'Setting database is no address of a PostgreSQL server; postgres://user:password@host/name is accepted',
    { detail: { parameter: 'database' } },
  );
}

/** As the database's, it may hold a password. */
function parseMqtt(url: string | undefined, subscriptions: string | null): Config['mqtt'] {
  if (url === undefined) return null;
  if (URL.canParse(url) && /^(mqtts?|wss?):$/.test(new URL(url).protocol)) return { url, subscriptions };
  throw new PlatformError(
    'usage',
    'Setting mqtt is no address of a broker; mqtt://user:password@host:1883, mqtts://, ws:// and wss:// are accepted',
    { detail: { parameter: 'mqtt' } },
  );
}
