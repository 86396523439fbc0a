/** What the service declares to do. A class stands here once its tests pass. */

const SPEC = 'http://www.opengis.net/spec/iot_sensing/1.1/req';
const of = (area: string, ...names: string[]) => names.map((name) => `${SPEC}/${area}/${name}`);

export const CONFORMANCE: readonly string[] = [
  `${SPEC}/datamodel`,
  ...of(
    'datamodel',
    'entity-control-information',
    'thing',
    'location',
    'historical-location',
    'datastream',
    'sensor',
    'observed-property',
    'observation',
    'feature-of-interest',
  ),
  `${SPEC}/resource-path`,
  ...of('resource-path', 'resource-path-to-entities'),
  `${SPEC}/request-data`,
  ...of(
    'request-data',
    'status-codes',
    'query-status-codes',
    'order',
    'expand',
    'select',
    'orderby',
    'skip',
    'top',
    'count',
    'filter',
    'built-in-filter-operations',
    'built-in-query-functions',
    'pagination',
  ),
  `${SPEC}/create-update-delete`,
  ...of(
    'create-update-delete',
    'create-entity',
    'link-to-existing-entities',
    'deep-insert',
    'deep-insert-status-codes',
    'update-entity',
    'delete-entity',
    'historical-location-auto-creation',
  ),
  `${SPEC}/data-array`,
  ...of('data-array', 'data-array'),
];
