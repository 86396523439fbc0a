/**
 * Which servers may be read from. A command reads from where its user says; a server that draws for strangers reads from
 * hosts that its operator has named, and from no address inside the network: not by a redirect, nor by a name that leads
 * there. The address that was checked is the one that is connected to.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { Readable } from 'node:stream';
import { PlatformError } from '../../core/errors.ts';

/** Of this thread; null: any. */
let ofThread: readonly string[] | null = null;
const scope = new AsyncLocalStorage<readonly string[]>();

/**
 * @param hosts  `data.example.org`, `*.example.org`, with `:port` where it is not the usual one, `*` for all outside the
 *   network; null: any host.
 */
export function allowRemoteHosts(hosts: readonly string[] | null): void {
  ofThread = hosts;
}

/** The same for all that `run` begins. */
export function withRemoteHosts<T>(hosts: readonly string[], run: () => T): T {
  return scope.run(hosts, run);
}

/**
 * The answer to a GET, or to a POST of `body`; redirects are not followed.
 * @throws {PlatformError} `forbidden` for a host that is not among those allowed, or leads into the network
 */
export async function fetchAllowed(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  body?: string,
): Promise<Response> {
  const allowed = scope.getStore() ?? ofThread;
  const method = body === undefined ? 'GET' : 'POST';
  if (allowed === null)
    return fetch(url, { method, headers, redirect: 'manual', signal, ...(body !== undefined && { body }) });
  const isNamed = allowed.includes(url.host);
  if (!isNamed && !allowed.some((host) => host === '*' || (host.startsWith('*.') && url.host.endsWith(host.slice(1)))))
    throw refuse(
      url.host,
      'the operator has not named that server in LANDMETER_REMOTE_HOSTS or, for webhooks, LANDMETER_WEBHOOK_HOSTS',
    );
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isNamed && isInside(literal))
    throw refuse(url.host, 'that address is inside the network');
  return new Promise((done, fail) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    request(url, { method, headers, signal, lookup: lookupOutside }, (res) => done(toResponse(res)))
      .on('error', fail)
      .end(body);
  });
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function lookupOutside(hostname: string, options: LookupOptions, callback: Callback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    if (addresses.some(({ address }) => isInside(address)))
      return callback(refuse(hostname, 'its name leads to an address inside the network'), '');
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  });
}

/** Statuses whose answers have no body, which a Response then must not be given. */
const BODILESS = new Set([204, 205, 304]);

function toResponse(res: IncomingMessage): Response {
  const headers = Object.entries(res.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat().join(', ')] as [string, string]],
  );
  const status = res.statusCode ?? 502;
  const body = BODILESS.has(status) ? null : (Readable.toWeb(res) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers });
}

/** Addresses that are not on the public internet. @see IANA, special-purpose address registries for IPv4 and IPv6 */
const INSIDE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  INSIDE.addSubnet(net, bits, 'ipv6');

function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const plain = mapped ?? address;
  return INSIDE.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

function refuse(host: string, why: string): PlatformError {
  return new PlatformError('forbidden', `${host} is not asked: ${why}`, { detail: { host } });
}
