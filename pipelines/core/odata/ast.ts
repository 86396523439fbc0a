/**
 * Options of a SensorThings request as trees: the part of OData 4.0 that the standard takes over.
 * @see OGC 18-088, 9.3; OASIS OData 4.0, Part 2: URL Conventions, 5.1
 */
import type { Geometry } from '../cql2/ast.ts';

export type Expression =
  | Literal
  | { readonly kind: 'instant'; readonly value: string; readonly at: number }
  | { readonly kind: 'period'; readonly start: string; readonly end: string; readonly at: number }
  /** A day, `2024-05-01`, or a time of day, `10:30:00`. */
  | { readonly kind: 'date' | 'clock'; readonly value: string; readonly at: number }
  | { readonly kind: 'duration'; readonly seconds: number; readonly at: number }
  | GeographyLiteral
  | Path
  | Call
  | Lambda;

export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly at: number;
}

/** Degrees, longitude first. */
export interface GeographyLiteral {
  readonly kind: 'geography';
  readonly geometry: Geometry;
  readonly at: number;
}

/** `Datastream/Thing/name`, `properties/owner/name`, `Datastreams/$count`. */
export interface Path {
  readonly kind: 'path';
  readonly segments: readonly string[];
  /** Of its first character, from 1; so is every `at`. */
  readonly at: number;
}

export interface Call {
  readonly kind: 'call';
  /** An operator (`and`, `eq`, `add`, `in`, `negate` …) or a function (`geo.distance` …). `and` and `or` have two or more. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly at: number;
}

/** `Datastreams/any(d: d/name eq 'PM10')`; without a body, whether there is any. */
export interface Lambda {
  readonly kind: 'lambda';
  readonly quantifier: 'any' | 'all';
  readonly over: Path;
  readonly variable: string;
  readonly body: Expression | null;
  readonly at: number;
}

export interface OrderKey {
  readonly expression: Expression;
  readonly isDescending: boolean;
}

/** What a set is asked for, at the root or within `$expand`. */
export interface QueryOptions {
  readonly filter: Expression | null;
  readonly orderby: readonly OrderKey[];
  /** Null: all. */
  readonly select: readonly Path[] | null;
  readonly expand: readonly Expansion[];
  /** Null: as many as the server likes. */
  readonly top: number | null;
  readonly skip: number;
  readonly count: boolean;
  /** The options as they were written, by name: links to further pages repeat them. */
  readonly words: Readonly<Record<string, string>>;
}

export interface Expansion {
  /** One relation; `$expand=A/B` is B within A. */
  readonly relation: string;
  readonly options: QueryOptions;
  readonly at: number;
}

export const NO_OPTIONS: QueryOptions = {
  filter: null,
  orderby: [],
  select: null,
  expand: [],
  top: null,
  skip: 0,
  count: false,
  words: {},
};
