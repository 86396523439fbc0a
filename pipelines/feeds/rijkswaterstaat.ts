/** Water levels, temperatures and flows of Rijkswaterstaat: the answer of `OphalenWaarnemingen` of its web service (DDAPI). */
import { createTransform, isSupportedCrs } from '../core/grid/crs.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { declareProperty, declareStation, streamKey, toUcum } from './declare.ts';
import type { Feed, FeedPart, ReadPayloadOptions } from './feed.ts';
import { PartBuilder } from './feed.ts';
import { damaged, readJson } from './payload.ts';
import type { JsonRecord } from './record.ts';
import { asList, asNumber, asRecord, asText, toPlace } from './record.ts';

const PROVIDER = 'rws';
/** Written where there is no value. */
const MISSING = 999_999_999;

/** Quantities of the Aquo standard that have a name here; others keep their code. */
const QUANTITIES: Readonly<Record<string, string>> = { WATHTE: 'water_level', T: 'water_temperature', Q: 'discharge' };

async function* read(source: ByteSource, options: ReadPayloadOptions = {}): AsyncGenerator<FeedPart> {
  const document = asRecord(await readJson(source, options));
  if (document['Succesvol'] === false)
    throw damaged(source, `the service refused: ${asText(document['Foutmelding']) ?? 'without a reason'}`);
  const part = new PartBuilder();
  for (const [k, item] of asList(document['WaarnemingenLijst']).entries()) {
    const series = asRecord(item);
    const key = declareSeries(part, series);
    const row = `WaarnemingenLijst/${k}`;
    if (key === null) {
      part.refuse(row, 'Locatie.Code and AquoMetadata.Grootheid.Code are needed');
      continue;
    }
    for (const [m, measurement] of asList(series['MetingenLijst']).entries()) {
      readMeasurement(part, `${row}/MetingenLijst/${m}`, asRecord(measurement), key);
      if (part.isFull) yield part.take();
    }
  }
  yield part.take();
}

interface Series {
  readonly key: string;
  readonly unit: string;
}

function codeOf(metadata: JsonRecord, name: string): string | null {
  const code = asText(asRecord(metadata[name])['Code']);
  return code === null || /^(NVT|-)$/i.test(code) ? null : code;
}

function declareSeries(part: PartBuilder, { Locatie, AquoMetadata }: JsonRecord): Series | null {
  const location = asRecord(Locatie);
  const metadata = asRecord(AquoMetadata);
  const code = asText(location['Code']);
  const quantity = codeOf(metadata, 'Grootheid') ?? codeOf(metadata, 'Parameter');
  if (code === null || quantity === null) return null;
  const property = declareProperty(QUANTITIES[quantity] ?? quantity.toLowerCase()).id;
  const datum = codeOf(metadata, 'Hoedanigheid');
  const variant = datum === null || datum === 'NAP' ? undefined : datum;
  const unit = toUcum(codeOf(metadata, 'Eenheid') ?? '1');
  part.station(
    declareStation({
      provider: PROVIDER,
      key: code,
      name: asText(location['Naam']) ?? code,
      description: `Measuring place ${code} of Rijkswaterstaat`,
      place: placeOf(location),
      sensor: {
        key: `${PROVIDER}/sensor`,
        name: 'Rijkswaterstaat',
        description: 'National water monitoring network',
        metadata: RIJKSWATERSTAAT.documentation,
      },
      streams: [
        { property, unit, ...(variant !== undefined && { variant }), ...(datum !== null && { properties: { datum } }) },
      ],
    }),
  );
  return { key: streamKey(PROVIDER, code, property, variant), unit };
}

/** Degrees in newer answers, a projected CRS by its code in older ones. */
function placeOf(location: JsonRecord) {
  const degrees = toPlace(location['Lon'], location['Lat']);
  if (degrees) return degrees;
  const epsg = asNumber(location['Coordinatenstelsel']);
  if (!isSupportedCrs(epsg)) return null;
  const [lon, lat] = createTransform(epsg, 4326).point(asNumber(location['X']), asNumber(location['Y']));
  return toPlace(lon, lat);
}

function readMeasurement(part: PartBuilder, row: string, measurement: JsonRecord, { key, unit }: Series): void {
  const time = asText(measurement['Tijdstip']);
  const value = asNumber(asRecord(measurement['Meetwaarde'])['Waarde_Numeriek']);
  if (value >= MISSING) return;
  if (time === null || Number.isNaN(value))
    return part.refuse(row, 'Tijdstip and Meetwaarde.Waarde_Numeriek are needed');
  const metadata = asRecord(measurement['WaarnemingMetadata']);
  const status = asText(metadata['Statuswaarde']) ?? asText(asList(metadata['StatuswaardeLijst'])[0]);
  const quality = asText(metadata['Kwaliteitswaardecode']) ?? asText(asList(metadata['KwaliteitswaardecodeLijst'])[0]);
  part.observation(
    {
      datastream: { key },
      phenomenonTime: time,
      result: value,
      unit,
      parameters: { ...(status !== null && { status }), ...(quality !== null && { quality }) },
    },
    row,
  );
}

export const RIJKSWATERSTAAT: Feed = {
  id: 'rijkswaterstaat',
  title: 'Rijkswaterstaat, water levels and more (DDAPI)',
  licence: 'https://creativecommons.org/publicdomain/zero/1.0/',
  attribution: 'Rijkswaterstaat',
  documentation: 'https://rijkswaterstaatdata.nl/waterdata/',
  fits: (head) => /"WaarnemingenLijst"/.test(head),
  read,
};
