/** Cut-outs of raster items: a GeoTIFF on the item's own pixels, and the grid of a picture of the same place. */
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { apply, invert, scale, translate } from '../../../pipelines/core/grid/affine.ts';
import type { LonLatBox } from '../../../pipelines/core/grid/bounds.ts';
import { reprojectBounds } from '../../../pipelines/core/grid/reproject-bounds.ts';
import { clip } from '../../../pipelines/core/grid/window.ts';
import type { RasterGrid } from '../../../pipelines/core/raster/warp-plan.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import { runInOrder } from '../../../pipelines/runner.ts';
import type { TaskRunner } from '../../../pipelines/runner.ts';
import { writeCogFromRegions } from '../../../pipelines/runs/write-cog.ts';
import { cogRegions } from '../../../pipelines/io/tiff/cog-layout.ts';
import type { CogSpec } from '../../../pipelines/io/tiff/cog-layout.ts';
import { layersOf, namesOf } from './numbers.ts';
import { bandsOf } from './plan.ts';
import type { Subject } from './wish.ts';

/** Pixels times bands of a cut-out: 256 MB before compression. */
const MOST_NUMBERS = 2 ** 26;
/** A corner this little beyond a pixel's edge, in pixels, does not open another pixel. */
const TOLERANCE = 1e-6;

/**
 * The pixels of a grid that a box meets.
 * @throws {PlatformError} `outside`
 */
export function gridWithin(item: RasterItem, grid: RasterGrid, box: LonLatBox): RasterGrid {
  const [west, south, east, north] = box;
  const degrees = { minX: west, minY: south, maxX: east < west ? east + 360 : east, maxY: north, epsg: 4326 };
  const bounds = reprojectBounds(degrees, grid.epsg);
  const inverse = invert(grid.transform)!;
  const corners = bounds
    ? [bounds.minX, bounds.maxX].flatMap((x) => [bounds.minY, bounds.maxY].map((y) => apply(inverse, x, y)))
    : [];
  const [cols, rows] = [corners.map(([col]) => col), corners.map(([, row]) => row)];
  const col = Math.floor(Math.min(...cols) + TOLERANCE);
  const row = Math.floor(Math.min(...rows) + TOLERANCE);
  const width = Math.ceil(Math.max(...cols) - TOLERANCE) - col;
  const height = Math.ceil(Math.max(...rows) - TOLERANCE) - row;
  const window = bounds && clip({ col, row, width, height }, grid.width, grid.height);
  if (!window)
    throw new PlatformError(
      'outside',
      `${item.id} does not reach the box ${box.join(',')}; it lies at ${item.bbox.join(',')}`,
      {
        detail: { parameter: 'bbox', value: box.join(','), bbox: item.bbox },
      },
    );
  return { ...grid, ...size(window), transform: translate(grid.transform, window.col, window.row) };
}

function size({ width, height }: { readonly width: number; readonly height: number }) {
  return { width, height };
}

/** The same place in fewer pixels: none of its sides has more than `most`. */
export function shrinkTo(most: number, { transform, width, height, epsg }: RasterGrid): RasterGrid {
  const factor = Math.max(1, Math.max(width, height) / most);
  const [w, h] = [width, height].map((n) => Math.max(1, Math.round(n / factor))) as [number, number];
  return { epsg, width: w, height: h, transform: scale(transform, width / w, height / h) };
}

/**
 * The bytes of a GeoTIFF (float32, NaN where there is no value, a band for each layer).
 * @throws {PlatformError} `outside`, `too-large`, and what reading throws
 */
export async function cropFile(
  item: RasterItem,
  subject: Subject,
  box: LonLatBox,
  runner: TaskRunner,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const all = subject.formula || subject.bands ? subject : { ...subject, bands: namesOf(item) };
  const { grid, layersOn } = await layersOf(item, all, signal);
  const target = gridWithin(item, grid, box);
  const layers = layersOn(target);
  const numbers = target.width * target.height * layers.length;
  if (numbers > MOST_NUMBERS)
    throw new PlatformError(
      'too-large',
      `A cut-out of ${target.width} × ${target.height} pixels in ${layers.length} bands is not made at once, ${MOST_NUMBERS} numbers are; ask for a smaller bbox or fewer bands`,
      { detail: { parameter: 'bbox', value: box.join(',') } },
    );
  const { formula } = subject;
  const spec: CogSpec = {
    ...target,
    dtype: 'float32',
    bands: layers.length,
    nodata: NaN,
    bandNames: formula ? [formula.id ?? 'expression'] : bandsOf(item, all).map(({ name }) => name),
    metadata: { TITLE: formula?.title ?? item.title, ...(formula && { FORMULA: formula.expression }) },
  };
  const inputs = cogRegions(spec).map((region) => ({ spec, region, layers }));
  const path = join(tmpdir(), `landmeter-crop-${randomUUID()}.tif`);
  try {
    await writeCogFromRegions(path, spec, runInOrder(runner, 'render-crop', inputs, { signal }), { signal });
    return await readFile(path);
  } finally {
    await rm(path, { force: true });
  }
}
