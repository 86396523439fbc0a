/** What this API declares to do. A class stands here once its tests pass. */

const STAC = 'https://api.stacspec.org/v1.0.0';
const FEATURES = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf';
const FILTER = 'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf';
const CQL2 = 'http://www.opengis.net/spec/cql2/1.0/conf';

export const CONFORMS_TO: readonly string[] = [
  `${STAC}/core`,
  `${STAC}/collections`,
  `${STAC}/ogcapi-features`,
  `${STAC}/ogcapi-features#sort`,
  `${STAC}/ogcapi-features#fields`,
  `${STAC}/ogcapi-features#query`,
  `${STAC}/ogcapi-features/extensions/transaction`,
  `${STAC}/item-search`,
  `${STAC}/item-search#sort`,
  `${STAC}/item-search#fields`,
  `${STAC}/item-search#query`,
  `${STAC}/item-search#filter`,
  'https://api.stacspec.org/v0.3.0/aggregation',
  `${FEATURES}/core`,
  `${FEATURES}/geojson`,
  `${FEATURES}/oas30`,
  'http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/simpletx',
  `${FILTER}/queryables`,
  `${FILTER}/filter`,
  `${FILTER}/features-filter`,
  `${CQL2}/cql2-text`,
  `${CQL2}/cql2-json`,
  `${CQL2}/basic-cql2`,
  `${CQL2}/advanced-comparison-operators`,
  `${CQL2}/case-insensitive-comparison`,
  `${CQL2}/accent-insensitive-comparison`,
  `${CQL2}/basic-spatial-functions`,
  `${CQL2}/basic-spatial-functions-plus`,
  `${CQL2}/spatial-functions`,
  `${CQL2}/temporal-functions`,
  `${CQL2}/arithmetic`,
  `${CQL2}/property-property`,
];
