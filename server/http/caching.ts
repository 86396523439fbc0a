/** What may be kept by clients, and for how long. */

/** The address holds the data's version: it never means anything else. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** May be kept, but is asked for again each time (an ETag makes that cheap). */
export const REVALIDATE = 'public, max-age=0, must-revalidate';

/** RFC 9110 §13.1.2: weak comparison of `If-None-Match` with the current tag. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === '*') return true;
  const strong = etag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === strong);
}
