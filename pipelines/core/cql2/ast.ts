/**
 * A CQL2 filter as a tree. Text and JSON become the same one; operators keep the names that they have in JSON.
 * @see OGC 21-065r2, Common Query Language (CQL2) 1.0
 */

/** Where a node stood: the number of its first character (from 1) in text, a JSON pointer in JSON. */
export type Place = number | string;

export type Node = Call | PropertyNode | LiteralNode | InstantNode | IntervalNode | GeometryNode | ListNode;

export interface Call {
  readonly kind: 'call';
  /** `and`, `<=`, `s_intersects`, `casei` … of `OPERATORS`. */
  readonly op: string;
  readonly args: readonly Node[];
  readonly at: Place;
}

export interface PropertyNode {
  readonly kind: 'property';
  readonly name: string;
  readonly at: Place;
}

export interface LiteralNode {
  readonly kind: 'literal';
  readonly value: string | number | boolean;
  readonly at: Place;
}

export interface InstantNode {
  readonly kind: 'instant';
  /** `2024-05-01` or `2024-05-01T10:00:00Z`. */
  readonly value: string;
  readonly isDate: boolean;
  readonly at: Place;
}

export interface IntervalNode {
  readonly kind: 'interval';
  /** Null: unbounded. */
  readonly start: InstantNode | PropertyNode | null;
  readonly end: InstantNode | PropertyNode | null;
  readonly at: Place;
}

export interface GeometryNode {
  readonly kind: 'geometry';
  readonly geometry: Geometry;
  /** Where it was given as a box: west, south, east, north, or with heights. */
  readonly bbox: readonly number[] | null;
  readonly at: Place;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: Place;
}

/** Degrees, longitude first; heights are kept but mean nothing here. */
export type Position = readonly number[];

/** GeoJSON's, as RFC 7946 has it. */
export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'MultiPoint' | 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'MultiLineString' | 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] }
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly Geometry[] };
