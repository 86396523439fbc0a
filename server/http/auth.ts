/** The operator's token: a file in the workspace. What it and others may do is decided in `server/policy`. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeError } from '../../pipelines/io/output-file.ts';

const TOKEN_FILE = 'operator.token';

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
