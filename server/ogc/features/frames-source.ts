/** The dates of a layer as features: where each has pixels, and where its tiles and its archive are. */
import { boxGeometry } from '../../../pipelines/core/cql2/build.ts';
import type { Queryables } from '../../../pipelines/core/cql2/queryables.ts';
import type { LayerSummary } from '../../../pipelines/core/wire.ts';
import { listSource } from './list-source.ts';
import type { FeatureRow, FeatureSource } from './source.ts';

export function framesSource({ id, frames, bounds, title, attribution }: LayerSummary, origin: string): FeatureSource {
  const rows = frames.map((frame): FeatureRow => ({
    id: frame.id,
    key: frame.id,
    geometry: boxGeometry(bounds, '').geometry,
    properties: { layer: id, title: title.en, datetime: frame.datetime, clearShare: frame.clearShare, attribution },
    time: frame.datetime === null ? null : { start: frame.datetime, end: frame.datetime },
    links: [
      { href: `${origin}${frame.tilejson}`, rel: 'tilejson', type: 'application/json', title: 'TileJSON' },
      ...(frame.archive === null
        ? []
        : [{ href: `${origin}${frame.archive}`, rel: 'enclosure', type: 'application/vnd.pmtiles', title: 'PMTiles' }]),
    ],
  }));
  return listSource(async () => rows, QUERYABLES);
}

const QUERYABLES: Queryables = {
  id: { type: 'string', schema: { title: 'Id of the frame', type: 'string' } },
  geometry: {
    type: 'geometry',
    schema: { title: 'Extent', format: 'geometry-any', $ref: 'https://geojson.org/schema/Geometry.json' },
  },
  datetime: { type: 'instant', schema: { title: 'Time', type: 'string', format: 'date-time' } },
  clearShare: { type: 'number', schema: { title: 'Share of pixels that are clear', type: 'number' } },
};
