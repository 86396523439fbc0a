/**
 * Compiles the AssemblyScript kernels into the modules that the project imports: `node test/support/build-wasm.ts`.
 * Needed after a change to a `.as` file only; a test tells where it was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

const ROOT = resolve(import.meta.dirname, '../..');

/** Source → the module that holds it compiled. */
export const KERNELS: Readonly<Record<string, string>> = {
  'pipelines/core/geometry/zonal/integer-moments.as': 'pipelines/core/geometry/zonal/integer-moments-wasm.ts',
  'pipelines/core/raster/overview.as': 'pipelines/core/raster/overview-wasm.ts',
  'pipelines/core/raster/quantise.as': 'pipelines/core/raster/quantise-wasm.ts',
  'pipelines/io/tiff/huffman.as': 'pipelines/io/tiff/huffman-wasm.ts',
};

/** @returns the text of the module. @throws {Error} whose cause has the compiler's words */
export async function compileKernel(source: string): Promise<string> {
  const text = readFileSync(join(ROOT, source), 'utf8');
  let bytes: Uint8Array | undefined;
  const { error } = await compile(
    ['kernel.ts', '--outFile', 'kernel.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'],
    {
      readFile: (name) => (name === 'kernel.ts' ? text : null),
      writeFile: (_, contents) => void (bytes = contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`${source} does not compile`, { cause: error });
  return `/** Compiled from ${basename(source)}; do not edit. */
export const MODULE =
  '${Buffer.from(bytes).toString('base64')}';
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [source, target] of Object.entries(KERNELS))
    writeFileSync(join(ROOT, target), await compileKernel(source));
