/** The pixels of a window out of the blocks that it meets, each block decoded once for all bands. */
import type { Window } from '../../../core/grid/window.ts';
import type { Samples } from '../../../core/raster/block.ts';
import type { BlockReader, WantedBlock } from './block-reader.ts';
import type { TiffImage } from './image.ts';
import { sumRowsInto } from './predictor.ts';

/** Where a band of the window goes. */
export interface Target {
  readonly band: number;
  readonly data: Samples;
  /** Pixels from one row of `data` to the next. */
  readonly stride: number;
  /** Index in `data` of the window's first pixel. */
  readonly start: number;
}

/**
 * @param inside  A window within the image.
 * @param fill  The number of pixels whose block is not stored.
 * @throws {PlatformError} `format-damaged`, `format-unsupported`, `remote-failed`, `aborted`
 */
export async function readWindow(
  reader: BlockReader,
  image: TiffImage,
  inside: Window,
  targets: readonly Target[],
  fill: number,
  signal?: AbortSignal,
): Promise<void> {
  const planes = image.isPlanar
    ? targets.map((target) => ({ plane: target.band, targets: [target] }))
    : [{ plane: 0, targets }];
  const wanted: WantedBlock[] = [];
  for (const { plane, targets: own } of planes)
    for (const place of blocksOf(image, inside))
      wanted.push({
        index: (plane * image.blocksDown + place.blockRow) * image.blocksAcross + place.blockCol,
        blockRow: place.blockRow,
        keep: !place.isWhole || own.length < image.blockSamples,
        use: (samples, areDifferences) => {
          for (const target of own) {
            const to = target.start + (place.part.row - inside.row) * target.stride + (place.part.col - inside.col);
            if (!samples) fillPart(target, to, place.part, fill);
            else if (areDifferences) sumPart(samples, image, target, to, place.part);
            else copyPart(samples, image, place, target, to);
          }
        },
      });
  await reader.read(wanted, signal);
}

interface Place {
  readonly blockCol: number;
  readonly blockRow: number;
  /** The part of the window in this block, in pixels of the image. */
  readonly part: Window;
  /** The part is all that the block has of the image. */
  readonly isWhole: boolean;
}

function* blocksOf(image: TiffImage, inside: Window): Generator<Place> {
  const { blockWidth, blockHeight } = image;
  const right = inside.col + inside.width;
  const bottom = inside.row + inside.height;
  for (let blockRow = Math.floor(inside.row / blockHeight); blockRow * blockHeight < bottom; blockRow++)
    for (let blockCol = Math.floor(inside.col / blockWidth); blockCol * blockWidth < right; blockCol++) {
      const col = Math.max(inside.col, blockCol * blockWidth);
      const row = Math.max(inside.row, blockRow * blockHeight);
      const width = Math.min(right, (blockCol + 1) * blockWidth) - col;
      const height = Math.min(bottom, (blockRow + 1) * blockHeight) - row;
      const isWhole =
        width === Math.min(blockWidth, image.width - blockCol * blockWidth) &&
        height === Math.min(blockHeight, image.height - blockRow * blockHeight);
      yield { blockCol, blockRow, part: { col, row, width, height }, isWhole };
    }
}

function fillPart({ data, stride }: Target, to: number, part: Window, fill: number): void {
  for (let row = 0; row < part.height; row++) data.fill(fill, to + row * stride, to + row * stride + part.width);
}

function sumPart(samples: Samples, image: TiffImage, { band, data, stride }: Target, to: number, part: Window): void {
  const { blockWidth, blockSamples } = image;
  const sample = blockSamples > 1 ? band : 0;
  const [source, target] = [words(samples) as Uint16Array, words(data) as Uint16Array]; // or both of another width
  sumRowsInto(source, sample, blockSamples, blockWidth, target, to, stride, part.width, part.height);
}

function copyPart(samples: Samples, image: TiffImage, place: Place, { band, data, stride }: Target, to: number): void {
  const { blockWidth, blockHeight, blockSamples } = image;
  const { part } = place;
  const row = part.row - place.blockRow * blockHeight;
  const pixel = row * blockWidth + (part.col - place.blockCol * blockWidth);
  if (blockSamples > 1)
    return copyInterleaved(
      words(samples),
      pixel * blockSamples + band,
      blockSamples,
      blockWidth * blockSamples,
      words(data),
      to,
      stride,
      part,
    );
  if (part.width === blockWidth && stride === blockWidth)
    return data.set(samples.subarray(pixel, pixel + part.height * blockWidth), to);
  for (let i = 0; i < part.height; i++) {
    const from = pixel + i * blockWidth;
    data.set(samples.subarray(from, from + part.width), to + i * stride);
  }
}

type Words = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same bytes as words of their size: copying does not care what they mean, and four kinds of array stay fast. */
function words(samples: Samples): Words {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT } = samples;
  if (BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  if (BYTES_PER_ELEMENT === 4) return new Uint32Array(buffer, byteOffset, length);
  return samples as Float64Array;
}

function copyInterleaved(
  source: Words,
  start: number,
  step: number,
  pitch: number,
  data: Words,
  to: number,
  stride: number,
  part: Window,
): void {
  for (let row = 0; row < part.height; row++) {
    let from = start + row * pitch;
    const first = to + row * stride;
    const end = first + part.width;
    for (let i = first; i < end; i++) {
      data[i] = source[from]!;
      from += step;
    }
  }
}
