/** The JSON shapes of scenes and zones, as the server sends and the browser reads them. */
import type { LonLatBox } from './grid/bounds.ts';

export interface LonLatPolygon {
  readonly type: 'Polygon';
  /** Rings of `[lon, lat]`. */
  readonly coordinates: readonly (readonly (readonly number[])[])[];
}

/** How many findings of the door have each level. */
export interface FindingCounts {
  readonly ok: number;
  readonly warning: number;
  readonly unknown: number;
}

/** A scene as the list of `GET /scenes` has it. */
export interface SceneSummary {
  readonly id: string;
  readonly collection: string;
  readonly platform: string | null;
  /** MGRS tile. */
  readonly tile: string | null;
  /** RFC 3339, UTC. */
  readonly datetime: string;
  /** Per cent. */
  readonly cloudCover: number | null;
  readonly bbox: LonLatBox;
  readonly footprint: LonLatPolygon;
  readonly findings: FindingCounts;
}

export interface SceneList {
  /** Newest first. */
  readonly scenes: readonly SceneSummary[];
  /** Of the whole catalogue, whatever the page. */
  readonly total: number;
  readonly links: readonly Link[];
}

export interface Link {
  readonly rel: 'next';
  readonly href: string;
}

/** What the door found about one thing. */
export interface SceneFinding {
  readonly check: 'files' | 'grid' | 'nodata' | 'calibration' | 'neighbour' | 'alignment';
  readonly level: 'ok' | 'warning' | 'unknown';
  /** One sentence. */
  readonly text: string;
  readonly values: Readonly<Record<string, number | string | null>>;
}

/** `GET /scenes/{id}`. Names of files only, unless a token is shown. */
export interface SceneDetails extends Omit<SceneSummary, 'findings'> {
  readonly level: string | null;
  readonly baseline: string | null;
  readonly epsg: number | null;
  readonly findings: readonly SceneFinding[];
  readonly bands: readonly { readonly name: string; readonly code: string; readonly gsd: number }[];
  readonly calibration: { readonly quantification: number; readonly addOffset: number; readonly explanation: string };
  readonly files: readonly {
    readonly path: string;
    readonly sizeBytes: number | null;
    readonly sha256: string | null;
  }[];
  readonly source: string;
  readonly digest: string;
}

/** A set of zones as `GET /zones` lists it, with the series that there are of it. */
export interface ZoneSetSummary {
  readonly id: string;
  readonly name: string;
  readonly idField: string | null;
  /** CRS in which the zones were drawn. */
  readonly epsg: number;
  readonly count: number;
  readonly bbox: LonLatBox;
  readonly series: readonly ZoneSeriesSummary[];
}

export interface ZoneSeriesSummary {
  readonly name: string;
  readonly statistics: readonly string[];
}

export interface ZoneSetList {
  readonly sets: readonly ZoneSetSummary[];
}

/** `GET /zones/{set}/features`: GeoJSON in WGS 84, simplified as far as was asked for. */
export interface ZoneFeatures {
  readonly type: 'FeatureCollection';
  readonly features: readonly ZoneFeature[];
  /** How many fit the question, whatever the page. */
  readonly numberMatched: number;
  readonly links: readonly Link[];
}

export interface ZoneFeature {
  readonly type: 'Feature';
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly bbox: LonLatBox;
  readonly geometry: {
    readonly type: 'Polygon' | 'MultiPolygon';
    readonly coordinates: readonly unknown[];
  };
}

/** `GET /zones/{set}/series/{name}?zone=…`: statistics of some zones through time. */
export interface ZoneSeriesValues extends ZoneSeriesSummary {
  readonly zones: readonly ZoneThroughTime[];
}

export interface ZoneThroughTime {
  readonly id: string;
  /** RFC 3339, ascending. */
  readonly times: readonly string[];
  /** By statistic, a number for each time; null where a zone has no valid pixel. */
  readonly numbers: Readonly<Record<string, readonly (number | null)[]>>;
}
