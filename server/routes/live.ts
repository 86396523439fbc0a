import { Router } from 'express';
import { PlatformError } from '../../pipelines/core/errors.ts';
import { parseBody } from '../http/body.ts';
import { OPEN_TO_OTHER_ORIGINS } from '../http/headers.ts';
import { mayRead } from '../policy/access.ts';
import type { Live } from '../services/live.ts';
import { liveQuery, toFilter } from '../services/live/filter.ts';

const MOST_CLIENTS = 5000;

/**
 * `GET /live`: server-sent events `observation`, `alert`, `run`, and `missed` for a client that was too slow. Nobody is told
 * of what may not be read.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function liveRoutes(live: Live): Router {
  const router = Router();
  router.get('/live', (req, res) => {
    const filter = toFilter(parseBody(liveQuery, req.query));
    if (live.count >= MOST_CLIENTS)
      throw new PlatformError('busy', `${MOST_CLIENTS} clients watch already; ask again later`);
    // Compression would hold events back
    res.status(200).set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      ...OPEN_TO_OTHER_ORIGINS,
    });
    res.flushHeaders();
    res.write(': hello\n\n');
    const { drained, remove } = live.add({
      filter,
      lastId: req.get('Last-Event-ID') ?? null,
      mayBeTold: ({ kind, id }) => mayRead(req, kind, id),
      write: (text) => res.write(text),
      end: () => res.end(),
    });
    res.on('drain', drained);
    res.on('close', remove);
  });
  return router;
}
