/** The eight entity types of SensorThings: their properties, where these are in the database, and how they hang together. */

export type TypeName =
  | 'Thing'
  | 'Location'
  | 'HistoricalLocation'
  | 'Datastream'
  | 'Sensor'
  | 'ObservedProperty'
  | 'FeatureOfInterest'
  | 'Observation';

/** How a property is kept, which decides how it is compared. Columns are of the type's own table. */
export type PropertyKind =
  | { readonly kind: 'text' | 'instant' | 'json' | 'geometry'; readonly column: string }
  /** From and to; without an end it is an instant. `coversNull`: a missing end means the start. */
  | { readonly kind: 'period'; readonly start: string; readonly end: string; readonly endDefaultsToStart: boolean }
  | { readonly kind: 'record'; readonly members: Readonly<Record<string, string>> }
  | { readonly kind: 'result' }
  | { readonly kind: 'quality' };

export type Property = PropertyKind & {
  /** Whether every entity has it. */
  readonly isRequired: boolean;
};

/** `here`: this entity holds the other's number; `there`: the other way round; `link`: a table holds both. */
export type Relation = {
  readonly to: TypeName;
  readonly isMany: boolean;
} & (
  | { readonly by: 'here' | 'there'; readonly column: string }
  | { readonly by: 'link'; readonly table: string; readonly own: string; readonly other: string }
);

export interface EntityType {
  readonly name: TypeName;
  readonly set: string;
  readonly table: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly relations: Readonly<Record<string, Relation>>;
  /** Of the geometry among its columns that has `min_lon` … beside it. */
  readonly boxed?: string;
}

const text = (column: string): Property => ({ kind: 'text', column, isRequired: true });
const json = (column: string, isRequired = false): Property => ({ kind: 'json', column, isRequired });
const geometry = (column: string, isRequired = true): Property => ({ kind: 'geometry', column, isRequired });
const instant = (column: string, isRequired: boolean): Property => ({ kind: 'instant', column, isRequired });
const period = (start: string, end: string, isRequired = false): Property => ({
  kind: 'period',
  start,
  end,
  endDefaultsToStart: isRequired,
  isRequired,
});
const named = { name: text('name'), description: text('description') };
const properties = json('properties');

const one = (to: TypeName, column: string): Relation => ({ to, isMany: false, by: 'here', column });
const many = (to: TypeName, column: string): Relation => ({ to, isMany: true, by: 'there', column });
const linked = (to: TypeName, table: string, own: string, other: string): Relation => ({
  to,
  isMany: true,
  by: 'link',
  table,
  own,
  other,
});

export const ENTITY_TYPES: Readonly<Record<TypeName, EntityType>> = {
  Thing: {
    name: 'Thing',
    set: 'Things',
    table: 'sta_things',
    properties: { ...named, properties },
    relations: {
      Locations: linked('Location', 'sta_things_locations', 'thing', 'location'),
      HistoricalLocations: many('HistoricalLocation', 'thing'),
      Datastreams: many('Datastream', 'thing'),
    },
  },
  Location: {
    name: 'Location',
    set: 'Locations',
    table: 'sta_locations',
    properties: { ...named, encodingType: text('encoding_type'), location: geometry('location'), properties },
    relations: {
      Things: linked('Thing', 'sta_things_locations', 'location', 'thing'),
      HistoricalLocations: linked(
        'HistoricalLocation',
        'sta_historical_locations_locations',
        'location',
        'historical_location',
      ),
    },
    boxed: 'location',
  },
  HistoricalLocation: {
    name: 'HistoricalLocation',
    set: 'HistoricalLocations',
    table: 'sta_historical_locations',
    properties: { time: instant('time', true) },
    relations: {
      Thing: one('Thing', 'thing'),
      Locations: linked('Location', 'sta_historical_locations_locations', 'historical_location', 'location'),
    },
  },
  Datastream: {
    name: 'Datastream',
    set: 'Datastreams',
    table: 'sta_datastreams',
    properties: {
      ...named,
      observationType: text('observation_type'),
      unitOfMeasurement: {
        kind: 'record',
        members: { name: 'unit_name', symbol: 'unit_symbol', definition: 'unit_definition' },
        isRequired: true,
      },
      observedArea: geometry('observed_area', false),
      phenomenonTime: period('phenomenon_from', 'phenomenon_to'),
      resultTime: period('result_from', 'result_to'),
      properties,
    },
    relations: {
      Thing: one('Thing', 'thing'),
      Sensor: one('Sensor', 'sensor'),
      ObservedProperty: one('ObservedProperty', 'observed_property'),
      Observations: many('Observation', 'datastream'),
    },
  },
  Sensor: {
    name: 'Sensor',
    set: 'Sensors',
    table: 'sta_sensors',
    properties: { ...named, encodingType: text('encoding_type'), metadata: json('metadata', true), properties },
    relations: { Datastreams: many('Datastream', 'sensor') },
  },
  ObservedProperty: {
    name: 'ObservedProperty',
    set: 'ObservedProperties',
    table: 'sta_observed_properties',
    properties: { name: named.name, definition: text('definition'), description: named.description, properties },
    relations: { Datastreams: many('Datastream', 'observed_property') },
  },
  FeatureOfInterest: {
    name: 'FeatureOfInterest',
    set: 'FeaturesOfInterest',
    table: 'sta_features',
    properties: { ...named, encodingType: text('encoding_type'), feature: geometry('feature'), properties },
    relations: { Observations: many('Observation', 'feature') },
    boxed: 'feature',
  },
  Observation: {
    name: 'Observation',
    set: 'Observations',
    table: 'observations',
    properties: {
      phenomenonTime: period('phenomenon_time', 'phenomenon_end', true),
      resultTime: instant('result_time', false),
      result: { kind: 'result', isRequired: true },
      resultQuality: { kind: 'quality', isRequired: false },
      validTime: period('valid_from', 'valid_to'),
      parameters: json('parameters'),
    },
    relations: {
      Datastream: one('Datastream', 'datastream'),
      FeatureOfInterest: one('FeatureOfInterest', 'feature'),
    },
  },
};

const BY_SET = new Map(Object.values(ENTITY_TYPES).map((type) => [type.set, type]));

export function findSet(name: string): EntityType | null {
  return BY_SET.get(name) ?? null;
}

export function propertyOf({ properties }: EntityType, name: string): Property | null {
  return Object.hasOwn(properties, name) ? properties[name]! : null;
}

export function relationOf({ relations }: EntityType, name: string): Relation | null {
  return Object.hasOwn(relations, name) ? relations[name]! : null;
}

/** Columns of the database that a property is made of. */
export function columnsOf(property: Property): readonly string[] {
  switch (property.kind) {
    case 'period':
      return [property.start, property.end];
    case 'record':
      return Object.values(property.members);
    case 'result':
      return ['result', 'result_kind', 'result_json'];
    case 'quality':
      return ['flags', 'result_quality'];
    default:
      return [property.column];
  }
}
