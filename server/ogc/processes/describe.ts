/**
 * Built-in pipelines as processes, runs as their jobs.
 * @see OGC 18-062r2, OGC API - Processes - Part 1: Core
 */
import type { ProductRecord } from '../../../pipelines/queue/products-repository.ts';
import type { PipelineSummary } from '../../../pipelines/queue/load-pipeline.ts';
import type { RunRecord, RunState } from '../../../pipelines/queue/run-record.ts';
import type { OgcLink, Site } from '../site.ts';
import { JSON_TYPE, OGC_REL } from '../site.ts';

/** Processes have no version of their own: they are the software's. */
const VERSION = '1.0.0';

export function summariseProcess({ id, summary, description }: PipelineSummary, site: Site) {
  const address = `${site.root}/processes/${encodeURIComponent(id)}`;
  const links: OgcLink[] = [
    { href: address, rel: 'self', type: JSON_TYPE, title: summary },
    { href: `${address}/execution`, rel: `${OGC_REL}/execute`, title: 'Start it, with POST' },
  ];
  return {
    id,
    version: VERSION,
    title: summary,
    description,
    jobControlOptions: ['async-execute', 'dismiss'],
    outputTransmission: ['reference'],
    links,
  };
}

export function describeProcess(pipeline: PipelineSummary, site: Site) {
  const inputs = pipeline.parameters.map(({ name, description, schema, optional, default: usual }) => [
    name,
    {
      title: name,
      description,
      schema: { ...(schema as object), ...(usual !== undefined && { default: usual }) },
      minOccurs: optional ? 0 : 1,
    },
  ]);
  const products = {
    title: 'Products',
    description: 'What the run has made, each with its passport.',
    schema: { type: 'array', items: { type: 'object', required: ['href'], properties: { href: { type: 'string' } } } },
  };
  return {
    ...summariseProcess(pipeline, site),
    inputs: Object.fromEntries(inputs) as Record<string, unknown>,
    outputs: { products },
  };
}

const STATUS: Readonly<Record<RunState, string>> = {
  CREATED: 'accepted',
  PLANNED: 'accepted',
  RUNNING: 'running',
  DONE: 'successful',
  FAILED: 'failed',
  STOPPED: 'dismissed',
};

export const JOB_STATUS = [...new Set(Object.values(STATUS))];

export function statesOf(status: string): RunState[] {
  return (Object.keys(STATUS) as RunState[]).filter((state) => STATUS[state] === status);
}

export function describeJob(run: RunRecord, site: Site) {
  const address = `${site.root}/jobs/${encodeURIComponent(run.id)}`;
  const links: OgcLink[] = [
    { href: address, rel: 'self', type: JSON_TYPE, title: 'This job' },
    { href: `${site.origin}/runs/${encodeURIComponent(run.id)}`, rel: 'about', type: JSON_TYPE, title: 'The run' },
    ...(run.state === 'DONE'
      ? [{ href: `${address}/results`, rel: `${OGC_REL}/results`, type: JSON_TYPE, title: 'What it has made' }]
      : []),
  ];
  const share = shareDone(run);
  return {
    jobID: run.id,
    processID: run.pipeline,
    type: 'process',
    status: STATUS[run.state],
    ...(run.reason !== null && { message: run.reason }),
    created: run.createdAt,
    ...(run.startedAt !== null && { started: run.startedAt }),
    ...(run.endedAt !== null && { finished: run.endedAt }),
    updated: run.endedAt ?? run.heartbeatAt ?? run.startedAt ?? run.plannedAt ?? run.createdAt,
    ...(share !== null && { progress: share }),
    links,
  };
}

/** Per cent, by the steps that are done and the part of the one that is worked on; null where nobody knows. */
function shareDone({ state, progress }: RunRecord): number | null {
  if (state === 'DONE') return 100;
  if (progress === null || progress.steps === 0) return null;
  const inStep = progress.total ? Math.min(1, progress.done / progress.total) : 0;
  return Math.min(99, Math.floor((100 * (progress.stepIndex + inStep)) / progress.steps));
}

/** Results by reference: a file of a product is for those with a token. */
export function describeResults(products: readonly ProductRecord[], { origin }: Site) {
  return {
    products: products.map(({ id, title, mediaType, bytes, sha256 }) => ({
      href: `${origin}/products/${encodeURIComponent(id)}/file`,
      type: mediaType,
      title,
      length: bytes,
      sha256,
      passport: `${origin}/products/${encodeURIComponent(id)}/passport`,
    })),
  };
}
