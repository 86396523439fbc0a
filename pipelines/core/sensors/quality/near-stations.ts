/** Which stations are near each other. */

export interface Place {
  /** Longitude in degrees, or a coordinate in metres. */
  readonly x: number;
  readonly y: number;
  /** Metres; null where it is not known. */
  readonly elevation: number | null;
  readonly isLonLat: boolean;
}

/** A station so much higher or lower says little. */
const MOST_METRES_UP = 300;
/** As many candidates are compared; the most alike of them are heard. */
const MOST_CANDIDATES = 16;
const EARTH_RADIUS_KM = 6371.0088;

/** @returns indices of stations within the radius, nearest first; of all without a place where this one has none. */
export function nearStations(
  stations: readonly { readonly place: Place | null }[],
  own: number,
  radiusKm: number,
): number[] {
  const here = stations[own]!.place;
  const found: { index: number; km: number }[] = [];
  for (let index = 0; index < stations.length; index++) {
    const there = stations[index]!.place;
    if (index === own || (here === null) !== (there === null)) continue;
    const km = here === null || there === null ? 0 : distanceKm(here, there);
    if (km > radiusKm || isFarUp(here, there)) continue;
    found.push({ index, km });
  }
  found.sort((a, b) => a.km - b.km || a.index - b.index);
  return found.slice(0, MOST_CANDIDATES).map(({ index }) => index);
}

function isFarUp(a: Place | null, b: Place | null): boolean {
  return Math.abs((a?.elevation ?? NaN) - (b?.elevation ?? NaN)) > MOST_METRES_UP;
}

/** Along a great circle for degrees, straight for metres. */
export function distanceKm(a: Place, b: Place): number {
  if (!a.isLonLat || !b.isLonLat) return Math.hypot(a.x - b.x, a.y - b.y) / 1000;
  const radians = Math.PI / 180;
  const up = Math.sin(((b.y - a.y) * radians) / 2);
  const along = Math.sin(((b.x - a.x) * radians) / 2);
  const half = up * up + Math.cos(a.y * radians) * Math.cos(b.y * radians) * along * along;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}
