/** What these APIs declare to do. A class stands here once its tests pass. */

const SPEC = 'http://www.opengis.net/spec';
const of = (standard: string, ...classes: string[]) => classes.map((name) => `${SPEC}/${standard}/conf/${name}`);

export const CONFORMS_TO: readonly string[] = [
  ...of('ogcapi-common-1/1.0', 'core', 'landing-page', 'json', 'html'),
  ...of('ogcapi-common-2/1.0', 'collections', 'json', 'html'),
  ...of('ogcapi-features-1/1.0', 'core', 'geojson', 'html'),
  ...of('ogcapi-features-2/1.0', 'crs'),
  ...of('ogcapi-features-3/1.0', 'queryables', 'queryables-query-parameters', 'filter', 'features-filter'),
  ...of(
    'cql2/1.0',
    'cql2-text',
    'cql2-json',
    'basic-cql2',
    'advanced-comparison-operators',
    'case-insensitive-comparison',
    'accent-insensitive-comparison',
    'basic-spatial-functions',
    'basic-spatial-functions-plus',
    'spatial-functions',
    'temporal-functions',
    'arithmetic',
    'property-property',
  ),
  ...of('ogcapi-tiles-1/1.0', 'core', 'tileset', 'tilesets-list', 'geodata-tilesets', 'png', 'jpeg', 'mvt'),
  ...of('tms/2.0', 'tilematrixset', 'tilematrixsetlimits', 'json-tilematrixset'),
  ...of('ogcapi-maps-1/1.0', 'core', 'collection-map', 'spatial-subsetting', 'scaling', 'png', 'jpeg'),
  ...of('ogcapi-processes-1/1.0', 'core', 'ogc-process-description', 'json', 'html', 'job-list', 'dismiss'),
  ...of('ogcapi-records-1/1.0', 'record-core'),
  ...of('ogcapi-edr-1/1.1', 'core', 'collections', 'queries', 'json', 'geojson', 'edr-geojson', 'covjson'),
];
