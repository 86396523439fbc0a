/** Summer time in times that claim to be UTC: the hour that a local clock leaves out in spring. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SUNDAY_OFFSET = 4; // 1970-01-01 was a Thursday: days from Sunday

/**
 * Whether exactly one hour is missing between two readings, the one that local clocks leave out: from 2 to 3 on the last
 * Sunday of March (Directive 2000/84/EC) or on the second one (United States).
 *
 * @param last, next  Milliseconds since 1970, as the source writes them.
 */
export function isSpringForward(last: number, next: number, stepMs: number): boolean {
  const missing = next - last - stepMs;
  if (stepMs > HOUR || Math.abs(missing - HOUR) > stepMs / 10) return false;
  const midnight = Math.floor(next / DAY) * DAY;
  const hour = (next - midnight) / HOUR;
  if (hour < 3 || hour >= 3 + stepMs / HOUR || last - midnight >= 2 * HOUR) return false;
  const date = new Date(midnight);
  if ((midnight / DAY + SUNDAY_OFFSET) % 7 !== 0 || date.getUTCMonth() !== 2) return false;
  const day = date.getUTCDate();
  return day > 24 || (day > 7 && day < 15);
}
