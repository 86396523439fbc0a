/** Rules for the description of the API that a machine can check: OpenAPI's own, and the API design rules of the Dutch government. */
import { describe, expect, it } from 'vitest';
import { describeApi } from '../../server/openapi/document.ts';

const api = describeApi();
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);
/** Paths and words that a standard has named. */
const NAMED_BY_OTHERS = /^\/(ogc|stac|sta\/v|wmts|tiles|raster|archives|openapi\.json)/;

describe('the description of the API', () => {
  it('names the server with its major version, and its own in full', () => {
    expect(api.servers).toEqual([expect.objectContaining({ url: expect.stringMatching(/\/v\d+$/) })]);
    expect(api.info.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Object.keys(api.info.contact)).toEqual(expect.arrayContaining(['name', 'email', 'url']));
  });

  it('has an id of its own for every operation', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(operations)('$method $path', ({ path, method, parameters, responses, security, summary }) => {
    expect(summary).not.toBe('');
    const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(declared.toSorted()).toEqual([...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!).toSorted());
    const statuses = Object.keys(responses);
    expect(statuses.some((status) => /^[23]/.test(status))).toBe(true);
    if (method !== 'get' || parameters.length > 0) expect(statuses).toContain('400');
    for (const [status, { content, headers }] of Object.entries(responses))
      if (/^[45]/.test(status)) expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      else expect(Object.keys(headers ?? {})).toContain('API-Version');
    if (['put', 'patch', 'delete'].includes(method)) expect(security).toBeDefined();
    expect(path === '/' || !path.endsWith('/')).toBe(true);
    if (NAMED_BY_OTHERS.test(path)) return;
    expect(path).toMatch(/^(\/([a-z0-9-]+|\{[^}]+\}))*$|^\/$/);
    for (const { name, in: where } of parameters) if (where === 'query') expect(name).toMatch(/^[a-z][a-zA-Z\d]*$/);
  });
});
