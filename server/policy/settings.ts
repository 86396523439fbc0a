/** Settings of who may come in, and how often. Apart, so that no command loads what only a server needs. */
import { PlatformError } from '../../pipelines/core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface OidcSettings {
  /** Address of the provider, as its tokens name it. `LANDMETER_OIDC_ISSUER`. */
  readonly issuer: string;
  /** Whom its tokens must be for. `LANDMETER_OIDC_AUDIENCE`; default: `landmeter`. */
  readonly audience: string;
  /** Claim with a role or a list of them; dots lead into objects. `LANDMETER_OIDC_CLAIM`; default: `roles`. */
  readonly claim: string;
  /** Claim with the purposes of the caller. `LANDMETER_OIDC_PURPOSE_CLAIM`; default: `purposes`. */
  readonly purposeClaim?: string;
}

export interface Limits {
  /** Requests a minute of one caller. `LANDMETER_REQUESTS_PER_MINUTE`; 0: no limit. */
  readonly perMinute: number;
  /** Requests a day of one caller. `LANDMETER_REQUESTS_PER_DAY`; 0: no limit. */
  readonly perDay: number;
}

export function readOidcSettings(env: Environment): OidcSettings | null {
  const issuer = env['LANDMETER_OIDC_ISSUER'];
  if (!issuer) return null;
  if (!URL.canParse(issuer) || !/^https?:/.test(issuer))
    throw new PlatformError(
      'usage',
      `LANDMETER_OIDC_ISSUER is "${issuer}"; the address of an identity provider is accepted`,
    );
  return {
    issuer,
    audience: env['LANDMETER_OIDC_AUDIENCE'] || 'landmeter',
    claim: env['LANDMETER_OIDC_CLAIM'] || 'roles',
    purposeClaim: env['LANDMETER_OIDC_PURPOSE_CLAIM'] || 'purposes',
  };
}

/** @throws {PlatformError} `usage` */
export function readLimits(env: Environment): Limits {
  return {
    perMinute: wholeOf(env, 'LANDMETER_REQUESTS_PER_MINUTE'),
    perDay: wholeOf(env, 'LANDMETER_REQUESTS_PER_DAY'),
  };
}

function wholeOf(env: Environment, name: string): number {
  const text = env[name] || '0';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new PlatformError('usage', `${name} is "${text}"; a number of requests is accepted, 0 for no limit`);
}
