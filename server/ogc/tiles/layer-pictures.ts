/** Layers of the map as pictures in any tile matrix set and any box: their archives, drawn as any other raster is. */
import { archivePath } from '../../../pipelines/catalog/layer.ts';
import type { ColormapId } from '../../../pipelines/core/color/colormaps.ts';
import { COLORMAP_IDS, COLORMAPS } from '../../../pipelines/core/color/colormaps.ts';
import type { Rescale } from '../../../pipelines/core/color/rescale.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import type { LayerFrame, LayerSummary } from '../../../pipelines/core/wire.ts';
import type { RasterItem } from '../../../pipelines/render/raster-item.ts';
import type { Archives, OpenArchive } from '../../services/archives.ts';
import type { PictureSeries } from '../../services/raster/pictures.ts';
import type { RasterService } from '../../services/raster/service.ts';
import type { Wish } from '../../services/raster/wish.ts';
import { refusal } from '../../services/raster/wish.ts';

export interface LayerPictureParts {
  readonly workspace: string;
  readonly archives: Archives;
  readonly raster: RasterService;
}

/**
 * The frame nearest before the end of what is asked for; the newest where nothing is.
 * @param datetime  A time, or an interval start/end with `..` for an open end.
 * @throws {PlatformError} `parameter-invalid` for no time; `not-found` where no frame is within it
 */
export function frameAt(layer: LayerSummary, datetime: string | null): LayerFrame {
  const newest = layer.frames.at(-1);
  if (!newest) throw new PlatformError('not-found', `Layer ${layer.id} has no dates, so there is nothing to show`);
  if (datetime === null) return newest;
  const [start, end] = intervalOf(datetime);
  const found = layer.frames.findLast(({ datetime: at }) => {
    const ms = at === null ? Number.NaN : Date.parse(at);
    return Number.isNaN(ms) || (ms >= start && ms <= end);
  });
  if (found) return found;
  const times = layer.frames.map((frame) => frame.datetime).join(', ');
  throw new PlatformError('not-found', `Layer ${layer.id} shows nothing at datetime ${datetime}; there are ${times}`, {
    detail: { parameter: 'datetime', value: datetime },
  });
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/i;
const DAY_MS = 86_400_000;

function intervalOf(text: string): [start: number, end: number] {
  const parts = text.split('/');
  const isSound = parts.length <= 2 && parts.every((part) => part === '..' || part === '' || MOMENT.test(part));
  const [from, to = from] = parts as [string, string?];
  const start = from === '..' || from === '' ? -Infinity : Date.parse(from);
  const end =
    to === '..' || to === '' || to === undefined ? Infinity : Date.parse(to) + (to.length === 10 ? DAY_MS - 1 : 999);
  if (isSound && !Number.isNaN(start) && !Number.isNaN(end)) return [start, end];
  throw refusal('datetime', text, `datetime is "${text.slice(0, 60)}"; accepted is 2024-05-01, a time, or start/end`);
}

/** @throws {PlatformError} `not-found` for a layer of vector tiles; what opening the archive throws */
export async function picturesOf(
  { workspace, archives, raster }: LayerPictureParts,
  layer: LayerSummary,
  frame: LayerFrame,
): Promise<PictureSeries> {
  if (layer.kind === 'vector')
    throw new PlatformError(
      'not-found',
      `Layer ${layer.id} has vector tiles, which a client draws itself; see its tiles`,
    );
  const opened = await archives.open(frame.id);
  const path = archivePath(workspace, frame.id);
  const { bands } = await raster.files.headerOf(path);
  const item: RasterItem = {
    id: frame.id,
    kind: 'product',
    title: layer.title.en,
    collection: null,
    tile: null,
    datetime: frame.datetime,
    bbox: layer.bounds,
    epsg: 3857,
    bands: bands.map(({ name, scale, offset }, index) => ({
      name: name ?? `b${index + 1}`,
      code: `${index + 1}`,
      path,
      index,
      gsd: 1,
      scale,
      offset,
      saturated: null,
      nodata: null, // what an archive masks is masked by its reader
    })),
    classes: [],
    digest: opened.version,
    attribution: layer.attribution,
  };
  return raster.seriesOf(item, wishFor(layer, opened));
}

const PLAIN = {
  formula: null,
  bands: null,
  excluded: null,
  resampling: null,
  precision: null,
  others: [],
  rule: 'first',
} as const;

function wishFor(layer: LayerSummary, opened: OpenArchive): Wish {
  if (layer.kind === 'picture')
    return { ...PLAIN, colors: null, range: { kind: 'fixed', ranges: [{ min: 0, max: 255 }] } };
  const id = colormapOf(layer);
  const isClasses = COLORMAPS[id].kind === 'steps';
  return {
    ...PLAIN,
    colors: { kind: 'named', id },
    range: isClasses ? null : { kind: 'fixed', ranges: [rangeOf(layer, opened)] },
    resampling: isClasses ? 'nearest' : null,
  };
}

export function colormapOf({ colormap }: LayerSummary): ColormapId {
  return COLORMAP_IDS.find((id) => id === colormap) ?? 'viridis';
}

/** As the layer is shown at first, else all that its codes can tell. */
function rangeOf({ range }: LayerSummary, { archive: { metadata } }: OpenArchive): Rescale {
  if (range && range[1] > range[0]) return { min: range[0], max: range[1] };
  const [scale, offset, precision] = ['scale', 'offset', 'precision'].map((key) => Number(metadata[key]));
  const most = precision === 16 ? 65535 : 255;
  const [min, max] = [offset! + scale!, offset! + scale! * most];
  return max > min ? { min, max } : { min: 0, max: 1 };
}
