// Seeded points clustered around towns, as newline-delimited GeoJSON. usage: node make_points.mjs COUNT OUT
import { createWriteStream } from 'node:fs';

const [count, out] = [Number(process.argv[2]), process.argv[3]];
let state = 7;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
}
const bell = () => random() + random() + random() + random() - 2;
const centres = Array.from({ length: 400 }, () => [
  3.4 + 3.7 * random(),
  50.8 + 2.7 * random(),
  0.01 + 0.08 * random() * random(),
]);
const stream = createWriteStream(out);
for (let i = 0; i < count; i++) {
  const k = Math.floor(random() * centres.length);
  const [x, y, spread] = centres[k];
  const lon = (x + bell() * spread).toFixed(6);
  const lat = (y + bell() * spread * 0.6).toFixed(6);
  const line = `{"type":"Feature","properties":{"id":${i},"kind":"k${k % 12}","value":${(random() * 7).toFixed(2)}},"geometry":{"type":"Point","coordinates":[${lon},${lat}]}}\n`;
  if (!stream.write(line)) await new Promise((done) => stream.once('drain', done));
}
stream.end();
