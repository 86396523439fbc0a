/** Requests that no client library would write: paths that climb, headers out of shape, methods that are none. */
import { connect } from 'node:net';

const PATHS = [
  '/../../etc/passwd',
  '/archives/../operator.token',
  '//etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/tiles/%ff/0/0/0.png',
  '/archives/..%5c..%5coperator.token',
  '/%',
  '/%zz',
  '*',
  'http://example.org/',
  `/${'a'.repeat(20_000)}`,
  '/tiles/a/0/0/0.png?%',
  '/stac?%ff=%ff',
];
const HEADS = [
  '',
  'Host: a\r\nHost: b\r\n',
  'Host: \x01\r\n',
  'Content-Length: -1\r\n',
  'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
  'Range: bytes=9-1\r\n',
  'Authorization: Bearer\r\n',
  'Authorization: Basic eDp5\r\n',
  `X: ${'y'.repeat(30_000)}\r\n`,
  'Accept: \xff\r\n',
];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'BREW', 'POST'];
const PATIENCE_MS = 10_000;

export function sendRaw(
  address: string,
  known: string,
  random: () => number,
): Promise<{ request: string; status: number; fault: string | null }> {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  const path = random() < 0.3 ? known : pick(PATHS);
  const head = `${pick(METHODS)} ${path} HTTP/1.1\r\nHost: localhost\r\n${pick(HEADS)}Connection: close\r\n\r\n`;
  const request = JSON.stringify(head.slice(0, 200));
  const { hostname, port } = new URL(address);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname, () => socket.write(head, 'latin1'));
    let text = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      if (text.length < 4096) text += chunk.toString('latin1');
      if (text.includes('text/event-stream')) socket.destroy();
    });
    socket.on('error', () => {}); // cut off: the answer so far counts
    socket.on('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      const leaks = /root:x:0/.test(text) ? 'gave a file of the machine away' : null;
      done({ request, status, fault: leaks ?? (status === 500 ? 'answered 500' : null) });
    });
  });
}
