/**
 * A vector tile in which some features are replaced: those of the tile that was, without the ones that changed, and what
 * has taken their place. Geometries are copied as they are; keys and values are numbered anew, so that nothing is left of
 * a feature that is gone.
 * @see Mapbox Vector Tile specification 2.1
 */
import { PbfBuffer } from './pbf-buffer.ts';

const LAYER = 3;
const FIELD = { name: 1, feature: 2, key: 3, value: 4, extent: 5, version: 15 } as const;
const TAGS = 2;
const TAG = { layer: 0x1a, name: 0x0a, feature: 0x12, key: 0x1a, value: 0x22, extent: 0x28, version: 0x78 } as const;
const FEATURE_TAGS = 0x12;
/** Wire type, string field of a `Value`. */
const STRING_VALUE = 0x0a;

/**
 * @param before  A tile, not compressed.  @param after  A tile of what came in place of the changed features.
 * @param changed  Features of `before` whose text attribute `key` is one of these are left out.
 * @returns null where nothing is left. Layers of one name become one.
 */
export function mergeTiles(
  before: Uint8Array,
  after: Uint8Array,
  key: string,
  changed: ReadonlySet<string>,
): Uint8Array | null {
  const layers = new Map<string, LayerMerge>();
  const take = (bytes: Uint8Array, isLeftOut: ReadonlySet<string> | null) => {
    const reader = new Reader(bytes, 0, bytes.length);
    while (reader.next()) {
      if (reader.field !== LAYER) continue;
      const parts = readLayer(bytes, reader.start, reader.end);
      const merge = layers.get(parts.name) ?? new LayerMerge(parts);
      layers.set(parts.name, merge);
      merge.take(bytes, parts, key, isLeftOut);
    }
  };
  take(before, changed);
  take(after, null);
  const out = new PbfBuffer();
  for (const layer of layers.values()) layer.writeTo(out);
  return out.length === 0 ? null : out.bytes.subarray(0, out.length);
}

/** Ranges in the bytes of a tile: start and end in turn. */
interface LayerParts {
  name: string;
  readonly features: number[];
  readonly keys: number[];
  readonly values: number[];
  extent: number;
}

const DECODER = new TextDecoder();

function readLayer(bytes: Uint8Array, start: number, end: number): LayerParts {
  const parts: LayerParts = { name: '', features: [], keys: [], values: [], extent: 4096 };
  const reader = new Reader(bytes, start, end);
  while (reader.next()) {
    if (reader.field === FIELD.name) parts.name = DECODER.decode(bytes.subarray(reader.start, reader.end));
    else if (reader.field === FIELD.feature) parts.features.push(reader.start, reader.end);
    else if (reader.field === FIELD.key) parts.keys.push(reader.start, reader.end);
    else if (reader.field === FIELD.value) parts.values.push(reader.start, reader.end);
    else if (reader.field === FIELD.extent) parts.extent = reader.value;
  }
  return parts;
}

class LayerMerge {
  readonly #name: string;
  readonly #extent: number;
  readonly #features = new PbfBuffer();
  readonly #keys = new Table(TAG.key);
  readonly #values = new Table(TAG.value);
  #count = 0;

  constructor({ name, extent }: LayerParts) {
    this.#name = name;
    this.#extent = extent;
  }

