import { PlatformError } from '../errors.ts';
import type { QuietHours } from './rule.ts';

const MINUTE_MS = 60_000;
const A_DAY_MINUTES = 1440;

/**
 * When something may be sent that is ready at `now`: at once, or when the quiet hours end. On the two nights of the year
 * on which a clock is changed it is right too: the end is found on the clock of the place.
 * @returns milliseconds since 1970, `now` or later
 */
export function sendAt(now: number, quiet: QuietHours | null): number {
  if (!quiet) return now;
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const clock = clockOf(quiet.timeZone);
  const isQuiet = (minute: number) => (from <= to ? minute >= from && minute < to : minute >= from || minute < to);
  if (!isQuiet(clock(now))) return now;
  // The whole minute in which the clock of the place first says that it is over; a clock moves by an hour at most
  let end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  end += (((to - clock(end) + A_DAY_MINUTES) % A_DAY_MINUTES) - 60) * MINUTE_MS;
  end = Math.max(end, Math.floor(now / MINUTE_MS) * MINUTE_MS);
  while (isQuiet(clock(end))) end += MINUTE_MS;
  return Math.max(end, now);
}

/** @throws {PlatformError} `parameter-invalid` for what is no time of day */
export function minutesOf(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (!match)
    throw new PlatformError('parameter-invalid', `"${text}" is no time of day; HH:MM from 00:00 to 23:59 is accepted`);
  return Number(match[1]) * 60 + Number(match[2]);
}

/**
 * Minutes since midnight on the clocks of a place.
 * @throws {PlatformError} `parameter-invalid` for a time zone that is not known
 */
export function clockOf(timeZone: string): (time: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  } catch (cause) {
    throw new PlatformError(
      'parameter-invalid',
      `"${timeZone}" is no time zone that is known; such as Europe/Amsterdam or UTC is accepted`,
      { cause },
    );
  }
  return (time) => minutesOf(format.format(time));
}
