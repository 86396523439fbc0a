/** One delivery out of the house: a signed webhook or a letter. */
import { createHmac } from 'node:crypto';
import type { Target } from '../core/alerts/rule.ts';
import { PlatformError } from '../core/errors.ts';
import { fetchAllowed, withRemoteHosts } from '../io/byte-source/remote-hosts.ts';
import type { AlertMessage } from './alert-message.ts';
import { letterOf } from './alert-message.ts';

export interface SendOptions {
  /** Servers that webhooks may go to, as `remote-hosts.ts` has them. */
  readonly webhookHosts: readonly string[];
  /** `smtp://user:password@host:port`; null: letters cannot be sent. */
  readonly smtpUrl: string | null;
  readonly from: string;
  /** Address of this server, with a slash at the end; null: not known. */
  readonly base: () => string | null;
}

const TIMEOUT_MS = 15_000;

/** @param id  The same for each try @throws {Error} where it did not arrive */
export async function send(id: string, target: Target, message: AlertMessage, options: SendOptions): Promise<void> {
  if (target.kind === 'email') return sendLetter(id, target.to, message, options);
  return withRemoteHosts(options.webhookHosts, () => sendWebhook(id, target, message));
}

/**
 * Signed as others do, so that receivers need no code of ours.
 * @see Standard Webhooks 1.0, https://www.standardwebhooks.com
 */
async function sendWebhook(
  id: string,
  { url, secret }: Extract<Target, { kind: 'webhook' }>,
  message: AlertMessage,
): Promise<void> {
  const body = JSON.stringify(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'User-Agent': 'Landmeter',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(secret !== undefined && { 'webhook-signature': signatureOf(secret, id, timestamp, body) }),
  };
  const response = await fetchAllowed(new URL(url), headers, AbortSignal.timeout(TIMEOUT_MS), body);
  await response.body?.cancel();
  if (!response.ok) throw new PlatformError('remote-failed', `The receiver answered ${response.status}`);
}

export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

async function sendLetter(id: string, to: string, message: AlertMessage, options: SendOptions): Promise<void> {
  const { smtpUrl, from, base } = options;
  if (smtpUrl === null)
    throw new PlatformError('unavailable', 'No server for letters is set; LANDMETER_SMTP_URL=smtp://host:25 sets one');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { subject, text } = letterOf(message, base());
    await transport.sendMail({ from, to, subject, text, headers: { 'X-Landmeter-Delivery': id } });
  } finally {
    transport.close();
  }
}
