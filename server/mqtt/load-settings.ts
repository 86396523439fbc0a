import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlatformError } from '../../pipelines/core/errors.ts';
import type { MqttSettings } from './subscriptions.ts';
import { DEFAULT_SETTINGS, parseMqttSettings } from './subscriptions.ts';

/**
 * @param path  Null: `mqtt.yaml` in the workspace, where there is one.
 * @throws {PlatformError} `usage` where a file that was named cannot be read, and what is wrong with what it says
 */
export async function loadMqttSettings(path: string | null, workspace: string): Promise<MqttSettings> {
  const file = path ?? join(workspace, 'mqtt.yaml');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (path === null && code === 'ENOENT') return DEFAULT_SETTINGS;
    throw new PlatformError('usage', `The MQTT subscriptions ${file} cannot be read (${code})`, { cause });
  }
  return parseMqttSettings(text, file);
}
