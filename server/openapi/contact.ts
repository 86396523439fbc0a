/** Whom to ask about a server, for its API's description. */
import { PlatformError } from '../../pipelines/core/errors.ts';

export interface Contact {
  /** `LANDMETER_CONTACT_NAME`. */
  readonly name: string;
  /** `LANDMETER_CONTACT_EMAIL`. */
  readonly email: string;
  /** `LANDMETER_CONTACT_URL`. */
  readonly url: string;
}

/** Addresses that cannot exist (RFC 6761) say that nobody told whom to ask; the API design rules want all three. */
export const NOBODY: Contact = {
  name: 'The operator of this server',
  email: 'operator@landmeter.invalid',
  url: 'https://landmeter.invalid/',
};

/** @returns null where nothing is set. @throws {PlatformError} `usage` */
export function readContact(env: Readonly<Record<string, string | undefined>>): Contact | null {
  const name = env['LANDMETER_CONTACT_NAME'] || NOBODY.name;
  const email = env['LANDMETER_CONTACT_EMAIL'] || NOBODY.email;
  const url = env['LANDMETER_CONTACT_URL'] || NOBODY.url;
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new PlatformError(
      'usage',
      `LANDMETER_CONTACT_EMAIL is "${email}"; an address such as data@example.org is accepted`,
    );
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new PlatformError('usage', `LANDMETER_CONTACT_URL is "${url}"; an http(s) address is accepted`);
  const isSet = name !== NOBODY.name || email !== NOBODY.email || url !== NOBODY.url;
  return isSet ? { name, email, url } : null;
}
