/**
 * `$batch`: several requests in one, as JSON (OData JSON Format 4.01, 19); the multipart form is not spoken. Requests of one
 * `atomicityGroup` are carried out all or none. `$1` at the beginning of an address, or as an `@iot.id`, is the entity that
 * the request of that id made.
 */
import { isPlatformError } from '../../../pipelines/core/errors.ts';
import { invalid, isRecord } from './parse-entity.ts';

export const BATCH_METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
export type BatchMethod = (typeof BATCH_METHODS)[number];

export interface BatchRequest {
  readonly id: string;
  readonly group: string | null;
  readonly method: BatchMethod;
  /** Below the root of the service. */
  readonly url: string;
  readonly body: unknown;
}

export interface BatchResponse {
  readonly id: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a batch needs of the service around it. */
export interface BatchService {
  /** Works on one request; whatever is wrong with it is thrown. */
  carryOut(request: BatchRequest): Promise<BatchResponse>;
  /** All of them in one transaction. */
  carryOutTogether(requests: readonly BatchRequest[], resolve: Resolve): Promise<BatchResponse[]>;
  refusal(request: BatchRequest, error: unknown): BatchResponse;
}

/** Puts what was made in the place of `$id`; tells it of what was made. */
export interface Resolve {
  (request: BatchRequest): BatchRequest;
  readonly made: (response: BatchResponse) => void;
}

const MOST_REQUESTS = 1000;

/** @param root  Address of the service; an address in the batch may be whole, or below it. @throws {PlatformError} */
export async function runBatch(body: unknown, root: string, service: BatchService): Promise<BatchResponse[]> {
  const requests = parseBatch(body, root);
  const resolve = createResolve(root);
  const responses: BatchResponse[] = [];
  for (let from = 0; from < requests.length;) {
    const { group } = requests[from]!;
    const to = group === null ? from + 1 : endOf(requests, from);
    const part = requests.slice(from, to);
    try {
      const done =
        group === null ? [await service.carryOut(resolve(part[0]!))] : await service.carryOutTogether(part, resolve);
      for (const response of done) if (group === null) resolve.made(response);
      responses.push(...done);
    } catch (error) {
      if (group === null && !isPlatformError(error)) responses.push(service.refusal(part[0]!, error));
      else responses.push(...part.map((request) => service.refusal(request, error)));
    }
    from = to;
  }
  return responses;
}

function endOf(requests: readonly BatchRequest[], from: number): number {
  let to = from;
  while (to < requests.length && requests[to]!.group === requests[from]!.group) to++;
  return to;
}

function parseBatch(body: unknown, root: string): BatchRequest[] {
  const requests = isRecord(body) ? body['requests'] : null;
  if (!Array.isArray(requests)) throw invalid('requests', 'The body is no batch, which is {"requests": […]}');
  if (requests.length > MOST_REQUESTS)
    throw invalid('requests', `The batch has ${requests.length} requests; at most ${MOST_REQUESTS} are accepted`);
  const parsed = requests.map((request: unknown, k) => parseRequest(request, `requests[${k}]`, root));
  if (new Set(parsed.map(({ id }) => id)).size < parsed.length)
    throw invalid('requests', 'Two requests of the batch have the same id');
  return parsed;
}

function parseRequest(request: unknown, at: string, root: string): BatchRequest {
  if (!isRecord(request)) throw invalid(at, `${at} is no JSON object`);
  const { id, method, url, body, atomicityGroup: group } = request;
  if (typeof id !== 'string' || id === '') throw invalid(`${at}/id`, `${at} has no id, which is a text`);
  const upper = typeof method === 'string' ? (method.toUpperCase() as BatchMethod) : null;
  if (upper === null || !BATCH_METHODS.includes(upper))
    throw invalid(`${at}/method`, `${at}/method is none of ${BATCH_METHODS.join(', ')}`);
  if (typeof url !== 'string' || url === '') throw invalid(`${at}/url`, `${at} has no url, such as Things(1)`);
  if (group !== undefined && typeof group !== 'string')
    throw invalid(`${at}/atomicityGroup`, `${at}/atomicityGroup is no text`);
  return { id, group: group ?? null, method: upper, url: belowRoot(url, root), body };
}

function belowRoot(url: string, root: string): string {
  const path = URL.parse(root)!.pathname;
  const rest = url.startsWith(root)
    ? url.slice(root.length)
    : url.startsWith(`${path}/`)
      ? url.slice(path.length)
      : url;
  return rest.startsWith('/') || rest.startsWith('$') ? rest : `/${rest}`;
}

function createResolve(root: string): Resolve {
  const paths = new Map<string, string>();
  const resolve = (request: BatchRequest): BatchRequest => {
    const name = /^\$([^/?]+)/.exec(request.url)?.[1];
    const path = name === undefined ? undefined : paths.get(name);
    const url = path === undefined ? request.url : `${path}${request.url.slice(name!.length + 1)}`;
    return { ...request, url: url.startsWith('/') ? url : `/${url}`, body: replaced(request.body, paths, 0) };
  };
  const made = ({ id, headers }: BatchResponse) => {
    const location = headers?.['location'];
    if (location !== undefined) paths.set(id, location.slice(root.length));
  };
  return Object.assign(resolve, { made });
}

/** `{"@iot.id": "$1"}`, wherever it stands. */
function replaced(value: unknown, paths: ReadonlyMap<string, string>, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 64) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, paths, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]: [string, unknown]) => {
      const path = name === '@iot.id' && typeof item === 'string' ? paths.get(item.slice(1)) : undefined;
      return [name, path === undefined ? replaced(item, paths, depth + 1) : Number(/\((\d+)\)$/.exec(path)![1])];
    }),
  );
}
