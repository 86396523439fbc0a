/** How alerts leave the house. */
import { PlatformError } from '../../pipelines/core/errors.ts';

export interface Sending {
  /**
   * Servers that webhooks may go to: `hooks.example.org`, `*.example.org`, `*` for all that are not inside the network.
   * `LANDMETER_WEBHOOK_HOSTS`; default: none.
   */
  readonly webhookHosts: readonly string[];
  /** `smtp://user:password@host:port` or `smtps://…`; null: no letters. `LANDMETER_SMTP_URL`. */
  readonly smtpUrl: string | null;
  /** Sender of letters. `LANDMETER_MAIL_FROM`; default: `landmeter@` and the host's name. */
  readonly from: string;
}

export const SENDS_NOTHING: Sending = { webhookHosts: [], smtpUrl: null, from: 'landmeter@localhost' };

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {PlatformError} `usage` */
export function readSending(env: Environment, hostName: string): Sending {
  const smtpUrl = env['LANDMETER_SMTP_URL'] || null;
  if (smtpUrl !== null && !/^smtps?:\/\/[^/]+/.test(smtpUrl))
    throw new PlatformError(
      'usage',
      'Setting LANDMETER_SMTP_URL is no address of a mail server; smtp://user:password@host:587 is accepted',
      { detail: { parameter: 'LANDMETER_SMTP_URL' } },
    );
  const hosts = (env['LANDMETER_WEBHOOK_HOSTS'] ?? '').split(',');
  return {
    webhookHosts: hosts.flatMap((host) => host.trim().toLowerCase() || []),
    smtpUrl,
    from: env['LANDMETER_MAIL_FROM'] || `landmeter@${hostName}`,
  };
}
