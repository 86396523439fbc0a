/**
 * OGC API Environmental Data Retrieval over the stations: `/ogc/collections/sensors/{position,radius,area,cube,locations}`.
 * @see OGC 19-086r6, OGC API - Environmental Data Retrieval 1.1
 */
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Geometry } from '../../../pipelines/core/cql2/ast.ts';
import { lonLatBoxOf } from '../../../pipelines/core/cql2/spatial/box.ts';
import { relates } from '../../../pipelines/core/cql2/spatial/relates.ts';
import { PlatformError } from '../../../pipelines/core/errors.ts';
import { geometryDistance } from '../../../pipelines/core/odata/geodesic.ts';
import { REVALIDATE } from '../../http/caching.ts';
import { OPEN_TO_OTHER_ORIGINS, originOf } from '../../http/headers.ts';
import { hiddenFrom } from '../../policy/access.ts';
import type { ServedDatabase } from '../../services/database.ts';
import { refusal } from '../../services/raster/wish.ts';
import { readAll } from '../../sta/read/session.ts';
import { formOf } from '../answer.ts';
import { GEOJSON, siteAt } from '../site.ts';
import { intervalOf, SENSORS } from './collection.ts';
import { toLocation } from './coverage-json.ts';
import { EDR_FORMS, writeSeries } from './formats.ts';
import type { CommonWords } from './request.ts';
import { parseBox, parseCommon, parseCoords, parseWithin } from './request.ts';
import { readSeries } from './series.ts';
import type { Stream } from './streams.ts';
import { listStreams, parametersOf, stationsOf } from './streams.ts';

/** A position is answered by the nearest station of each parameter, no further away than this. */
const NEAREST_METRES = 10_000;

/** Which of the streams a query means. */
type Choose = (streams: readonly Stream[]) => Stream[];

export function ogcEdrRoutes(database: ServedDatabase): Router {
  const router = Router();
  const at = (query: string) => `/ogc/collections/${SENSORS}/${query}`;

  router.get(at('position'), async (req, res) => {
    const words = parseCommon(req.query, ['coords']);
    const place = parseCoords(req.query, ['Point', 'MultiPoint']);
    await sendSeries(database, req, res, words, (streams) => nearest(streams, place));
  });

  router.get(at('radius'), async (req, res) => {
    const words = parseCommon(req.query, ['coords', 'within', 'within-units']);
    const place = parseCoords(req.query, ['Point', 'MultiPoint']);
    const metres = parseWithin(req.query);
    const isNear = ({ station }: Stream) => geometryDistance(place, station.geometry) <= metres;
    await sendSeries(database, req, res, words, (streams) => streams.filter(isNear));
  });

  router.get(at('area'), async (req, res) => {
    const words = parseCommon(req.query, ['coords']);
    const area = parseCoords(req.query, ['Polygon', 'MultiPolygon']);
    await sendSeries(database, req, res, words, (streams) => streams.filter(within(area)));
  });

  router.get(at('cube'), async (req, res) => {
    const words = parseCommon(req.query, ['bbox']);
    const area = parseBox(req.query);
    await sendSeries(database, req, res, words, (streams) => streams.filter(within(area)));
  });

  router.get(at('locations'), async (req, res) => {
    const { parameters, interval } = parseCommon(req.query, ['bbox']);
    if (interval.start !== null || interval.end !== null)
      throw refusal('datetime', '', 'datetime is for the series of a station; all stations are listed here');
    const area = req.query['bbox'] === undefined ? null : parseBox(req.query);
    const streams = await read(database, req, parameters);
    const shown = area ? streams.filter(within(area)) : streams;
    const features = stationsOf(shown).map((station) => {
      const own = shown.filter((stream) => stream.station === station);
      const ids = parametersOf(own).map(({ id }) => id);
      return toLocation(station, ids, intervalOf(own)?.join('/') ?? null, addressOf(req));
    });
    setHeaders(res);
    res.type(GEOJSON).send(JSON.stringify({ type: 'FeatureCollection', features }));
  });

  router.get(at('locations/:location'), async (req, res) => {
    const words = parseCommon(req.query, []);
    const { location } = req.params as { location: string };
    const all = await read(database, req, null);
    if (!all.some(({ station }) => String(station.id) === location))
      throw new PlatformError('not-found', `There is no location "${location.slice(0, 60)}"; /locations lists them`, {
        detail: { parameter: 'locationId', value: location.slice(0, 100) },
      });
    await sendSeries(database, req, res, words, (streams) =>
      streams.filter(({ station }) => String(station.id) === location),
    );
  });
  return router;
}

function addressOf(req: Request): string {
  return siteAt(originOf(req)).collection(SENSORS);
}

function setHeaders(res: Response): void {
  res.set(OPEN_TO_OTHER_ORIGINS).set('Cache-Control', REVALIDATE).set('Vary', 'Accept, Host, Authorization');
}

async function read(database: ServedDatabase, req: Request, parameters: CommonWords['parameters']): Promise<Stream[]> {
  const opened = await database.openExisting();
  const streams = await readAll(opened, (queries) => listStreams(queries, hiddenFrom(req, 'sensors')));
  return ofParameters(streams, parameters);
}

/** @throws {PlatformError} `parameter-invalid` for a parameter that no station has */
function ofParameters(streams: readonly Stream[], names: CommonWords['parameters']): Stream[] {
  if (names === null) return [...streams];
  const known = parametersOf(streams).map(({ id }) => id);
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined)
    throw refusal(
      'parameter-name',
      other,
      `There is no parameter "${other.slice(0, 60)}"; there are ${known.slice(0, 40).join(', ') || 'none'}`,
    );
  return streams.filter(({ parameter }) => names.includes(parameter.id));
}

async function sendSeries(
  database: ServedDatabase,
  req: Request,
  res: Response,
  { interval, parameters }: CommonWords,
  choose: Choose,
): Promise<void> {
  const form = formOf(req, EDR_FORMS);
  const opened = await database.openExisting();
  const series = await readAll(opened, async (queries) => {
    const streams = ofParameters(await listStreams(queries, hiddenFrom(req, 'sensors')), parameters);
    return readSeries(queries, choose(streams), interval);
  });
  setHeaders(res);
  if (series.length === 0) return void res.status(204).end();
  res.type(EDR_FORMS[form]!).send(writeSeries(form, series, addressOf(req)));
}

function within(area: Geometry): (stream: Stream) => boolean {
  const [west, south, east, north] = lonLatBoxOf(area)!;
  return ({ station: { geometry, lon, lat } }) => {
    const isPoint = geometry.type === 'Point';
    if (isPoint && (lon < west || lon > east || lat < south || lat > north)) return false;
    return relates('s_intersects', geometry, area);
  };
}

function nearest(streams: readonly Stream[], place: Geometry): Stream[] {
  const points =
    place.type === 'MultiPoint' ? place.coordinates : [(place as { coordinates: readonly number[] }).coordinates];
  const chosen = new Set<Stream>();
  for (const coordinates of points) {
    const far = new Map<number, number>();
    for (const { station } of streams)
      if (!far.has(station.id)) far.set(station.id, geometryDistance({ type: 'Point', coordinates }, station.geometry));
    for (const { id } of parametersOf(streams)) {
      const own = streams.filter(
        ({ parameter, station }) => parameter.id === id && far.get(station.id)! <= NEAREST_METRES,
      );
      const least = Math.min(...own.map(({ station }) => far.get(station.id)!));
      for (const stream of own) if (far.get(stream.station.id) === least) chosen.add(stream);
    }
  }
  return streams.filter((stream) => chosen.has(stream));
}
