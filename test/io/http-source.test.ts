import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openHttpSource } from '../../pipelines/io/byte-source/http-source.ts';
import { openRaster } from '../../pipelines/io/open-raster.ts';
import { buildTiff } from '../support/tiff-builder.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let requests: string[] = [];

async function serve(handler: Handler): Promise<string> {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.headers.range ?? 'whole');
    handler(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server!.address() as AddressInfo).port}/file.tif`;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
});

/** A server as it should be. */
function ranges(data: Uint8Array, headers: () => Record<string, string> = () => ({})): Handler {
  return (request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!match || Number(match[1]) >= data.length)
      return void response.writeHead(416, { 'Content-Range': `bytes */${data.length}` }).end();
    const [from, to] = [Number(match[1]), Math.min(Number(match[2]), data.length - 1)];
    const range = `bytes ${from}-${to}/${data.length}`;
    response.writeHead(206, { ...headers(), 'Content-Range': range, 'Content-Length': to - from + 1 });
    response.end(data.subarray(from, to + 1));
  };
}

const DATA = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) & 255);

describe('reading by ranges', () => {
  it('knows the size, serves the head from the first answer and asks only for what is needed', async () => {
    const source = await openHttpSource(await serve(ranges(DATA)));
    expect(source.size).toBe(DATA.length);
    expect(await source.read(10, 5)).toEqual(DATA.slice(10, 15));
    expect(await source.read(150_000, 7)).toEqual(DATA.slice(150_000, 150_007));
    expect(requests).toEqual(['bytes=0-32767', 'bytes=150000-150006']);
  });

  it('gives fewer bytes at the end, and none beyond it', async () => {
    const source = await openHttpSource(await serve(ranges(DATA)));
    expect((await source.read(199_990, 100)).length).toBe(10);
    expect((await source.read(200_000, 100)).length).toBe(0);
  });

  it('says why there is no answer', async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    await expect(openHttpSource(url)).rejects.toThrow(`Cannot read ${url}: nothing answers at that address and port`);
  });

  it('reads an empty file as empty', async () => {
    expect((await openHttpSource(await serve(ranges(new Uint8Array(0))))).size).toBe(0);
  });

  it('follows a redirect', async () => {
    const good = ranges(DATA);
    const url = await serve((request, response) =>
      request.url === '/file.tif'
        ? void response.writeHead(302, { Location: '/other.tif' }).end()
        : good(request, response),
    );
    expect((await openHttpSource(url)).size).toBe(DATA.length);
  });

  it('gives up a circle of redirects', async () => {
    const url = await serve((_request, response) => void response.writeHead(302, { Location: '/file.tif' }).end());
    await expect(openHttpSource(url)).rejects.toMatchObject({ code: 'remote-failed', message: /redirects too often/ });
  });

  it('tries again where a fault passes', async () => {
    let faults = 2;
    const good = ranges(DATA);
    const url = await serve((request, response) =>
      faults-- > 0 ? void response.writeHead(503).end() : good(request, response),
    );
    expect((await openHttpSource(url)).size).toBe(DATA.length);
  });
});

describe('what goes wrong', () => {
  it.each([
    [404, 'not-found', /^There is no file at http/],
    [403, 'forbidden', /may not be read without permission/],
    [500, 'remote-failed', /the server answers 500$/],
    [418, 'remote-failed', /the server answers 418$/],
  ])('an answer of %i is %s', async (status, code, message) => {
    const url = await serve((_request, response) => void response.writeHead(status).end('<html>'));
    await expect(openHttpSource(url)).rejects.toMatchObject({ code, message });
  });

  it('nobody there is told plainly', async () => {
    await expect(openHttpSource('http://127.0.0.1:9/file.tif')).rejects.toMatchObject({ code: 'remote-failed' });
  });

  it('a small file of a server without ranges is taken whole', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).end(DATA));
    const source = await openHttpSource(url);
    expect(await source.read(100_000, 3)).toEqual(DATA.slice(100_000, 100_003));
    expect(requests.length).toBe(1);
  });

  it('a large one is refused without being read', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'Content-Length': 10 ** 9 });
      response.write(DATA);
    });
    await expect(openHttpSource(url)).rejects.toMatchObject({
      code: 'remote-failed',
      message: /does not serve byte ranges/,
    });
  });

  it('one that does not say its size is given up at the limit', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(new Uint8Array(1 << 20)));
      };
      response.on('drain', more);
      more();
    });
    await expect(openHttpSource(url)).rejects.toMatchObject({
      code: 'remote-failed',
      message: /does not serve byte ranges/,
    });
  });

  it('compressed transfer is refused', async () => {
    const url = await serve(ranges(DATA, () => ({ 'Content-Encoding': 'br' })));
    await expect(openHttpSource(url)).rejects.toMatchObject({ code: 'remote-failed' });
  });

  it.each([
    ['another ETag', () => ({ ETag: `"${requests.length}"` })],
    ['another date', () => ({ 'Last-Modified': new Date(1e9 + requests.length * 1e6).toUTCString() })],
  ])('a file that changes meanwhile is noticed by %s', async (_what, headers) => {
    const source = await openHttpSource(await serve(ranges(DATA, headers)));
    await expect(source.read(100_000, 10)).rejects.toMatchObject({
      code: 'remote-failed',
      message: /changed while it was read/,
    });
  });

  it('a file that changes size is noticed', async () => {
    const url = await serve((request, response) =>
      ranges(DATA.subarray(0, 200_000 - requests.length), () => ({}))(request, response),
    );
    const source = await openHttpSource(url);
    await expect(source.read(100_000, 10)).rejects.toMatchObject({ message: /changed while it was read/ });
  });

  it('another range than was asked for is refused', async () => {
    const url = await serve(
      (_request, response) =>
        void response
          .writeHead(206, { 'Content-Range': 'bytes 5-14/100', 'Content-Length': 10 })
          .end(DATA.subarray(0, 10)),
    );
    await expect(openHttpSource(url)).rejects.toMatchObject({ message: /another range/ });
  });

  it('a stalled server is given up', async () => {
    const url = await serve(() => {});
    await expect(openHttpSource(url, { timeoutMs: 100 })).rejects.toMatchObject({ message: /sent nothing for 0.1 s/ });
  });

  it('a body that breaks off is refused', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(206, { 'Content-Range': `bytes 0-32767/200000`, 'Content-Length': 32_768 });
      response.write(DATA.subarray(0, 1000), () => response.destroy());
    });
    await expect(openHttpSource(url)).rejects.toMatchObject({ code: 'remote-failed' });
  });

  it('the caller’s signal ends it', async () => {
    const url = await serve(() => {});
    const signal = AbortSignal.timeout(50);
    await expect(openHttpSource(url, { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('a raster behind http', () => {
  const image = {
    width: 640,
    height: 640,
    tile: [64, 64],
    bits: 16,
    value: (_b: number, col: number, row: number) => (col * 977 + row * 31) & 65535,
  } as const;

  it('is read by few requests for neighbouring blocks, and little of it for a pixel', async () => {
    const data = buildTiff({ images: [image] });
    const raster = await openRaster(await serve(ranges(data)));
    requests = [];
    const [block] = await raster.read({ col: 630, row: 3, width: 1, height: 1 });
    expect(block!.data[0]).toBe(image.value(0, 630, 3));
    expect(requests.length).toBe(1);
    requests = [];
    const [all] = await raster.read({ col: 0, row: 0, width: 640, height: 640 });
    expect(all!.data[640 * 639 + 5]).toBe(image.value(0, 5, 639));
    expect(requests.length).toBeLessThanOrEqual(2);
  });
});
