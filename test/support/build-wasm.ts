/**
 * Compiles the AssemblyScript kernels into the modules that the project imports: `node test/support/build-wasm.ts`.
 * Needed after a change to a `.as` file only; a test tells where it was forgotten.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main as compile } from 'assemblyscript/asc';

const ROOT = resolve(import.meta.dirname, '../..');

/** Source → the module that holds it compiled. */
export const KERNELS: Readonly<Record<string, string>> = {
  'pipelines/core/geometry/zonal/integer-moments.as': 'pipelines/core/geometry/zonal/integer-moments-wasm.ts',
  'pipelines/core/series/trend.as': 'pipelines/core/series/trend-wasm.ts',
  'pipelines/core/raster/overview.as': 'pipelines/core/raster/overview-wasm.ts',
  'pipelines/core/raster/quantise.as': 'pipelines/core/raster/quantise-wasm.ts',
  'pipelines/io/tiff/huffman.as': 'pipelines/io/tiff/huffman-wasm.ts',
  'pipelines/io/tiff/read/inflate/inflate.as': 'pipelines/io/tiff/read/inflate/inflate-wasm.ts',
};

/** @returns the text of the module. @throws {Error} whose cause has the compiler's words */
export async function compileKernel(source: string): Promise<string> {
  const folder = join(ROOT, dirname(source));
  /** `kernel.ts` is the source itself; what it imports lies beside it. */
  const read = (name: string) => {
    const path = name === 'kernel.ts' ? join(ROOT, source) : join(folder, name.replace(/\.ts$/, '.as'));
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  let bytes: Uint8Array | undefined;
  const { error } = await compile(
    ['kernel.ts', '--outFile', 'kernel.wasm', '-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'],
    {
      readFile: read,
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
