/** A picture of rasters: read, warp, compute, paint, encode. The map's tiles and archives of them are both made here. */
import type { Image } from '../io/encode/image.ts';
import type { ImageFormat } from '../io/encode/registry.ts';
import { checkAborted } from '../io/byte-source/byte-source.ts';
import { RENDER_FORMATS } from '../render/formats.ts';
import { paint } from '../render/look.ts';
import { shade, withBorder } from '../render/relief.ts';
import type { RenderTileInput, RenderTileOutput } from '../render/render-input.ts';
import { renderValues } from '../render/values.ts';
import type { TaskContext } from '../runner.ts';

/** @throws {PlatformError} what reading the sources throws; `aborted` */
export async function run(input: RenderTileInput, { signal }: TaskContext): Promise<RenderTileOutput> {
  const began = performance.now();
  const { target, look, format, relief } = input;
  const found = await renderValues(input, relief ? withBorder(target) : target, signal);
  const planes = relief && found ? [shade(found[0]!, target, relief)] : found;
  checkAborted(signal);
  const computed = performance.now();
  const timing = (encode: number) => ({ compute: computed - began, encode });
  if (!planes?.some(hasValue)) return { bytes: null, timing: timing(0) };
  const image = paint(planes, look, target.width, target.height);
  const bytes = await encode(image, format, look.kind === 'value');
  return { bytes, timing: timing(performance.now() - computed) };
}

function hasValue(plane: Float32Array): boolean {
  for (let i = 0; i < plane.length; i++) if (plane[i] === plane[i]) return true;
  return false;
}

async function encode(image: Image, format: RenderTileInput['format'], lossless: boolean): Promise<Uint8Array> {
  const encoder: Awaited<ReturnType<ImageFormat['load']>> = await RENDER_FORMATS[format].load();
  const bytes = await encoder(image, { lossless });
  return format === 'png' ? bytes : bytes.slice(); // memory of sharp's does not move between threads
}