  take(bytes: Uint8Array, parts: LayerParts, key: string, isLeftOut: ReadonlySet<string> | null): void {
    const { features, keys, values } = parts;
    const idKey = indexOfKey(bytes, keys, key);
    const isGone = isLeftOut && markValues(bytes, values, isLeftOut);
    const keyNumbers = new Int32Array(keys.length / 2).fill(-1);
    const valueNumbers = new Int32Array(values.length / 2).fill(-1);
    const tags: number[] = [];
    for (let f = 0; f < features.length; f += 2) {
      const [start, end] = [features[f]!, features[f + 1]!];
      const place = readTags(bytes, start, end, tags);
      if (isGone && hasTag(tags, idKey, isGone)) continue;
      for (let t = 0; t < tags.length; t += 2) {
        tags[t] = numbered(this.#keys, keyNumbers, tags[t]!, bytes, keys);
        tags[t + 1] = numbered(this.#values, valueNumbers, tags[t + 1]!, bytes, values);
      }
      this.#write(bytes, start, end, place, tags);
    }
  }

  #write(bytes: Uint8Array, start: number, end: number, [from, to]: readonly [number, number], tags: number[]): void {
    const out = this.#features;
    const message = out.begin(TAG.feature);
    out.copy(bytes, start, from);
    if (tags.length > 0) {
      const packed = out.begin(FEATURE_TAGS);
      out.reserve(tags.length * 5);
      for (let t = 0; t < tags.length; t++) out.varint(tags[t]!);
      out.end(packed);
    }
    out.copy(bytes, to, end);
    out.end(message);
    this.#count++;
  }

  writeTo(out: PbfBuffer): void {
    if (this.#count === 0) return;
    const message = out.begin(TAG.layer);
    const name = out.begin(TAG.name);
    out.utf8(this.#name);
    out.end(name);
    for (const { bytes, length } of [this.#features, this.#keys.out, this.#values.out]) out.copy(bytes, 0, length);
    out.reserve(16);
    out.byte(TAG.extent);
    out.varint(this.#extent);
    out.byte(TAG.version);
    out.byte(2);
    out.end(message);
  }
}

/** Keys or values of the new layer, each once, in the order in which they are first asked for. */
class Table {
  readonly out = new PbfBuffer();
  readonly #tag: number;
  readonly #numbers = new Map<string, number>();

  constructor(tag: number) {
    this.#tag = tag;
  }

  numberOf(bytes: Uint8Array, start: number, end: number): number {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const message = this.out.begin(this.#tag);
    this.out.copy(bytes, start, end);
    this.out.end(message);
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

function numbered(table: Table, numbers: Int32Array, old: number, bytes: Uint8Array, ranges: number[]): number {
  if (numbers[old]! < 0) numbers[old] = table.numberOf(bytes, ranges[2 * old]!, ranges[2 * old + 1]!);
  return numbers[old]!;
}

function indexOfKey(bytes: Uint8Array, keys: number[], key: string): number {
  for (let k = 0; k < keys.length; k += 2)
    if (DECODER.decode(bytes.subarray(keys[k], keys[k + 1])) === key) return k / 2;
  return -1;
}

/** 1 for each value that is one of these texts. */
function markValues(bytes: Uint8Array, values: number[], texts: ReadonlySet<string>): Uint8Array {
  const marks = new Uint8Array(values.length / 2);
  for (let v = 0; v < values.length; v += 2) {
    const reader = new Reader(bytes, values[v]!, values[v + 1]!);
    if (bytes[values[v]!] !== STRING_VALUE || !reader.next()) continue;
    if (texts.has(DECODER.decode(bytes.subarray(reader.start, reader.end)))) marks[v / 2] = 1;
  }
  return marks;
}

function hasTag(tags: readonly number[], key: number, isGone: Uint8Array): boolean {
  for (let t = 0; t < tags.length; t += 2) if (tags[t] === key && isGone[tags[t + 1]!] === 1) return true;
  return false;
}

/** Fills `tags`. @returns where the field lies in the bytes of the feature, its tag and length included. */
function readTags(bytes: Uint8Array, start: number, end: number, tags: number[]): readonly [number, number] {
  tags.length = 0;
  const reader = new Reader(bytes, start, end);
  for (let from = start; reader.next(); from = reader.at) {
    if (reader.field !== TAGS) continue;
    const inner = new Reader(bytes, reader.start, reader.end);
    while (inner.at < reader.end) tags.push(inner.varint());
    return [from, reader.end];
  }
  return [start, start];
}

/** Fields of a message, one after the other. */
class Reader {
  at: number;
  field = 0;
  /** Of a number. */
  value = 0;
  /** Of what has a length. */
  start = 0;
  end = 0;
  readonly #bytes: Uint8Array;
  readonly #to: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes;
    this.at = from;
    this.#to = to;
  }

  next(): boolean {
    if (this.at >= this.#to) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    const wire = tag & 7;
    if (wire === 0) this.value = this.varint();
    else if (wire === 1) this.at += 8;
    else if (wire === 5) this.at += 4;
    else {
      const length = this.varint();
      this.start = this.at;
      this.at += length;
      this.end = this.at;
    }
    return true;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }
}
