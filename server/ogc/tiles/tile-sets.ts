/** The tile sets of a collection: one for each matrix set that its tiles are drawn in. */
import { TILE_MATRIX_SETS } from '../../../pipelines/core/grid/tile-matrix-sets.ts';
import type { QuadTileMatrixSet } from '../../../pipelines/core/grid/tile-matrix-sets.ts';
import type { Zooms } from '../../../pipelines/vector-tiles/zooms.ts';
import type { OgcCollection } from '../collections.ts';
import { CRS84 } from '../features/crs.ts';
import type { OgcLink, Site } from '../site.ts';
import { JSON_TYPE, OGC_REL } from '../site.ts';
import { crsUri, limitsOf } from './matrix-sets.ts';

export const PICTURE_TYPES = { png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg' } as const;
export const VECTOR_TYPE = 'application/vnd.mapbox-vector-tile';

/** Vector tiles are made in Web Mercator alone. */
export function matrixSetsOf({ layer }: OgcCollection): readonly QuadTileMatrixSet[] {
  return layer?.kind === 'vector' ? TILE_MATRIX_SETS.slice(0, 1) : TILE_MATRIX_SETS;
}

export interface TileSetFacts {
  readonly zooms: Zooms;
  /** Of the query, that each tile is to be asked with too. */
  readonly words: Readonly<Record<string, string>>;
  readonly site: Site;
}

export function describeTileSet(
  collection: OgcCollection,
  set: QuadTileMatrixSet,
  { zooms, words, site }: TileSetFacts,
) {
  const { id, title, bbox, citation, layer } = collection;
  const isVector = layer?.kind === 'vector';
  const tiles = `${site.collection(id)}/${isVector ? 'tiles' : 'map/tiles'}/${set.id}`;
  const [west, south, east, north] = bbox!;
  const types: Readonly<Record<string, string>> = isVector ? { mvt: VECTOR_TYPE } : PICTURE_TYPES;
  const query = (form: string) => new URLSearchParams({ ...(!isVector && { f: form }), ...words }).toString();
  const links: OgcLink[] = [
    { href: tiles, rel: 'self', type: JSON_TYPE, title: `Tiles in ${set.id}` },
    {
      href: `${site.root}/tileMatrixSets/${set.id}`,
      rel: `${OGC_REL}/tiling-scheme`,
      type: JSON_TYPE,
      title: set.title,
    },
    ...Object.entries(types).map(([form, type]): OgcLink => ({
      href: `${tiles}/{tileMatrix}/{tileRow}/{tileCol}?${query(form)}`.replace(/\?$/, ''),
      rel: 'item',
      type,
      title: `A tile as ${form}`,
      templated: true,
    })),
  ];
  return {
    title: `${title} (${set.id})`,
    ...(citation !== null && { attribution: citation }),
    dataType: isVector ? 'vector' : 'map',
    crs: crsUri(set.epsg),
    tileMatrixSetURI: set.uri,
    tileMatrixSetLimits: limitsOf(set, bbox!, [zooms.minZoom, zooms.maxZoom]) ?? [],
    boundingBox: { lowerLeft: [west, south], upperRight: [east, north], crs: CRS84 },
    links,
  };
}
