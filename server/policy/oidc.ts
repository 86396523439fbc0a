/** Tokens of an identity provider (OpenID Connect): signed by its keys, for us, with a role in a claim. */
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { TOKEN_ROLES } from '../../pipelines/policy/roles.ts';
import type { Role } from '../../pipelines/policy/roles.ts';
import type { Caller } from './access.ts';
import type { OidcSettings } from './settings.ts';

/** @returns null where the token is not good; who is known but has no role of ours reads what is open */
export type VerifyIdentity = (token: string) => Promise<Caller | null>;

/** No `none`, and no secret that both sides know. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const TIMEOUT_MS = 5_000;

const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

export function createIdentityVerifier({
  issuer,
  audience,
  claim,
  purposeClaim = 'purposes',
}: OidcSettings): VerifyIdentity {
  let keys: Promise<JWTVerifyGetKey> | null = null;
  const keysOfProvider = () => {
    keys ??= discoverKeys(issuer).catch((error: unknown) => {
      keys = null; // the next request may have more luck
      throw error;
    });
    return keys;
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, await keysOfProvider(), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: 10,
        requiredClaims: ['exp', 'sub'],
      });
      return {
        role: roleIn(payload, claim),
        id: pseudonymOf(payload),
        scopes: null,
        purposes: wordsIn(payload, purposeClaim),
      };
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
        throw providerFailed(issuer, error);
      return null;
    }
  };
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { jwks_uri: keys, issuer: named } = discovery.parse(await answer.json());
  if (named !== issuer) throw new Error(`it calls itself ${named}`);
  return createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_MS });
}

function providerFailed(issuer: string, cause: unknown): PlatformError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PlatformError('unavailable', `The identity provider ${issuer} cannot be asked: ${reason.slice(0, 200)}`, {
    cause,
  });
}

/** The highest of the roles in the claim, which may be named `landmeter-steward` as well as `steward`. */
function roleIn(payload: JWTPayload, claim: string): Role {
  const words = new Set(wordsIn(payload, claim));
  return TOKEN_ROLES.findLast((role) => words.has(role) || words.has(`landmeter-${role}`)) ?? 'public';
}

/** A word or a list of them; dots lead into objects. */
function wordsIn(payload: JWTPayload, claim: string): string[] {
  const found = claim
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
      payload,
    );
  return found === undefined ? [] : [found].flat().map(String);
}

/** The audit log tells callers apart without knowing who they are. */
function pseudonymOf({ iss, sub }: JWTPayload): string {
  return `oidc-${createHash('sha256').update(`${iss} ${sub}`).digest('hex').slice(0, 12)}`;
}
