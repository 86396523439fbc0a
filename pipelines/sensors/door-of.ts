import type { Database } from '../database/database.ts';
import { createObservationDoor } from './door.ts';
import type { SensorDoor } from './door.ts';

const doors = new WeakMap<Database, SensorDoor>();

/** The one door of a database in this process: whoever watches it hears of what all others bring. */
export function doorOf(database: Database): SensorDoor {
  const door = doors.get(database) ?? createObservationDoor(database);
  doors.set(database, door);
  return door;
}
