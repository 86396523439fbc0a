/** CRSs by the names that EPSG, Esri and QGIS give them, where a file has words and no code. */
const NAMES: readonly (readonly [RegExp, (zone: number) => number])[] = [
  [/\bWGS[ _]?(?:19)?84 ?[/_] ?UTM[ _]zone[ _](\d{1,2})N\b/i, (zone) => 32600 + zone],
  [/\bWGS[ _]?(?:19)?84 ?[/_] ?UTM[ _]zone[ _](\d{1,2})S\b/i, (zone) => 32700 + zone],
  [/\bETRS[ _]?(?:19)?89 ?[/_] ?UTM[ _]zone[ _](\d{1,2})N\b/i, (zone) => 25800 + zone],
  [/\b(?:Amersfoort(?: ?\/ ?|_))?(?:RD New|RD_New)\b|\bRijksdriehoekstelsel_New\b/i, () => 28992],
  [/\b(?:WGS 84 ?\/ ?Pseudo-Mercator|WGS_1984_Web_Mercator_Auxiliary_Sphere)\b/i, () => 3857],
  [/\b(?:ETRS89(?:-extended)? ?\/ ?LAEA Europe|ETRS_1989_LAEA)\b/i, () => 3035],
];

/** EPSG code of the first projected CRS that a text names; null where it names none that is known by name. */
export function findCrsByName(text: string): number | null {
  for (const [name, code] of NAMES) {
    const match = name.exec(text);
    if (match) return code(Number(match[1] ?? 0));
  }
  return null;
}

/**
 * EPSG code of a CRS in well-known text, of OGC or Esri: its own code where it has one, else by its name.
 * @returns null where neither tells
 * @see OGC 12-063r5 (WKT 2), OGC 01-009 (WKT 1)
 */
export function epsgOfWkt(wkt: string): number | null {
  const own = /(?:AUTHORITY\["EPSG","(\d+)"\]|ID\["EPSG",(\d+)\])\s*\]\s*$/i.exec(wkt);
  if (own) return Number(own[1] ?? own[2]);
  if (/^\s*(?:PROJCS|PROJCRS)\b/i.test(wkt)) return findCrsByName(wkt.slice(0, wkt.indexOf(',')));
  return /^\s*GEOG(?:CS|CRS)\["(?:GCS_WGS_1984|WGS 84)"/i.test(wkt) ? 4326 : null;
}
