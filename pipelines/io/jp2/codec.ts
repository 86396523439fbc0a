/** The one user of OpenJPEG. A failure may leave its memory in any state, so the module is then made anew. */
import createOpenJpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import type { J2KDecoder, OpenJpeg } from '@cornerstonejs/codec-openjpeg/decodewasmjs';

/** Its memory grows and never shrinks: beyond this it is given back after use. Sentinel-2 needs up to 72 MB of it. */
const KEEP_MEMORY_BYTES = 128 * 1024 * 1024;

interface Instance {
  readonly module: OpenJpeg;
  /** What it reported as errors since the last decode. */
  readonly errors: string[];
}

let instance: Promise<Instance> | null = null;

async function createInstance(): Promise<Instance> {
  const errors: string[] = [];
  const print = (text: string) => void (text.startsWith('[ERROR]') && errors.push(text.slice(8).trim()));
  return { module: await createOpenJpeg({ print, printErr: () => {} }), errors };
}

/** One that nobody has spoilt while we waited for it; from here to the end of a decode nothing else runs. */
async function obtainInstance(): Promise<Instance> {
  for (;;) {
    const current = (instance ??= createInstance());
    const created = await current.catch((error: unknown) => {
      instance = null;
      throw error;
    });
    if (instance === current) return created;
  }
}

/**
 * Decodes a codestream that is given in pieces.
 * @param level  0 is full size, each further one halves (rounding up).
 * @returns samples interleaved by pixel, of 1 byte up to 8 bits and 2 above.
 * @throws {Error} with the codec's own words where it cannot.
 */
export async function decodeCodestream(
  pieces: readonly Uint8Array[],
  level: number,
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { module, errors } = await obtainInstance();
  errors.length = 0;
  let decoder: J2KDecoder | null = null;
  try {
    decoder = new module.J2KDecoder();
    const memory = decoder.getEncodedBuffer(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      memory.set(piece, at);
      at += piece.length;
    }
    decoder.decodeSubResolution(level, 0);
    if (errors.length > 0) throw new Error(errors[0]);
    return decoder.getDecodedBuffer();
  } catch (error) {
    instance = null;
    decoder = null;
    // Out of memory and traps arrive as numbers and abort objects as well as errors.
    throw error instanceof Error ? error : new Error(errors[0] ?? `codec failure ${String(error)}`);
  } finally {
    decoder?.delete();
    if (module.HEAPU8.length > KEEP_MEMORY_BYTES) instance = null;
  }
}
