/** What is watched, how it is measured, and when that is worth somebody's attention. */

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `[west, south, east, north]` in degrees, or a polygon of GeoJSON. */
export type Area =
  | readonly [number, number, number, number]
  | { readonly type: 'Polygon' | 'MultiPolygon'; readonly coordinates: unknown };

/** Each datastream is a subject of its own. */
export interface DatastreamSource {
  readonly kind: 'datastreams';
  /** Numbers of datastreams; default: all that the other words leave. */
  readonly datastreams?: readonly number[] | undefined;
  /** Of the observed property: its `property` word such as `no2`, or its name. */
  readonly property?: string | undefined;
  readonly area?: Area | undefined;
}

/** Each zone is a subject of its own. */
export interface ZoneSource {
  readonly kind: 'zones';
  readonly set: string;
  readonly series: string;
  /** Such as `mean`. */
  readonly statistic: string;
  /** Default: all of the set. */
  readonly zones?: readonly string[] | undefined;
}

/** Each polygon that a run found is a subject of its own. */
export interface ChangeSource {
  readonly kind: 'changes';
  readonly area?: Area | undefined;
  /** Square metres; smaller ones are left out. */
  readonly minAreaM2?: number | undefined;
  /** Only products of this process, such as `change`; default: all that are polygons. */
  readonly process?: string | undefined;
}

export type Source = DatastreamSource | ZoneSource | ChangeSource;

export type Measure =
  /** The value itself. */
  | { readonly kind: 'value' }
  /** Change per hour, over the values of the last so many minutes. */
  | { readonly kind: 'rate'; readonly windowMinutes: number }
  /** Minutes since the latest value. */
  | { readonly kind: 'age' }
  /**
   * How far the value is from what the same hour of the week showed in the weeks before, in robust standard deviations
   * (median and 1.4826 times the median absolute deviation).
   */
  | { readonly kind: 'anomaly'; readonly weeks: number }
  /** Square metres of a polygon that changed. */
  | { readonly kind: 'area' };

export interface Condition {
  readonly operator: 'above' | 'below' | 'outside';
  /** An alert opens beyond it; for `outside`, beyond it to either side of zero. */
  readonly level: number;
  /** It is over on this side of it; between the two nothing changes (hysteresis). Default: `level`. */
  readonly clearLevel?: number | undefined;
  /** For so long without a break before it opens. Default: 0, at once. */
  readonly minMinutes?: number | undefined;
  /** On the clear side for so long before it closes. Default: 0. */
  readonly clearMinutes?: number | undefined;
}

/** From `from` to `to`, which may be the next morning. Nothing is sent in this time; what opened is sent afterwards. */
export interface QuietHours {
  /** `HH:MM` */
  readonly from: string;
  readonly to: string;
  /** Such as `Europe/Amsterdam`. */
  readonly timeZone: string;
}

/** Alerts of which rules, how near and how close in time, are independent words for the same thing. */
export interface Support {
  /** Default: the rule itself, on other things. */
  readonly rules?: readonly string[] | undefined;
  readonly metres: number;
  readonly hours: number;
}

export type Target =
  | { readonly kind: 'webhook'; readonly url: string; readonly secret?: string | undefined }
  | { readonly kind: 'email'; readonly to: string };

export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly source: Source;
  readonly measure: Measure;
  readonly condition: Condition;
  readonly severity: Severity;
  /** Whether values that failed a quality test count. Default: they do not. */
  readonly countsFlagged: boolean;
  /** Critical alerts are sent in quiet hours too. */
  readonly quietHours: QuietHours | null;
  readonly deliver: readonly Target[];
  /** Alerts in a week (Monday to Sunday, UTC) that are sent; further ones are kept and not sent. Null: no limit. */
  readonly budgetPerWeek: number | null;
  readonly support: Support | null;
  /** RFC 3339: what was there from then on is watched too. Null: from a day before the rule was made. */
  readonly since: string | null;
  readonly isEnabled: boolean;
}
