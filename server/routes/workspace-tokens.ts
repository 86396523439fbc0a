import express, { Router } from 'express';
import { z } from 'zod';
import { TOKEN_ROLES } from '../../pipelines/policy/roles.ts';
import { tellTokens } from '../cli/commands/token.ts';
import type { TokenRequest, ToldToken } from '../cli/commands/token.ts';
import { parseBody } from '../http/body.ts';
import type { Queries } from '../../pipelines/database/database.ts';
import type { Policy } from '../policy/policy.ts';
import type { ServedDatabase } from '../services/database.ts';
import { sendLines } from './lines.ts';

const requestSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('create'),
    token: z.strictObject({
      role: z.enum(TOKEN_ROLES),
      scopes: z.array(z.string().min(1).max(100)).min(1).max(50).nullable(),
      purposes: z.array(z.string().min(1).max(200)).max(50).default([]),
      expiresInMs: z.number().positive().max(1e13).nullable(),
    }),
  }),
  z.strictObject({ action: z.literal('list') }),
  z.strictObject({ action: z.literal('revoke'), id: z.string().min(1).max(100) }),
]);

/** `POST /workspace/token`: what `landmeter token` does, for a workspace that this server holds. It holds at once. */
export function workspaceTokenRoutes(database: ServedDatabase, policy: Policy): Router {
  const router = Router();
  router.post('/workspace/token', express.json(), async (req, res) => {
    const request = parseBody(requestSchema, req.body);
    const opened = await database.open();
    await sendLines(res, carryOut(opened, request, policy));
  });
  return router;
}

/** What changed is in force before anybody is told. */
async function* carryOut(queries: Queries, request: TokenRequest, policy: Policy): AsyncGenerator<ToldToken> {
  for await (const token of tellTokens(queries, request)) {
    if (request.action !== 'list') await policy.reload();
    yield token;
  }
}
