import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openByteSource } from '../../pipelines/io/byte-source/open.ts';
import { withRemoteHosts } from '../../pipelines/io/byte-source/remote-hosts.ts';

const bytes = Buffer.from('0123456789');
let reached = 0;
const server = createServer((req, res) => {
  reached++;
  if (req.url === '/away') return void res.writeHead(302, { Location: 'http://169.254.169.254/latest/' }).end();
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(req.headers.range ?? '')!.map(Number) as [number, number, number];
  const part = bytes.subarray(from, to + 1);
  const range = `bytes ${from}-${from + part.length - 1}/${bytes.length}`;
  res.writeHead(206, { 'Content-Range': range, 'Content-Length': part.length }).end(part);
});
let host = '';

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const open = (hosts: readonly string[], url: string) => withRemoteHosts(hosts, () => openByteSource(url));

describe('withRemoteHosts', () => {
  it('reads from a server that was named, also inside the network', async () => {
    const source = await open([host], `http://${host}/a`);
    expect(Buffer.from(await source.read(2, 3)).toString()).toBe('234');
    await source.close();
  });

  it.each([
    ['none is named', []],
    ['another one is named', ['data.example.org']],
    ['a family of others is named', ['*.example.org']],
    ['all outside the network are named', ['*']],
  ])('does not even connect where %s', async (_what, hosts) => {
    const before = reached;
    await expect(open(hosts, `http://${host}/a`)).rejects.toMatchObject({ code: 'forbidden' });
    expect(reached).toBe(before);
  });

  it('does not follow a redirect to where it may not read', async () => {
    await expect(open([host], `http://${host}/away`)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(open([host, '*'], `http://${host}/away`)).rejects.toThrow(/inside the network/);
  });

  it('does not go through a name that leads inside', async () => {
    const before = reached;
    const { port } = server.address() as AddressInfo;
    await expect(open(['*'], `http://localhost:${port}/a`)).rejects.toThrow(/inside the network/);
    expect(reached).toBe(before);
  });

  it.each([
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[fd00::1]',
    '2130706433',
    '0x7f.1',
  ])('knows %s for an address inside', async (address) => {
    await expect(open(['*'], `http://${address}/a`)).rejects.toThrow(/inside the network/);
  });

  it('binds nobody outside of it', async () => {
    const source = await openByteSource(`http://${host}/a`);
    expect(source.size).toBe(10);
    await source.close();
  });
});
