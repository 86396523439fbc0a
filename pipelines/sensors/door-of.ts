import type { Database } from '../database/database.ts';
import { createObservationDoor } from './door.ts';
import type { ObservationDoor } from './observation.ts';

const doors = new WeakMap<Database, ObservationDoor>();

/** The one door of a database in this process: whoever watches it hears of what all others bring. */
export function doorOf(database: Database): ObservationDoor {
  const door = doors.get(database) ?? createObservationDoor(database);
  doors.set(database, door);
  return door;
}
