/** What the map can show, and each layer's TileJSON. */
import { listArchives, toSummary } from '../../pipelines/catalog/layer.ts';
import { listLayerRecords } from '../../pipelines/catalog/layers-repository.ts';
import { readRegion } from '../../pipelines/catalog/region.ts';
import type { LonLatBox } from '../../pipelines/core/grid/bounds.ts';
import type { LayerList, LayerSummary, TileJson, ValueStatistics, VectorLayer } from '../../pipelines/core/wire.ts';
import type { Archive } from '../../pipelines/io/pmtiles/reader.ts';
import type { DataKind } from '../../pipelines/policy/levels.ts';
import { listSourceLayers } from '../../pipelines/vector-tiles/sources.ts';
import { isPlatformError } from '../../pipelines/core/errors.ts';
import type { Archives, OpenArchive } from './archives.ts';
import type { ServedDatabase } from './database.ts';
import { vectorLayerSummary } from './vector-tiles/tilejson.ts';

/** An archive's tile type (its number in the PMTiles specification) and what it means on the wire. */
export const TILE_FORMATS = {
  mvt: { extension: 'mvt', mediaType: 'application/vnd.mapbox-vector-tile' },
  png: { extension: 'png', mediaType: 'image/png' },
  jpeg: { extension: 'jpg', mediaType: 'image/jpeg' },
  webp: { extension: 'webp', mediaType: 'image/webp' },
  avif: { extension: 'avif', mediaType: 'image/avif' },
} as const;

/** May somebody know of it? */
export type MayKnow = (kind: DataKind, id: string) => boolean;

/** What may not be known of is left out, and counts for nothing. */
export async function listLayers(
  workspace: string,
  archives: Archives,
  database: ServedDatabase,
  mayKnow: MayKnow,
): Promise<LayerList> {
  const [records, drawn, names, region] = await Promise.all([
    database.openExisting().then((known) => (known ? listLayerRecords(known) : [])),
    database.openExisting().then((known) => (known ? listSourceLayers(known) : [])),
    listArchives(workspace),
    readRegion(workspace),
  ]);
  // The basemap lies under every layer and is none itself.
  const claimed = new Set([region?.basemap, ...records.flatMap((layer) => layer.frames.map((f) => f.id))]);
  const mayShow = (name: string) => !claimed.has(name) && mayKnow('layer', name) && mayKnow('archive', name);
  const loose = await Promise.all(names.filter(mayShow).map((name) => looseLayer(archives, name)));
  const known = records.map(toSummary).filter(({ id }) => mayKnow('layer', id));
  const shown = known.map((layer) => ({ ...layer, frames: layer.frames.filter(({ id }) => mayKnow('archive', id)) }));
  const named = new Set([...names, ...records.map(({ id }) => id), ...claimed]);
  const layers = [
    ...shown.filter(({ frames }, k) => frames.length > 0 || known[k]!.frames.length === 0),
    ...loose.filter((l) => l !== null),
    ...drawn
      .filter(({ id, data }) => !named.has(id) && mayKnow('layer', id) && mayKnow(data.kind, data.id))
      .map(vectorLayerSummary),
  ];
  return {
    layers,
    home: { bounds: region?.bounds ?? around(layers), basemap: region?.basemap ?? null },
    places: region?.places ?? [],
  };
}

/** A layer made of what an archive says of itself; null where it cannot be read (the log of its first use says why). */
async function looseLayer(archives: Archives, name: string): Promise<LayerSummary | null> {
  let opened: OpenArchive;
  try {
    opened = await archives.open(name);
  } catch (error) {
    if (isPlatformError(error)) return null;
    throw error;
  }
  const { header, metadata } = opened.archive;
  const title = textOf(metadata, 'name') ?? name;
  const description = textOf(metadata, 'description') ?? '';
  const statistics = statisticsOf(metadata);
  return {
    id: name,
    title: { nl: title, en: title },
    description: { nl: description, en: description },
    theme: 'reference',
    kind: header.tileType === 'mvt' ? 'vector' : metadata['precision'] ? 'value' : 'picture',
    unit: textOf(metadata, 'unit'),
    range: statistics ? [statistics.min, statistics.max] : null,
    colormap: null,
    frames: [
      {
        id: name,
        datetime: null,
        clearShare: null,
        tilejson: `/tiles/${name}/tilejson.json`,
        archive: `/archives/${name}.pmtiles`,
      },
    ],
    bounds: header.bounds,
    attribution: attributionOf(metadata),
    simulated: false,
  };
}

export function tileJson(name: string, { archive, version }: OpenArchive, origin: string): TileJson {
  const { header, metadata } = archive;
  const { extension } = TILE_FORMATS[header.tileType as keyof typeof TILE_FORMATS];
  const [lon, lat, zoom] = header.center;
  return {
    tilejson: '3.0.0',
    name: textOf(metadata, 'name') ?? name,
    description: textOf(metadata, 'description') ?? '',
    attribution: attributionOf(metadata),
    scheme: 'xyz',
    tiles: [`${origin}/tiles/${name}/{z}/{x}/{y}.${extension}?v=${version}`],
    minzoom: header.minZoom,
    maxzoom: header.maxZoom,
    bounds: header.bounds,
    center: [lon, lat, Math.min(header.maxZoom, Math.max(header.minZoom, zoom))],
    format: extension,
    ...tileSize(metadata),
    ...vectorLayers(archive),
    ...valueEncoding(metadata),
  };
}

function tileSize(metadata: Archive['metadata']): Pick<TileJson, 'tileSize'> {
  const size = Number(metadata['tileSize']);
  return size === 256 || size === 512 ? { tileSize: size } : {};
}

function vectorLayers({ header, metadata }: Archive): Pick<TileJson, 'vector_layers'> {
  return header.tileType === 'mvt'
    ? { vector_layers: (metadata['vector_layers'] as VectorLayer[] | undefined) ?? [] }
    : {};
}

function valueEncoding(metadata: Archive['metadata']): Partial<TileJson> {
  const precision = Number(metadata['precision']);
  if (precision !== 8 && precision !== 16) return {};
  const statistics = statisticsOf(metadata);
  return {
    precision,
    scale: Number(metadata['scale']),
    offset: Number(metadata['offset']),
    unit: textOf(metadata, 'unit'),
    ...(statistics ? { statistics } : {}),
  };
}

function statisticsOf(metadata: Archive['metadata']): ValueStatistics | null {
  const s = metadata['statistics'];
  return s && typeof s === 'object' ? (s as ValueStatistics) : null;
}

/** What an archive says under a key, if that is a text: anybody may have written it. */
function textOf(metadata: Archive['metadata'], key: string): string | null {
  const value = metadata[key];
  return typeof value === 'string' ? value : null;
}

function attributionOf(metadata: Archive['metadata']): string {
  return textOf(metadata, 'attribution') || 'Source not stated';
}

const EVERYWHERE: LonLatBox = [-180, -85, 180, 85];

function around(layers: readonly LayerSummary[]): LonLatBox {
  if (layers.length === 0) return EVERYWHERE;
  return [
    Math.min(...layers.map((l) => l.bounds[0])),
    Math.min(...layers.map((l) => l.bounds[1])),
    Math.max(...layers.map((l) => l.bounds[2])),
    Math.max(...layers.map((l) => l.bounds[3])),
  ];
}
