/** The STAC item beside a simulated scene: what it is, its bands, how numbers become reflectance. */
import { createTransform } from '../../pipelines/core/grid/crs.ts';
import { SAMPLE_EPSG } from '../geography/geography.ts';
import { BANDS } from '../landscape/cover.ts';
import type { SampleGrid } from '../landscape/grid.ts';
import { gridTransform } from '../landscape/grid.ts';
import type { Overpass } from './dates.ts';
import { ADD_OFFSET, QUANTIFICATION } from './reflect.ts';

export const SAMPLE_COLLECTION = 'sample-sentinel-2-l2a';
export const SAMPLE_ATTRIBUTION = 'Simulated by Landmeter; not a measurement (EUPL-1.2)';

export function sceneId(overpass: Overpass): string {
  return `SIM_31UFT_${overpass.datetime.slice(0, 10).replaceAll('-', '')}`;
}

export function createItem(grid: SampleGrid, overpass: Overpass, clearShare: number): Record<string, unknown> {
  const ring = footprint(grid);
  const lons = ring.map((p) => p[0]);
  const lats = ring.map((p) => p[1]);
  const asset = (href: string, gsd: number, extra: Record<string, unknown>) => ({
    href: `./${href}`,
    type: 'image/tiff; application=geotiff; profile=cloud-optimized',
    gsd,
    'proj:shape': gsd === 10 ? [grid.height, grid.width] : [grid.height >> 1, grid.width >> 1],
    'proj:transform': gridTransform(grid, gsd === 10 ? 10 : 20),
    ...extra,
  });
  const bands = BANDS.map(({ code, common, gsd }) => [
    common,
    asset(`${code}.tif`, gsd, {
      roles: ['data', 'reflectance'],
      'eo:bands': [{ name: code, common_name: common }],
      'raster:bands': [
        {
          nodata: 0,
          data_type: 'uint16',
          spatial_resolution: gsd,
          scale: 1 / QUANTIFICATION,
          offset: ADD_OFFSET / QUANTIFICATION,
        },
      ],
    }),
  ]);
  return {
    type: 'Feature',
    stac_version: '1.1.0',
    stac_extensions: [
      'https://stac-extensions.github.io/eo/v1.1.0/schema.json',
      'https://stac-extensions.github.io/projection/v1.1.0/schema.json',
      'https://stac-extensions.github.io/raster/v1.1.0/schema.json',
    ],
    id: sceneId(overpass),
    collection: SAMPLE_COLLECTION,
    geometry: { type: 'Polygon', coordinates: [ring] },
    bbox: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)],
    properties: {
      title: `Simulated scene of ${overpass.datetime.slice(0, 10)}`,
      description: 'Made by a generator. Landscape, season and clouds are plausible, but nothing was measured.',
      datetime: overpass.datetime,
      platform: overpass.platform,
      instruments: ['msi'],
      gsd: 10,
      'eo:cloud_cover': Math.round((1 - clearShare) * 10000) / 100,
      'proj:epsg': SAMPLE_EPSG,
      's2:processing_baseline': '05.11',
      'earthsearch:boa_offset_applied': false,
      'grid:code': 'MGRS-31UFT',
      'landmeter:simulated': true,
    },
    assets: {
      ...Object.fromEntries(bands),
      scl: asset('SCL.tif', 20, {
        roles: ['data'],
        'raster:bands': [{ nodata: 0, data_type: 'uint8', spatial_resolution: 20 }],
      }),
      visual: asset('TCI.tif', 10, {
        roles: ['visual'],
        'raster:bands': [{ nodata: 0, data_type: 'uint8', spatial_resolution: 10 }],
      }),
    },
    links: [],
  };
}

function footprint(grid: SampleGrid): [number, number][] {
  const [a, , x, , e, y] = gridTransform(grid, 10);
  const toLonLat = createTransform(SAMPLE_EPSG, 4326);
  const corners = [
    [0, grid.height],
    [grid.width, grid.height],
    [grid.width, 0],
    [0, 0],
    [0, grid.height],
  ];
  return corners.map(
    ([col, row]) =>
      toLonLat.point(x + a * col!, y + e * row!).map((v) => Math.round(v * 1e7) / 1e7) as [number, number],
  );
}
