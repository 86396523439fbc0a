/** A GeoJSON feature as it was read: nothing of it is trusted. */
export interface RawFeature {
  readonly id?: unknown;
  readonly geometry?: unknown;
  readonly properties?: unknown;
}

/** Why a feature cannot be used, in words that continue "feature 17: …". */
export class FeatureFault extends Error {}

/** Longer than any one reason needs to be; a value out of a file may be endless. */
const MAX_SHOWN = 40;

/** A value out of a file for a message. */
export function brief(value: unknown): string {
  const text = jsonText(value) ?? 'nothing';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** @throws {FeatureFault} for what is nested so deep that it cannot be written; a file can hold that. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    throw new FeatureFault('a value of it is nested without end');
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
