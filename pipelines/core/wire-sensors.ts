/** What server and browser say to each other of sensors and alerts. */

export interface StationSummary {
  /** Number of the thing. */
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** WGS 84, degrees; null: it lies nowhere. */
  readonly position: readonly [lon: number, lat: number] | null;
  /** Made by the simulation. */
  readonly isSimulated: boolean;
  readonly datastreams: readonly DatastreamSummary[];
}

export interface DatastreamSummary {
  readonly id: number;
  readonly name: string;
  /** Word of the observed property, such as `no2`, and its name. */
  readonly property: string | null;
  readonly propertyName: string;
  readonly unit: string | null;
  readonly latest: LatestValue | null;
  /** RFC 3339; the time that its observations span. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface LatestValue {
  /** RFC 3339. */
  readonly time: string;
  readonly value: number | null;
  /** Names of the quality tests that it failed. */
  readonly flags: readonly string[];
}

export interface StationList {
  readonly stations: readonly StationSummary[];
}

/** A series for a chart: a column each, one row a value or a bucket. */
export interface ChartSeries {
  readonly id: number;
  readonly unit: string | null;
  /** `raw`: each observation; else a bucket of so many seconds, of what no test has failed. */
  readonly resolution: 'raw' | number;
  /** RFC 3339. */
  readonly times: readonly string[];
  readonly values: readonly (number | null)[];
  /** Of a bucket; absent where each observation is told. */
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
  /** `raw`: bit masks. Buckets: how many were flagged. */
  readonly flags: readonly number[];
}

export interface DatastreamForecast {
  readonly id: number;
  readonly unit: string | null;
  readonly method: string;
  readonly times: readonly string[];
  readonly values: readonly number[];
  /** Of the 95 % interval. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** How each method did on the series' own past, the one used first. */
  readonly backtests: readonly {
    readonly method: string;
    readonly mae: number;
    readonly rmse: number;
    /** Share of the values within the interval before it was widened. */
    readonly coverage: number;
    readonly count: number;
  }[];
}

/** How each hour differs from what is usual at its hour of the week. */
export interface DatastreamAnomalies {
  readonly id: number;
  readonly unit: string | null;
  readonly weeks: number;
  readonly times: readonly string[];
  readonly values: readonly number[];
  /** Null: too little is known of that hour. */
  readonly usual: readonly (number | null)[];
  /** In robust standard deviations. */
  readonly z: readonly (number | null)[];
}
