import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileKernel, KERNELS } from './build-wasm.ts';

describe('committed WebAssembly', () => {
  for (const [source, target] of Object.entries(KERNELS))
    it(`${target} is ${source} compiled: else run test/support/build-wasm.ts`, async () => {
      expect(readFileSync(resolve(import.meta.dirname, '../..', target), 'utf8')).toBe(await compileKernel(source));
    }, 30_000);
});
