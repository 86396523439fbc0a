/**
 * Memory that tasks of a thread use again and again. Taking megabytes from the system for each region and leaving them to
 * the garbage collector costs more than some of the passes over them.
 */
import type { DataType, Samples } from '../core/raster/block.ts';
import { bytesPerSample, viewSamples } from '../core/raster/block.ts';

export interface Scratch {
  /** Numbers left by whoever had the memory before. */
  samples(type: DataType, length: number): Samples;
  bytes(length: number): Uint8Array;
}

/** Buffers that nobody uses at the moment. */
const free: ArrayBuffer[] = [];
/** More than a task has; what is beyond is left to the garbage collector. */
const MOST_FREE = 12;

/** Lends memory to `use`, whose arrays must not be used after it ends. */
export async function withScratch<T>(use: (scratch: Scratch) => Promise<T>): Promise<T> {
  const lent: ArrayBuffer[] = [];
  const take = (sizeBytes: number): ArrayBuffer => {
    const at = free.findIndex((buffer) => buffer.byteLength >= sizeBytes);
    const buffer = at < 0 ? new ArrayBuffer(sizeBytes) : free.splice(at, 1)[0]!;
    lent.push(buffer);
    return buffer;
  };
  try {
    return await use({
      samples: (type, length) => viewSamples(type, take(length * bytesPerSample(type)), length),
      bytes: (length) => new Uint8Array(take(length), 0, length),
    });
  } finally {
    free.push(...lent);
    // the largest serve everyone
    free.sort((a, b) => a.byteLength - b.byteLength).splice(0, free.length - MOST_FREE);
  }
}
