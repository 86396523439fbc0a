/** The providers whose payloads are known by their content. A new one is a file beside this one and a line here. */
import { PlatformError } from '../core/errors.ts';
import type { ByteSource } from '../io/byte-source/byte-source.ts';
import { DINO_GROUNDWATER } from './dino-groundwater.ts';
import type { Feed } from './feed.ts';
import { KNMI_HOURS } from './knmi-hours.ts';
import { LUCHTMEETNET } from './luchtmeetnet.ts';
import { RIJKSWATERSTAAT } from './rijkswaterstaat.ts';
import { RIVM_LML, RIVM_LML_STATIONS } from './rivm-lml.ts';
import { SENSOR_COMMUNITY } from './sensor-community.ts';
import { SENSORTHINGS } from './sensorthings.ts';

/** The first that fits a payload reads it; the one that takes most comes last. */
export const FEEDS: readonly Feed[] = [
  KNMI_HOURS,
  DINO_GROUNDWATER,
  RIVM_LML,
  RIVM_LML_STATIONS,
  LUCHTMEETNET,
  RIJKSWATERSTAAT,
  SENSOR_COMMUNITY,
  SENSORTHINGS,
];

/** @throws {PlatformError} `usage` */
export function findFeed(id: string): Feed {
  const feed = FEEDS.find((candidate) => candidate.id === id);
  if (feed) return feed;
  throw new PlatformError(
    'usage',
    `There is no provider "${id}"; ${FEEDS.map((known) => known.id).join(', ')} are known`,
  );
}

/** Headers that explain themselves are long. */
const HEAD_BYTES = 16 << 10;

/** @throws {PlatformError} `format-unknown` where no provider's payload begins so */
export async function recogniseFeed(source: ByteSource, signal?: AbortSignal): Promise<Feed> {
  const head = new TextDecoder('windows-1252').decode(withoutMark(await source.read(0, HEAD_BYTES, signal)));
  const feed = FEEDS.find((candidate) => candidate.fits(head));
  if (feed) return feed;
  throw new PlatformError(
    'format-unknown',
    `${source.name} is of no provider that is known by its content (${FEEDS.map(({ title }) => title).join('; ')}); describe its columns with --mapping`,
    { detail: { path: source.name } },
  );
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
