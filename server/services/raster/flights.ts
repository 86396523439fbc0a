/** Equal requests that come while one is being worked on share its answer; the work is given up when all have left. */
import { PlatformError } from '../../../pipelines/core/errors.ts';

export interface Flights<T> {
  /**
   * @param signal  Of one of those who wait.
   * @throws {PlatformError} `aborted` where the signal fires; what `work` throws
   */
  join(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>();

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight = { result: work(controller.signal), controller, waiting: 0 };
    flights.set(key, flight);
    const end = () => flights.get(key) === flight && flights.delete(key);
    flight.result.then(end, end);
    return flight;
  }

  return {
    async join(key, signal, work) {
      if (signal.aborted) throw leftEarly();
      const flight = flights.get(key) ?? start(key, work);
      flight.waiting++;
      return new Promise<T>((done, fail) => {
        const leave = () => {
          if (--flight.waiting === 0) {
            if (flights.get(key) === flight) flights.delete(key); // whoever comes now begins anew
            flight.controller.abort();
          }
          fail(leftEarly());
        };
        signal.addEventListener('abort', leave, { once: true });
        flight.result.then(done, fail).finally(() => signal.removeEventListener('abort', leave));
      });
    },
  };
}

function leftEarly(): PlatformError {
  return new PlatformError('aborted', 'The client left before its answer was ready');
}
