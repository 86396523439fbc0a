export function escapeXml(text: string): string {
  // Characters that XML 1.0 cannot hold at all are left out.
  const legal = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
  return legal.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** @see OGC 06-121r3, OWS Common 1.1, clause 8 */
export function exceptionReport(code: string, locator: string | null, text: string): string {
  const at = locator === null ? '' : ` locator="${escapeXml(locator)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="1.1.0"><ows:Exception exceptionCode="${code}"${at}><ows:ExceptionText>${escapeXml(text)}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`;
}
