/** Where the sun stood when a scene was taken, by its metadata. */
import type { Sun } from '../core/raster/shadow.ts';
import { findElement, parseXml, textAt } from '../io/xml.ts';
import { openProductFiles, readTextFile } from './product-files.ts';
import { parseItem } from './stac-schema.ts';

export interface SunAngles {
  readonly sun: Sun;
  /** The file that says so. */
  readonly path: string;
}

const METADATA_FILE = /(?:^|[\\/])MTD_MSIL(1C|2A)\.xml$/;
const GRANULE_METADATA = /(?:^|\/)MTD_TL\.xml$/;

/**
 * The mean over the scene: `Mean_Sun_Angle` of a SAFE's granule, `view:sun_azimuth` and `view:sun_elevation` of a STAC
 * item. Azimuths are from true north; grid north of UTM differs by up to some 3 degrees at the edges of a zone.
 * @returns null where the metadata do not say, or the sun was not above the horizon.
 * @throws {PlatformError} as reading the metadata does
 */
export async function readSunAngles(scene: string, signal?: AbortSignal): Promise<SunAngles | null> {
  if (/\.(geo)?json(\?|$)/i.test(scene) || /^https?:/i.test(scene)) {
    const { properties } = parseItem(await readTextFile(scene, signal), scene);
    return anglesOf(properties['view:sun_azimuth'], properties['view:sun_elevation'], scene);
  }
  const files = await openProductFiles(scene.replace(METADATA_FILE, '') || '.');
  const name = files.names.find((n) => GRANULE_METADATA.test(n));
  if (name === undefined) return null;
  const path = files.pathOf(name);
  const mean = findElement(parseXml(await readTextFile(path, signal), path), 'Mean_Sun_Angle');
  const [azimuth, zenith] = ['AZIMUTH_ANGLE', 'ZENITH_ANGLE'].map((tag) => mean && textAt(mean, tag));
  return anglesOf(numberOf(azimuth), 90 - numberOf(zenith), path);
}

function numberOf(text: string | null | undefined): number {
  return typeof text === 'string' ? Number(text) : NaN;
}

function anglesOf(azimuth: unknown, elevation: unknown, path: string): SunAngles | null {
  const isUsable = Number.isFinite(azimuth) && Number.isFinite(elevation) && (elevation as number) > 0;
  return isUsable ? { sun: { azimuth: azimuth as number, elevation: elevation as number }, path } : null;
}
