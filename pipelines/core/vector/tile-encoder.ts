/**
 * Writes a tile as Mapbox Vector Tile. Attributes are copied as they are stored; only their numbering is the tile's
 * own.
 * @see https://github.com/mapbox/vector-tile-spec/tree/master/2.1
 */
import type { FeatureLayer } from './feature-layer.ts';
import { PbfBuffer } from './pbf-buffer.ts';
import { ShapeEncoder } from './shape-encoder.ts';
import { TILE_EXTENT } from './tile-walk.ts';
import type { LayerPart, TileNode } from './tile-walk.ts';

const TAG = { layer: 0x1a, name: 0x0a, feature: 0x12, extent: 0x28, version: 0x78 } as const;
const FEATURE_TAG = { id: 0x08, tags: 0x12, type: 0x18, geometry: 0x22 } as const;
const POINT = 1;
const MOVE_TO_ONCE = 9;

export interface EncodedTile {
  /** Valid until the next tile is encoded. */
  readonly bytes: Uint8Array;
  readonly features: number;
}

export class TileEncoder {
  readonly #layers: readonly LayerEncoder[];
  readonly #out = new PbfBuffer();

  constructor(layers: readonly FeatureLayer[]) {
    this.#layers = layers.map((layer) => new LayerEncoder(layer, this.#out));
  }

  /**
   * @param share  1 for all that belongs into the tile; less thins points to that share and draws shapes coarser, each
   *   by a factor of 1 / share.
   */
  encode(node: TileNode, share: number): EncodedTile {
    this.#out.length = 0;
    let features = 0;
    this.#layers.forEach((layer, i) => {
      features += layer.encode(node, node.parts[i]!, share);
    });
    return { bytes: this.#out.bytes.subarray(0, this.#out.length), features };
  }
}

class LayerEncoder {
  readonly #layer: FeatureLayer;
  readonly #out: PbfBuffer;
  readonly #shapes: ShapeEncoder;
  readonly #keyNumbers: Numbering;
  readonly #valueNumbers: Numbering;

  constructor(layer: FeatureLayer, out: PbfBuffer) {
    this.#layer = layer;
    this.#out = out;
    this.#shapes = new ShapeEncoder(layer.shapes);
    this.#keyNumbers = new Numbering(layer.attributes.keys.length);
    this.#valueNumbers = new Numbering(layer.attributes.valueCount);
  }

  /** @returns the number of features; 0 leaves nothing behind. */
  encode(node: TileNode, part: LayerPart, share: number): number {
    const { name, minZoom, maxZoom, attributes } = this.#layer;
    if (node.z < minZoom || node.z > maxZoom) return 0;
    const out = this.#out;
    const start = out.length;
    const message = out.begin(TAG.layer);
    const title = out.begin(TAG.name);
    out.utf8(name);
    out.end(title);
    this.#keyNumbers.restart();
    this.#valueNumbers.restart();
    const features = this.#encodePoints(node, part, share) + this.#encodeShapes(node, part, share);
    if (features === 0) {
      out.length = start;
      return 0;
    }
    copyNumbered(out, this.#keyNumbers, attributes.keyBytes.bytes, attributes.keyStarts);
    copyNumbered(out, this.#valueNumbers, attributes.valueBytes.bytes, attributes.valueStarts);
    out.reserve(16);
    out.byte(TAG.extent);
    out.varint(TILE_EXTENT);
    out.byte(TAG.version);
    out.byte(2);
    out.end(message);
    return features;
  }

  #encodePoints({ z, x, y }: TileNode, { from, to }: LayerPart, share: number): number {
    const { xs, ys, features, minZooms } = this.#layer.points;
    const out = this.#out;
    const scale = TILE_EXTENT * 2 ** z;
    const left = TILE_EXTENT * x - 0.5;
    const top = TILE_EXTENT * y - 0.5;
    let count = 0;
    let credit = 1 - share; // the first one is always there
    for (let i = from; i < to; i++) {
      if (minZooms[i]! > z) continue;
      credit += share;
      if (credit < 1) continue;
      credit -= 1;
      const message = this.#beginFeature(features[i]!, POINT);
      const geometry = out.begin(FEATURE_TAG.geometry);
      out.byte(MOVE_TO_ONCE);
      out.varint(2 * Math.floor(xs[i]! * scale - left));
      out.varint(2 * Math.floor(ys[i]! * scale - top));
      out.end(geometry);
      out.end(message);
      count++;
    }
    return count;
  }

  #encodeShapes(node: TileNode, { shapes: list }: LayerPart, share: number): number {
    const { shapes } = this.#layer;
    const encoder = this.#shapes;
    encoder.startTile(node, 1 / share);
    let count = 0;
    for (let i = 0; i < list.length; i++) {
      const shape = list[i]!;
      if (!encoder.encode(shape)) continue;
      const message = this.#beginFeature(shapes.features[shape]!, shapes.kinds[shape]!);
      encoder.copyTo(this.#out, FEATURE_TAG.geometry);
      this.#out.end(message);
      count++;
    }
    return count;
  }

  /** Id, attributes and type; the geometry is to follow. */
  #beginFeature(feature: number, type: number): number {
    const out = this.#out;
    const { tags, tagStarts } = this.#layer.attributes;
    const from = tagStarts[feature]!;
    const to = tagStarts[feature + 1]!;
    out.reserve(64 + (to - from) * 5);
    const message = out.begin(TAG.feature);
    const id = this.#layer.ids[feature]!;
    if (id >= 0) {
      out.byte(FEATURE_TAG.id);
      out.varint(id);
    }
    if (to > from) {
      const packed = out.begin(FEATURE_TAG.tags);
      for (let i = from; i < to; i += 2) {
        out.varint(this.#keyNumbers.of(tags[i]!));
        out.varint(this.#valueNumbers.of(tags[i + 1]!));
      }
      out.end(packed);
    }
    out.byte(FEATURE_TAG.type);
    out.byte(type);
    return message;
  }
}

/** Numbers things 0, 1, 2 … in the order in which a tile first asks for them. */
class Numbering {
  count = 0;
  /** What has number i. */
  readonly members: Uint32Array;
  /** Stamp and number of each member, side by side because they are fetched together and at random. */
  readonly #slots: Uint32Array;
  #stamp = 0;

  constructor(size: number) {
    this.members = new Uint32Array(size);
    this.#slots = new Uint32Array(2 * size);
  }

  restart(): void {
    this.count = 0;
    this.#stamp++;
  }

  of(member: number): number {
    const slots = this.#slots;
    if (slots[2 * member] === this.#stamp) return slots[2 * member + 1]!;
    slots[2 * member] = this.#stamp;
    slots[2 * member + 1] = this.count;
    this.members[this.count] = member;
    return this.count++;
  }
}

function copyNumbered(out: PbfBuffer, { count, members }: Numbering, bytes: Uint8Array, starts: Uint32Array): void {
  for (let i = 0; i < count; i++) out.copy(bytes, starts[members[i]!]!, starts[members[i]! + 1]!);
}
