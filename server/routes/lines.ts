import type { Response } from 'express';
import { isPlatformError } from '../../pipelines/core/errors.ts';

/** A connection on which nothing moves is cut; a large scene takes longer than that. */
const ALIVE_MS = 10_000;

/**
 * A line of JSON for each result as soon as it is there, `{alive: true}` where the next one takes long, and a last line
 * `{error: {code, message}}` for a failure, because the status has been sent by then.
 */
export async function sendLines(res: Response, results: AsyncIterable<object>): Promise<void> {
  // Compression would hold lines back.
  res.status(200).set({ 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store, no-transform' });
  res.flushHeaders();
  const send = (line: object) => void res.write(`${JSON.stringify(line)}\n`);
  const alive = setInterval(() => send({ alive: true }), ALIVE_MS);
  try {
    for await (const result of results) send(result);
  } catch (error) {
    if (!isPlatformError(error)) throw error;
    send({ error: { code: error.code, message: error.message } });
  } finally {
    clearInterval(alive);
  }
  res.end();
}
