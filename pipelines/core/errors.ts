/**
 * Every failure a caller can act on has a code of this list; what is not on it is our own bug.
 * The code decides the HTTP status (`server/http/problem.ts`) and the exit code (`server/cli/exit.ts`).
 */
export const ERROR_CODES = [
  'usage', // the command's or request's words do not fit: exit code 2
  'parameter-invalid', // a value that is understood but not accepted
  'not-found', // a file, layer, tile, scene that is not there
  'not-readable', // there, but not a file we may or can open
  'format-unknown', // not a raster, product or table that we read
  'format-damaged', // begins like one, but is truncated or contradicts itself
  'format-unsupported', // a correct file in a flavour that we do not read
  'crs-missing',
  'crs-unsupported',
  'grid-mismatch', // rasters that cannot be brought onto one grid
  'calibration-invalid',
  'band-missing',
  'index-unknown',
  'expression-invalid',
  'outside', // a place outside the raster
  'not-the-same', // a product that was made again came out otherwise
  'too-large', // would pass the memory ceiling or a format's limit
  'not-writable', // output cannot be created
  'disk-full',
  'aborted', // the caller gave up
  'busy', // queue full, workspace held by another process
  'remote-failed', // a server that we read from answered wrongly
  'unauthorized',
  'forbidden',
  'too-many-requests',
  'method-not-allowed',
  'payload-too-large',
  'range-unsatisfiable',
  'unavailable', // something of the system itself is missing or shutting down
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface PlatformErrorOptions {
  /** Facts for programs: the parameter, what came, what is accepted, a path, a position. */
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure with one sentence for people (what was asked, what was found, what to do) and a code for programs. */
export class PlatformError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: PlatformErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PlatformError';
    this.code = code;
    this.detail = options.detail ?? {};
  }
}

export function isPlatformError(error: unknown): error is PlatformError {
  return error instanceof PlatformError;
}
