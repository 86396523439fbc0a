/** Points of ground motion, as they come, into a file in the order of a Hilbert curve: memory holds 20 bytes of each. */
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { zstdCompressSync } from 'node:zlib';
import { hilbertPosition } from '../core/grid/hilbert.ts';
import { sortOrder } from '../core/grid/sort-order.ts';
import { packPoints, packSeries } from '../core/motion/block-codec.ts';
import { PID_AT, recordBytes } from '../core/motion/row-parser.ts';
import { withRoom } from '../core/vector/growable.ts';
import { createScratchFile, writeOutputFile } from '../io/output-file.ts';
import type { MotionFacts } from './motion-file.ts';
import { BLOCK_POINTS, hashOf, INDEX_FIELDS, MAGIC } from './motion-file.ts';

const BUFFER_BYTES = 4 << 20;
const CURVE_LEVEL = 23;

export interface MotionSink {
  /** A record as `MotionRowParser` fills it; it is copied. Wait where it returns something. */
  add(record: Uint8Array): Promise<void> | null;
}

type ToldFacts = Pick<MotionFacts, 'product' | 'source' | 'days' | 'isSimulated'>;

/**
 * @param fill  Adds all points.
 * @throws {PlatformError} `not-writable`, `disk-full`, and what `fill` throws; nothing is left then
 */
export async function writeMotionFile(
  path: string,
  told: ToldFacts,
  fill: (sink: MotionSink) => Promise<void>,
): Promise<MotionFacts> {
  const size = recordBytes(told.days.length);
  const scratch = await createScratchFile(path, 'records');
  try {
    const store = createRecords(scratch.handle, size);
    await fill(store);
    await store.flush();
    return await writeOutputFile(path, ({ handle }) => arrange(handle, scratch.handle, store, told));
  } finally {
    await scratch.discard();
  }
}

interface Records extends MotionSink {
  readonly count: number;
  readonly keys: Float64Array;
  readonly hashes: Uint32Array;
  flush(): Promise<void>;
}

function createRecords(handle: FileHandle, size: number): Records {
  let keys = new Float64Array(1024);
  let hashes = new Uint32Array(1024);
  let count = 0;
  const buffer = new Uint8Array(Math.max(1, Math.floor(BUFFER_BYTES / size)) * size);
  let filled = 0;
  const flush = async () => {
    await handle.write(buffer.subarray(0, filled));
    filled = 0;
  };
  return {
    flush,
    get count() {
      return count;
    },
    get keys() {
      return keys;
    },
    get hashes() {
      return hashes;
    },
    add(record) {
      const view = new DataView(record.buffer, record.byteOffset);
      keys = withRoom(keys, count + 1);
      hashes = withRoom(hashes, count + 1);
      keys[count] = hilbertPosition(
        CURVE_LEVEL,
        (view.getInt32(0, true) / 100) | 0,
        (view.getInt32(4, true) / 100) | 0,
      );
      hashes[count++] = hashOf(record.subarray(PID_AT + 1, PID_AT + 1 + record[PID_AT]!));
      buffer.set(record, filled);
      filled += size;
      return filled === buffer.length ? flush() : null;
    },
  };
}

async function arrange(out: FileHandle, scratch: FileHandle, store: Records, told: ToldFacts): Promise<MotionFacts> {
  const { count } = store;
  const dates = told.days.length;
  const size = recordBytes(dates);
  const order = sortOrder(store.keys, count);
  const blocks = Math.ceil(count / BLOCK_POINTS);
  const index = new Float64Array(blocks * INDEX_FIELDS);
  let place = MAGIC.length;
  await out.write(Buffer.from(MAGIC));
  const write = async (bytes: Uint8Array) => {
    await out.write(bytes);
    place += bytes.byteLength;
  };
  for (let block = 0; block < blocks; block++) {
    const members = order.subarray(block * BLOCK_POINTS, (block + 1) * BLOCK_POINTS);
    const records = gather(scratch.fd, members, size);
    const points = zstdCompressSync(packPoints(records, members.length, dates));
    const series = zstdCompressSync(packSeries(records, members.length, dates));
    index.set(
      [place, points.length, series.length, members.length, ...boxOf(records, members.length, size)],
      block * INDEX_FIELDS,
    );
    await write(Buffer.concat([points, series]));
  }
  const indexAt = place;
  await write(bytesOf(index));
  const namesAt = place;
  const hashes = Float64Array.from(order, (record) => store.hashes[record]!);
  const byHash = sortOrder(hashes);
  await write(bytesOf(Uint32Array.from(byHash, (ordinal) => hashes[ordinal]!)));
  await write(bytesOf(byHash));
  const facts: MotionFacts = { ...told, points: count, bounds: boundsOf(index), indexAt, namesAt, blocks };
  const json = Buffer.from(JSON.stringify(facts));
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(json.length);
  await write(Buffer.concat([json, tail, Buffer.from(MAGIC)]));
  return facts;
}

/** The records of a block; those that are neighbours in the scratch file too are read at once. */
function gather(file: number, members: Uint32Array, size: number): Uint8Array {
  const records = new Uint8Array(members.length * size);
  for (let i = 0; i < members.length;) {
    let run = 1;
    while (i + run < members.length && members[i + run] === members[i]! + run) run++;
    readSync(file, records, i * size, run * size, members[i]! * size);
    i += run;
  }
  return records;
}

function boxOf(records: Uint8Array, count: number, size: number): [number, number, number, number] {
  const view = new DataView(records.buffer);
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const [x, y] = [view.getInt32(i * size, true), view.getInt32(i * size + 4, true)];
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

/** Metres. */
function boundsOf(index: Float64Array): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 4; at < index.length; at += INDEX_FIELDS)
    for (let k = 0; k < 4; k++) bounds[k] = (k < 2 ? Math.min : Math.max)(bounds[k]!, index[at + k]! / 100);
  return bounds;
}

function bytesOf(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
