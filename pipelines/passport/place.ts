/** Where inputs are, worded so that a folder tree can be moved with its passports and nothing secret is told. */
import { isAbsolute, relative, resolve, sep } from 'node:path';

export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** Query parameters of signed links: they are keys, and they expire. */
const SECRET =
  /^(x-(amz|goog|ms)-.*|.*(sig|signature|token|secret|credential|key|password|policy)|se|sv|sr|sp|st|spr|awsaccesskeyid|expires)$/i;

/**
 * @param path  As the user gave it: a file with what may follow (`#2`, `!/entry`), or a URL.
 * @param folder  The product's folder.
 * @returns the path relative to the folder, with `/`; a URL without user, password and signatures.
 */
export function placeOf(path: string, folder: string): string {
  if (isAddress(path)) return publicAddress(path);
  const way = relative(resolve(folder), resolve(path));
  return way.split(sep).join('/') || '.';
}

/** The path of a place; the inverse of `placeOf` where nothing was moved. */
export function pathOf(place: string, folder: string): string {
  return isAddress(place) || isAbsolute(place) ? place : resolve(folder, place);
}

function publicAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '' && url.search === '') return address;
  url.username = '';
  url.password = '';
  for (const name of new Set(url.searchParams.keys())) if (SECRET.test(name)) url.searchParams.delete(name);
  return url.href;
}
