import type { Operation, Parameter } from './operation.ts';
import { text } from './operation.ts';

const JSON_TYPE = 'application/json';
const notFound = { description: 'There is nothing at this address' };
const conflict = { description: 'The Datastream has another Observation of this phenomenonTime' };

const set = {
  ...text('set', 'path', 'Things, Locations, Datastreams, …, as the root of the service lists them'),
};
const id: Parameter = { name: 'id', in: 'path', description: 'Number of the entity', schema: { type: 'integer' } };
const relation = text('relation', 'path', 'Datastreams, Observations, Thing, …');

const entity = { type: 'object', description: 'An entity of SensorThings 1.1' };
const written = { 200: { description: 'The entity as it is now', mediaType: JSON_TYPE }, 404: notFound, 409: conflict };
const created = {
  201: {
    description: 'The entity; Location is its address. Of an Observation that was there, that one',
    mediaType: JSON_TYPE,
  },
  404: notFound,
};

/** Writing. An address of an entity may go on along relations, to any depth. */
const WRITE_OPERATIONS: readonly Operation[] = [
  {
    path: '/sta/v1.1/{set}',
    method: 'post',
    summary: 'SensorThings: add an entity, with others inside it or linked by @iot.id; all of it or nothing',
    parameters: [set],
    body: entity,
    answers: created,
  },
  {
    path: '/sta/v1.1/{set}({id})/{relation}',
    method: 'post',
    summary: 'SensorThings: add an entity that belongs to another',
    parameters: [set, id, relation],
    body: entity,
    answers: created,
  },
  {
    path: '/sta/v1.1/{set}({id})',
    method: 'patch',
    summary: 'SensorThings: change what is named',
    parameters: [set, id],
    body: entity,
    answers: written,
  },
  {
    path: '/sta/v1.1/{set}({id})',
    method: 'put',
    summary: 'SensorThings: replace an entity; its relations stay unless they are named',
    parameters: [set, id],
    body: entity,
    answers: written,
  },
  {
    path: '/sta/v1.1/{set}({id})',
    method: 'delete',
    summary: 'SensorThings: remove an entity with what cannot be without it',
    parameters: [set, id],
    answers: { 200: { description: 'It is gone' }, 404: notFound },
  },
  {
    path: '/sta/v1.1/{set}({id})/{relation}/$ref',
    method: 'post',
    summary: 'SensorThings: link with an entity that is there',
    parameters: [set, id, relation],
    body: { type: 'object', properties: { '@iot.id': { type: 'integer' } } },
    answers: { 204: { description: 'They are linked' }, 404: notFound },
  },
  {
    path: '/sta/v1.1/CreateObservations',
    method: 'post',
    summary: 'SensorThings: add Observations of many Datastreams as arrays; a wrong row refuses that row',
    body: {
      type: 'array',
      items: {
        type: 'object',
        required: ['Datastream', 'components', 'dataArray'],
        properties: {
          Datastream: { type: 'object', properties: { '@iot.id': { type: 'integer' } } },
          components: { type: 'array', items: { type: 'string' } },
          dataArray: { type: 'array', items: { type: 'array', items: {} } },
        },
      },
    },
    answers: {
      201: {
        description: 'For each row its address, or a text that begins with error',
        mediaType: JSON_TYPE,
        schema: { type: 'array', items: { type: 'string' } },
      },
    },
  },
  {
    path: '/sta/v1.1/$batch',
    method: 'post',
    summary: 'SensorThings: several requests in one, as JSON of OData 4.01; those of one atomicityGroup all or none',
    body: {
      type: 'object',
      required: ['requests'],
      properties: {
        requests: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'method', 'url'],
            properties: {
              id: { type: 'string' },
              method: { enum: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] },
              url: { type: 'string' },
              atomicityGroup: { type: 'string' },
              body: {},
            },
          },
        },
      },
    },
    answers: { 200: { description: 'An answer for each, by its id', mediaType: JSON_TYPE } },
  },
];

const words = (names: string) => names.split(' ').map((name) => text(name, 'query', `${name} of SensorThings 1.1`));
const SET_WORDS = words('$filter $orderby $select $expand $top $skip $count $resultFormat $skiptoken');
const ENTITY_WORDS = words('$select $expand');
const bad = { description: 'An option has a fault; position says at which character' };
const found = (description: string, mediaType = JSON_TYPE) => ({ 200: { description, mediaType }, 404: notFound });

/** Reading. What stands behind a relation may be read on along relations, to any depth. */
const READ_OPERATIONS: readonly Operation[] = [
  {
    path: '/sta/v1.1',
    summary: 'SensorThings 1.1: its sets, and what it declares to do',
    answers: { 200: { description: 'The root of the service', mediaType: JSON_TYPE } },
  },
  {
    path: '/sta/v1.1/{set}',
    summary: 'SensorThings: entities, a page at a time',
    parameters: [set, ...SET_WORDS],
    answers: { ...found('value holds the entities, @iot.nextLink the next page'), 400: bad },
  },
  {
    path: '/sta/v1.1/{set}/$count',
    summary: 'SensorThings: how many entities there are',
    parameters: [set, ...words('$filter')],
    answers: { ...found('A number', 'text/plain'), 400: bad },
  },
  {
    path: '/sta/v1.1/{set}({id})',
    summary: 'SensorThings: an entity',
    parameters: [set, id, ...ENTITY_WORDS],
    answers: { ...found('The entity'), 400: bad },
  },
  {
    path: '/sta/v1.1/{set}({id})/{relation}',
    summary: 'SensorThings: what belongs to an entity; also a property of it, and with /$value the bare value',
    parameters: [set, id, relation, ...SET_WORDS],
    answers: {
      ...found('Entities, or a property by its name'),
      204: { description: 'The property is null' },
      400: bad,
    },
  },
  {
    path: '/sta/v1.1/{set}({id})/{relation}/$ref',
    summary: 'SensorThings: addresses of what belongs to an entity',
    parameters: [set, id, relation, ...words('$filter $orderby $top $skip $count $skiptoken')],
    answers: { ...found('A list of @iot.selfLink'), 400: bad },
  },
];

export const STA_OPERATIONS: readonly Operation[] = [...READ_OPERATIONS, ...WRITE_OPERATIONS];
