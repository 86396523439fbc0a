/** Pictures of raster items: named by the digest of all that their pixels depend on, drawn once, kept for a while. */
import { createHash } from 'node:crypto';
import { scale as scaleTransform } from '../../../pipelines/core/grid/affine.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { RasterGrid } from '../../../pipelines/core/raster/warp-plan.ts';
import type { RenderFormat } from '../../../pipelines/render/formats.ts';
import { EXACT_FORMATS } from '../../../pipelines/render/formats.ts';
import type { Look } from '../../../pipelines/render/look.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import { gridOf } from '../../../pipelines/render/read-scene.ts';
import { RENDERER_VERSION } from '../../../pipelines/render/render-input.ts';
import type { RenderTileOutput, RenderValues } from '../../../pipelines/render/render-input.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import type { PlaneSample } from '../../../pipelines/tasks/render-sample.ts';
import type { Files } from './files.ts';
import { createFlights } from './flights.ts';
import { createKept } from './kept.ts';
import { lookFor } from './look-for.ts';
import { bandsOf, planValues } from './plan.ts';
import { refusal } from './wish.ts';
import type { Wish } from './wish.ts';

export interface PictureRequest {
  readonly target: RasterGrid;
  readonly format: RenderFormat;
}

/** A picture that is known but not drawn yet. */
export interface Picture {
  /** Names the bytes. */
  readonly etag: string;
  /** @throws {PlatformError} `busy` where too many wait; what reading throws; `aborted` */
  draw(signal: AbortSignal): Promise<DrawnPicture>;
}

interface DrawnPicture extends RenderTileOutput {
  readonly isKept: boolean;
}

/** All pictures of an item that differ in place and format only. */
export interface PictureSeries {
  /** Of the data, the wish and the renderer. */
  readonly version: string;
  picture(request: PictureRequest): Picture;
  /** How they are drawn. */
  look(): Promise<Look>;
}

export interface Pictures {
  /** @throws {PlatformError} `parameter-invalid`, `band-missing` */
  seriesOf(item: RasterItem, wish: Wish): Promise<PictureSeries>;
}

/** Bytes of drawn pictures that are kept. */
const KEPT_BYTES = 32 * 1024 * 1024;
/** Side of the picture that automatic ranges are taken from. */
const SAMPLE_SIDE = 512;
const SAMPLES_KEPT = 500;

/** @param itemOf  Finds the other items of a picture. */
export function createPictures(
  runner: () => Promise<TaskRunner>,
  files: Files,
  itemOf: (id: string) => Promise<RasterItem>,
): Pictures {
  const kept = createKept<RenderTileOutput>({
    most: KEPT_BYTES,
    weigh: ({ bytes }) => 200 + (bytes?.length ?? 0),
  });
  const flights = createFlights<RenderTileOutput>();
  const samples = createKept<Promise<readonly PlaneSample[]>>({ most: SAMPLES_KEPT });

  async function sampleOf(values: RenderValues): Promise<readonly PlaneSample[]> {
    const full = gridOf(await files.headerOf(values.scenes[0]!.bands[0]!.path));
    const factor = Math.max(1, Math.max(full.width, full.height) / SAMPLE_SIDE);
    const [width, height] = [full.width, full.height].map((n) => Math.max(1, Math.round(n / factor))) as [
      number,
      number,
    ];
    const transform = scaleTransform(full.transform, full.width / width, full.height / height);
    const target = { epsg: full.epsg, width, height, transform };
    return (await runner()).run('render-sample', {
      ...values,
      resampling: 'nearest',
      version: RENDERER_VERSION,
      target,
    });
  }

  return {
    async seriesOf(item, wish) {
      const items = [item, ...(await Promise.all(wish.others.map(itemOf)))];
      const digests = items.map(({ digest }) => digest);
      const values = await planValues(items, wish, files);
      const names = bandsOf(item, wish).map(({ name }) => name);
      const version = digestOf([
        RENDERER_VERSION,
        digests,
        values,
        wish.colors,
        wish.range,
        wish.precision,
        wish.relief,
      ]);
      const key = digestOf([digests, values]);
      const look = () => lookFor(wish, names, () => samples.get(key, () => sampleOf(values)));
      return {
        version,
        look,
        picture({ target, format }) {
          if (wish.precision !== null && !EXACT_FORMATS.includes(format))
            throw refusal(
              'format',
              format,
              `${format} changes pixels, so it cannot hold values; use ${EXACT_FORMATS.join(' or ')}`,
            );
          const etag = `"${digestOf([version, target, format])}"`;
          const work = async (signal: AbortSignal) => {
            const input = {
              ...values,
              version: RENDERER_VERSION,
              target,
              relief: wish.relief ?? null,
              look: await look(),
              format,
            } as const;
            const drawn = await (await runner()).run('render-tile', input, { signal });
            kept.set(etag, drawn);
            return drawn;
          };
          return {
            etag,
            async draw(signal) {
              const known = kept.peek(etag);
              if (known) return { ...known, isKept: true };
              return { ...(await flights.join(etag, signal, work)), isKept: false };
            },
          };
        },
      };
    },
  };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

/** The most pixels of a picture. */
const MOST_PIXELS = 4096 * 4096;

/** @throws {PlatformError} `too-large` */
export function checkSize(width: number, height: number): void {
  if (width * height <= MOST_PIXELS) return;
  throw new PlatformError(
    'too-large',
    `A picture of ${width} × ${height} pixels is not made; ${MOST_PIXELS} are the most`,
  );
}
