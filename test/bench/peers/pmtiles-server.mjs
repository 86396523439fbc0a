// The `pmtiles` package in node:http, as its documentation shows it. usage: node pmtiles-server.mjs ARCHIVE PORT
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { PMTiles } from 'pmtiles';

const file = await open(process.argv[2]);
const archive = new PMTiles({
  getKey: () => process.argv[2],
  async getBytes(offset, length) {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return { data: buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + bytesRead) };
  },
});
async function answer(req, res) {
  const match = /^\/(\d+)\/(\d+)\/(\d+)\.png$/.exec(req.url);
  const tile = match && (await archive.getZxy(Number(match[1]), Number(match[2]), Number(match[3])));
  if (!tile) return res.writeHead(404).end();
  return res
    .writeHead(200, { 'Content-Type': 'image/png', 'Cache-Control': 'max-age=3600' })
    .end(Buffer.from(tile.data));
}

createServer((req, res) => void answer(req, res)).listen(Number(process.argv[3]), '127.0.0.1');
