/**
 * Attributes of features, kept in the encoding that a vector tile has: every key and every distinct value once, a
 * feature's as pairs of indices. Nothing is held as JavaScript objects, so that millions of features fit.
 * @see Mapbox Vector Tile specification 2.1, section 4.4
 */
import { jsonText } from './feature.ts';
import { withRoom } from './growable.ts';
import { PbfBuffer } from './pbf-buffer.ts';

export type FieldType = 'Number' | 'String' | 'Boolean';

/** Tags of the fields of a `Value` message, and of `keys` and `values` in a layer. */
const VALUE = { string: 0x0a, float: 0x15, double: 0x19, uint: 0x28, sint: 0x30, bool: 0x38 } as const;
const LAYER_KEYS = 0x1a;
const LAYER_VALUES = 0x22;

/** Whole numbers beyond it would lose their last digit as a zigzag integer. */
const MAX_ZIGZAG = 2 ** 52;

export class Attributes {
  readonly keys: string[] = [];
  /** `keys` and `values` fields of a layer, ready to be copied: entry i lies between starts[i] and starts[i + 1]. */
  readonly keyBytes = new PbfBuffer();
  keyStarts = new Uint32Array(64);
  readonly valueBytes = new PbfBuffer();
  valueStarts = new Uint32Array(1024);
  valueCount = 0;
  /** Pairs of key and value; those of feature f lie between tagStarts[f] and tagStarts[f + 1]. */
  tags = new Uint32Array(1024);
  tagStarts = new Uint32Array(1024);
  featureCount = 0;
  readonly #keyIds = new Map<string, number>();
  readonly #types: Set<FieldType>[] = [];
  /** Open addressing: index of a value + 1, or 0. */
  #table = new Uint32Array(4096);
  #tagCount = 0;
  readonly #number = new DataView(new ArrayBuffer(8));

  /**
   * Adds the attributes of the next feature. Null is left out; an object or array becomes its JSON text.
   * @returns the feature's index.
   * @throws {FeatureFault} and leaves no feature behind.
   */
  add(properties: Readonly<Record<string, unknown>>): number {
    this.#tagCount = this.tagStarts[this.featureCount]!;
    for (const key in properties) {
      const value = properties[key];
      if (value === null || value === undefined) continue;
      this.#tag(this.#keyId(key), value);
    }
    const feature = this.featureCount++;
    this.tagStarts = withRoom(this.tagStarts, feature + 2);
    this.tagStarts[feature + 1] = this.#tagCount;
    return feature;
  }

  /** Takes the last feature back. */
  removeLast(): void {
    this.featureCount--;
  }

  /** Memory held, bytes. */
  get sizeBytes(): number {
    const { keyBytes, valueBytes, valueStarts, tags, tagStarts } = this;
    const arrays = [keyBytes.bytes, valueBytes.bytes, valueStarts, tags, tagStarts, this.#table];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Keys with the type of their values; a mixture counts as text. */
  fields(): Record<string, FieldType> {
    return Object.fromEntries(
      this.keys.map((key, i) => {
        const types = [...this.#types[i]!];
        return [key, types.length === 1 ? types[0]! : 'String'];
      }),
    );
  }

  #tag(key: number, value: unknown): void {
    this.tags = withRoom(this.tags, this.#tagCount + 2);
    const types = this.#types[key]!;
    let id: number;
    if (typeof value === 'number') {
      types.add('Number');
      id = this.#numberId(value);
    } else if (typeof value === 'boolean') {
      types.add('Boolean');
      id = this.#booleanId(value);
    } else {
      types.add('String');
      id = this.#stringId(typeof value === 'string' ? value : (jsonText(value) ?? ''));
    }
    this.tags[this.#tagCount++] = key;
    this.tags[this.#tagCount++] = id;
  }

  #keyId(key: string): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    const id = this.keys.push(key) - 1;
    this.#keyIds.set(key, id);
    this.#types.push(new Set());
    const message = this.keyBytes.begin(LAYER_KEYS);
    this.keyBytes.utf8(key);
    this.keyBytes.end(message);
    this.keyStarts = withRoom(this.keyStarts, id + 2);
    this.keyStarts[id + 1] = this.keyBytes.length;
    return id;
  }

  #numberId(value: number): number {
    const out = this.valueBytes;
    const message = out.begin(LAYER_VALUES);
    if (Number.isInteger(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      out.byte(VALUE.uint);
      out.varint(value);
    } else if (Number.isInteger(value) && value < 0 && value >= -MAX_ZIGZAG) {
      out.byte(VALUE.sint);
      out.varint(-2 * value - 1);
    } else if (Math.fround(value) === value) {
      out.byte(VALUE.float);
      this.#number.setFloat32(0, value, true);
      for (let i = 0; i < 4; i++) out.byte(this.#number.getUint8(i));
    } else {
      out.byte(VALUE.double);
      this.#number.setFloat64(0, value, true);
      for (let i = 0; i < 8; i++) out.byte(this.#number.getUint8(i));
    }
    return this.#intern(message);
  }

  #booleanId(value: boolean): number {
    const message = this.valueBytes.begin(LAYER_VALUES);
    this.valueBytes.byte(VALUE.bool);
    this.valueBytes.byte(value ? 1 : 0);
    return this.#intern(message);
  }

  #stringId(text: string): number {
    const out = this.valueBytes;
    const message = out.begin(LAYER_VALUES);
    const string = out.begin(VALUE.string);
    out.utf8(text);
    out.end(string);
    return this.#intern(message);
  }

  /** The index of the value just written; one that was there already is taken back. */
  #intern(message: number): number {
    const out = this.valueBytes;
    out.end(message);
    const start = this.valueStarts[this.valueCount]!;
    const mask = this.#table.length - 1;
    let slot = hashOf(out.bytes, start, out.length) & mask;
    for (let entry = this.#table[slot]!; entry !== 0; entry = this.#table[slot]!) {
      if (this.#equals(entry - 1, start)) {
        out.length = start;
        return entry - 1;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.valueCount++;
    this.#table[slot] = id + 1;
    this.valueStarts = withRoom(this.valueStarts, id + 2);
    this.valueStarts[id + 1] = out.length;
    if (this.valueCount * 2 > this.#table.length) this.#growTable();
    return id;
  }

  #equals(id: number, start: number): boolean {
    const { bytes, length } = this.valueBytes;
    const other = this.valueStarts[id]!;
    if (this.valueStarts[id + 1]! - other !== length - start) return false;
    for (let i = length - start - 1; i >= 0; i--) if (bytes[other + i] !== bytes[start + i]) return false;
    return true;
  }

  #growTable(): void {
    const table = new Uint32Array(this.#table.length * 4);
    const mask = table.length - 1;
    for (let id = 0; id < this.valueCount; id++) {
      let slot = hashOf(this.valueBytes.bytes, this.valueStarts[id]!, this.valueStarts[id + 1]!) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id + 1;
    }
    this.#table = table;
  }
}

/** FNV-1a with a last mixing, because the table takes the low bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
