/** Makes a product again from its passport and compares: `landmeter replay`. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isPlatformError, PlatformError } from '../core/errors.ts';
import type { InputRecord, Passport, SoftwareRecord } from '../core/passport/passport.ts';
import { compareProducts } from '../passport/compare.ts';
import type { Difference } from '../passport/compare.ts';
import { digestOf } from '../passport/digest.ts';
import { identify, isSame } from '../passport/identify.ts';
import { pathOf } from '../passport/place.ts';
import { findPassport } from '../passport/sidecar.ts';
import { softwareRecord } from '../passport/software.ts';
import { isProcessName, processOf } from './processes.ts';
import type { ProcessName, StartRunner } from './processes.ts';
import type { RunControls } from './progress.ts';
import { parseRequest } from './requests.ts';

export interface ReplayReport {
  readonly product: string;
  readonly outcome: 'identical' | 'within-tolerance' | 'differs';
  /** Why not identical; empty where it is. */
  readonly reasons: readonly string[];
  readonly inputs: readonly InputCheck[];
  readonly software: { readonly before: SoftwareRecord; readonly now: SoftwareRecord };
  /** Of values; null where nothing was compared value by value. */
  readonly largestDifference: number | null;
}

export interface InputCheck {
  readonly role: string;
  readonly path: string;
  readonly state: 'same' | 'changed' | 'missing';
}

export interface ReplayOptions extends Omit<RunControls, 'passport'> {
  /** Values that differ by no more than this count as the same. Default 0. */
  readonly tolerance?: number;
}

/**
 * Checks product and inputs against the passport, then makes the product anew in a temporary folder and compares byte
 * by byte. Where an input changed nothing is made: it would be another product.
 * @param path  A product, or its sidecar.
 * @throws {PlatformError} `not-found`, `format-damaged` for the passport; what the run throws; `aborted`
 */
export async function replay(
  path: string,
  startRunner: StartRunner,
  { tolerance = 0, ...controls }: ReplayOptions = {},
): Promise<ReplayReport> {
  const { passport, product, embedded } = await findPassport(path);
  const name = processName(passport, product);
  const folder = await baseFolder(passport, product);
  const inputs = await checkInputs(passport.inputs, folder, controls.signal);
  const software = { before: passport.software, now: await softwareRecord() };
  const common = { product, inputs, software, largestDifference: null };
  const reasons = inputs.flatMap(describeCheck);
  const altered = embedded ? null : await checkProduct(product, passport, controls.signal);
  if (altered !== null) reasons.unshift(altered);
  if (reasons.length > 0) return { ...common, outcome: 'differs', reasons };

  const difference = await recompute(name, passport, product, folder, startRunner, controls);
  if (difference === null) return { ...common, outcome: 'identical', reasons: [] };
  const { sentence, largest } = difference;
  const accepted = largest !== null && largest <= tolerance;
  return {
    ...common,
    outcome: accepted ? 'within-tolerance' : 'differs',
    reasons: [`The inputs are the same, but ${sentence}`, describeCode(software)],
    largestDifference: largest,
  };
}

function processName({ process: { name } }: Passport, product: string): ProcessName {
  if (isProcessName(name)) return name;
  throw new PlatformError(
    'format-unsupported',
    `${product} was made by ${name}, which this Landmeter cannot carry out`,
  );
}

/** Beside the passport, where products are moved together with their inputs; else where the product was made. */
async function baseFolder({ inputs, product: { folder } }: Passport, product: string): Promise<string> {
  const here = dirname(resolve(product));
  if (folder === undefined || folder === here) return here;
  for (const { place } of inputs) if (!(await isThere(pathOf(place, here)))) return folder;
  return here;
}

async function isThere(path: string): Promise<boolean> {
  if (/^https?:/i.test(path)) return true;
  return stat(path.replace(/!\/.*$/s, '')).then(
    () => true,
    () => false,
  );
}

async function checkInputs(
  inputs: readonly InputRecord[],
  folder: string,
  signal: AbortSignal | undefined,
): Promise<InputCheck[]> {
  const known = new Map<string, InputCheck['state']>();
  const checks: InputCheck[] = [];
  for (const input of inputs) {
    const path = pathOf(input.place, folder);
    let state = known.get(path);
    if (!state) known.set(path, (state = await checkInput(input, path, signal)));
    checks.push({ role: input.role, path, state });
  }
  return checks;
}

async function checkInput(input: InputRecord, path: string, signal: AbortSignal | undefined) {
  try {
    return isSame(input, await identify(path, input.reading === undefined, signal)) ? 'same' : 'changed';
  } catch (error) {
    if (isPlatformError(error) && error.code !== 'aborted' && error.code !== 'remote-failed') return 'missing';
    throw error;
  }
}

function describeCheck({ role, path, state }: InputCheck): string[] {
  if (state === 'same') return [];
  const what = state === 'changed' ? 'has changed since' : 'is not there any more, or cannot be read';
  return [`The input ${role}, ${path}, ${what}`];
}

async function checkProduct(product: string, passport: Passport, signal: AbortSignal | undefined) {
  if (!(await isThere(product))) return `${product} itself is not there; only its passport is`;
  const { sha256 } = await digestOf(product, signal);
  if (sha256 === passport.product.sha256) return null;
  return `${product} is not the file that its passport describes: it was changed or replaced since`;
}

async function recompute<N extends ProcessName>(
  name: N,
  passport: Passport,
  product: string,
  folder: string,
  startRunner: StartRunner,
  controls: RunControls,
): Promise<Difference | null> {
  const { run, mapPaths } = processOf(name);
  const scratch = await mkdtemp(join(tmpdir(), 'landmeter-replay-'));
  try {
    // The same name, because formats and titles come from it
    const again = join(scratch, basename(passport.product.name));
    const request = parseRequest(name, passport.process.request, again, `The passport of ${product}`);
    await run(
      mapPaths(request, (place) => pathOf(place, folder)),
      startRunner,
      controls,
    );
    return await compareProducts(product, again, controls.signal);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function describeCode({ before, now }: ReplayReport['software']): string {
  const label = ({ version, commit }: SoftwareRecord) =>
    `${version}${commit === null ? '' : ` (${commit.slice(0, 12)})`}`;
  if (label(before) !== label(now))
    return `The code is another version: ${label(before)} made it, this is ${label(now)}`;
  return `The code is the same version, ${label(now)}, on Node ${before.node} before and ${now.node} now; please report this`;
}
