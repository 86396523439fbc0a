/** Who may write. Reading public layers needs no token; a wrong one is refused everywhere. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { writeError } from '../../pipelines/io/output-file.ts';

const TOKEN_FILE = 'operator.token';
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Where a POST only asks: what is asked does not fit into an address. */
const QUESTIONS = /^\/(raster\/[^/]+\/statistics|stac\/(search|aggregate))$/;

export async function readOperatorToken(workspace: string): Promise<string | null> {
  const text = await readFile(join(workspace, TOKEN_FILE), 'utf8').catch(() => '');
  return text.trim() || null;
}

/** The workspace's operator token, made on first use and readable by its owner alone. */
export async function ensureOperatorToken(workspace: string): Promise<string> {
  const known = await readOperatorToken(workspace);
  if (known) return known;
  const token = randomBytes(32).toString('base64url');
  const path = join(workspace, TOKEN_FILE);
  try {
    await mkdir(workspace, { recursive: true });
    await writeFile(path, `${token}\n`, { mode: 0o600 });
  } catch (error) {
    throw writeError(path, error);
  }
  return token;
}

/** @throws {PlatformError} `unauthorized` */
export function requireTokenToWrite(token: string | null): RequestHandler {
  return (req, _res, next) => {
    const given = /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (req.headers.authorization !== undefined && !(given && token && same(given, token)))
      throw new PlatformError('unauthorized', 'The token is not known here; ask the operator for one');
    const isQuestion = req.method === 'POST' && QUESTIONS.test(req.path);
    if (!READS.has(req.method) && !isQuestion && given === undefined)
      throw new PlatformError('unauthorized', `${req.method} needs a token: send Authorization: Bearer …`);
    next();
  };
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
