import type { LayerSummary, TileJson } from '../../../pipelines/core/wire.ts';
import type { SourceLayer } from '../../../pipelines/vector-tiles/source.ts';
import { withoutFolders } from '../without-folders.ts';
import type { ServedVectorLayer } from './service.ts';

export function vectorTileJson(layer: ServedVectorLayer, origin: string): TileJson {
  const { id, title, bounds, minZoom, maxZoom, fields, version } = layer;
  const [west, south, east, north] = bounds;
  return {
    tilejson: '3.0.0',
    name: title,
    description: `${layer.count} features, drawn from the database`,
    attribution: withoutFolders(layer.origin),
    scheme: 'xyz',
    tiles: [`${origin}/tiles/${encodeURIComponent(id)}/{z}/{x}/{y}.mvt?v=${version}`],
    minzoom: minZoom,
    maxzoom: maxZoom,
    bounds,
    center: [(west + east) / 2, (south + north) / 2, Math.min(maxZoom, minZoom + 2)],
    format: 'mvt',
    vector_layers: [{ id, fields, minzoom: minZoom, maxzoom: maxZoom }],
  };
}

/** As the map lists it: without dates, and without an archive. */
export function vectorLayerSummary({ id, title, count, bounds, origin }: SourceLayer): LayerSummary {
  const source = withoutFolders(origin);
  return {
    id,
    title: { nl: title, en: title },
    description: { nl: `${count} vlakken of punten, uit ${source}`, en: `${count} features, from ${source}` },
    theme: 'reference',
    kind: 'vector',
    unit: null,
    range: null,
    colormap: null,
    frames: [
      {
        id,
        datetime: null,
        clearShare: null,
        tilejson: `/tiles/${encodeURIComponent(id)}/tilejson.json`,
        archive: null,
      },
    ],
    bounds,
    attribution: source,
    simulated: false,
  };
}
