/** A `GET` that stands in a batch, answered as if it had come by itself. */
import type { Request, Response } from 'express';
import type { Database } from '../../../pipelines/database/database.ts';
import { hiddenFrom } from '../../policy/access.ts';
import { answer } from '../read/answer.ts';
import { parsePath } from '../read/path.ts';
import { STA_PATH } from '../read/site.ts';
import type { BatchResponse } from './batch.ts';

/** @param url  Below the root, with its options. @throws {PlatformError} as the request by itself */
export async function readWithin(database: Database, batch: Request, url: string): Promise<Omit<BatchResponse, 'id'>> {
  const { pathname, searchParams } = new URL(url, 'http://batch.invalid');
  const query = Object.fromEntries(searchParams);
  const req = Object.create(batch, {
    path: { value: `${STA_PATH}${pathname}` },
    query: { value: query },
  }) as Request;
  const written = { status: 200, type: 'application/json', text: '' };
  const res = {
    set: () => res,
    status: (status: number) => ((written.status = status), res),
    type: (type: string) => ((written.type = type), res),
    send: (text: string) => ((written.text = text), res),
    end: () => res,
  };
  await answer(database, parsePath(pathname), {
    req,
    res: res as unknown as Response,
    path: pathname,
    hidden: hiddenFrom(batch, 'sensors'),
  });
  const { status, type, text } = written;
  const isJson = type.includes('json') && text !== '';
  return {
    status,
    headers: { 'content-type': type },
    ...(text !== '' && { body: isJson ? (JSON.parse(text) as unknown) : text }),
  };
}
