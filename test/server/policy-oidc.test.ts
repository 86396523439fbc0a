/** Tokens of an identity provider: a small one of our own, over HTTP, with keys that it turns over. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentityVerifier } from '../../server/policy/oidc.ts';
import type { VerifyIdentity } from '../../server/policy/oidc.ts';

interface Provider {
  readonly issuer: string;
  readonly key: CryptoKey;
}

let http: Server;
let provider: Provider;
let verify: VerifyIdentity;
let stranger: CryptoKey;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  stranger = (await generateKeyPair('RS256')).privateKey;
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  http = createServer((req, res) => {
    res.setHeader('Content-Type', 'application/json');
    if (req.url === '/.well-known/openid-configuration')
      res.end(JSON.stringify({ issuer: provider.issuer, jwks_uri: `${provider.issuer}/keys` }));
    else if (req.url === '/keys') res.end(JSON.stringify({ keys: [jwk] }));
    else res.writeHead(404).end();
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  provider = { issuer: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, key: privateKey };
  verify = createIdentityVerifier({ issuer: provider.issuer, audience: 'landmeter', claim: 'realm_access.roles' });
});

afterAll(() => http.close());

interface Wish {
  readonly roles?: unknown;
  readonly key?: CryptoKey;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string;
}

function sign({ roles, key, issuer, audience = 'landmeter', expires = '5m' }: Wish = {}): Promise<string> {
  return new SignJWT({ realm_access: { roles } })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setSubject('jan@example.org')
    .setIssuer(issuer ?? provider.issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(key ?? provider.key);
}

describe('a token of the identity provider', () => {
  it.each([
    [['analyst'], 'analyst'],
    [['viewer', 'landmeter-steward', 'other'], 'steward'],
    ['operator', 'operator'],
    [['something'], 'public'],
    [undefined, 'public'],
  ])('with the claim %j has the role %s', async (roles, role) => {
    const caller = await verify(await sign({ roles }));
    expect(caller).toMatchObject({ role, scopes: null });
  });

  it('is told apart by a pseudonym, not by the name of whoever has it', async () => {
    const [one, two] = [await verify(await sign({ roles: 'viewer' })), await verify(await sign({ roles: 'analyst' }))];
    expect(one!.id).toMatch(/^oidc-[0-9a-f]{12}$/);
    expect(one!.id).toBe(two!.id);
  });

  it('is refused with another key, issuer or audience, when it is over, and without a signature', async () => {
    expect(await verify(await sign({ roles: 'operator', key: stranger }))).toBeNull();
    expect(await verify(await sign({ roles: 'operator', issuer: 'https://elsewhere.example' }))).toBeNull();
    expect(await verify(await sign({ roles: 'operator', audience: 'another' }))).toBeNull();
    expect(await verify(await sign({ roles: 'operator', expires: '-5m' }))).toBeNull();
    const unsigned = new UnsecuredJWT({ realm_access: { roles: 'operator' } })
      .setSubject('x')
      .setIssuer(provider.issuer)
      .setAudience('landmeter')
      .setExpirationTime('5m');
    expect(await verify(unsigned.encode())).toBeNull();
    const [head, , signature] = (await sign({ roles: 'viewer' })).split('.');
    const forged = Buffer.from(JSON.stringify({ realm_access: { roles: 'operator' } })).toString('base64url');
    expect(await verify(`${head}.${forged}.${signature}`)).toBeNull();
  });

  it('cannot be judged while the provider is away, which is no fault of the token', async () => {
    const away = createIdentityVerifier({ issuer: 'http://127.0.0.1:9', audience: 'landmeter', claim: 'roles' });
    await expect(away(await sign())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
