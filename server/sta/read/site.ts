/** Addresses of the service as the client knows the server. */
import type { IncomingMessage } from 'node:http';
import { originOf } from '../../http/headers.ts';
import type { EntityType } from './entities.ts';

export const STA_PATH = '/sta/v1.1';

export function rootOf(req: IncomingMessage): string {
  return `${originOf(req)}${STA_PATH}`;
}

export function entityAddress(root: string, { set }: EntityType, id: number): string {
  return `${root}/${set}(${id})`;
}
