/**
 * Splits GeoJSON text that is too long to parse at once: the elements of a top-level `features` array come one at a
 * time, what is around them (the shell) as one text at its end. Works on bytes, because the marks of JSON are ASCII
 * and never part of another character.
 */
import { PbfBuffer } from '../../core/vector/pbf-buffer.ts';
import { joined } from './chunks.ts';

export interface JsonParts {
  /** The text of one element of `features`. */
  element(text: string): void;
  /** The text of a top-level value with the elements taken out of it. */
  shell(text: string): void;
}

const QUOTE = 0x22;
const ESCAPE = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const DECODER = new TextDecoder();
/** The end of a shell in front of the elements. */
const FEATURES_KEY = /[{,]\s*"features"\s*:\s*$/;

export class JsonSplitter {
  readonly #parts: JsonParts;
  readonly #shell = new PbfBuffer();
  #rest: Uint8Array = new Uint8Array(0);
  #state: 'outside' | 'shell' | 'elements' | 'element' = 'outside';
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  constructor(parts: JsonParts) {
    this.#parts = parts;
  }

  /** @throws {RangeError} where the text is not JSON of this shape; the message says why. */
  push(chunk: Uint8Array): void {
    let at = this.#rest.length;
    const bytes = joined(this.#rest, chunk);
    let start = this.#state === 'element' ? 0 : -1;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (this.#state === 'element') {
        at = this.#skipElement(bytes, at);
        if (this.#depth > 0) break;
        this.#parts.element(DECODER.decode(bytes.subarray(start, at)));
        this.#state = 'elements';
      } else if (this.#state === 'elements') {
        if (byte === OPEN_OBJECT) {
          this.#state = 'element';
          this.#depth = 0;
          start = at;
        } else {
          at++;
          if (byte === CLOSE_ARRAY) {
            this.#state = 'shell';
            this.#depth = 1;
            this.#keep(byte);
          } else if (byte !== COMMA && byte > 0x20) throw new RangeError('a member of "features" is no object');
        }
      } else {
        at++;
        this.#takeShell(byte);
      }
    }
    this.#rest = this.#state === 'element' ? bytes.slice(start) : new Uint8Array(0);
  }

  /** @throws {RangeError} where the text ends before its last value does. */
  end(): void {
    if (this.#state !== 'outside') throw new RangeError('it ends in the middle of its JSON text');
  }

  /** @returns the index after the element, or of the end of the bytes where depth is not yet 0. */
  #skipElement(bytes: Uint8Array, from: number): number {
    let depth = this.#depth;
    let inString = this.#inString;
    let at = from;
    if (this.#isEscaped) at++;
    this.#isEscaped = false;
    while (at < bytes.length) {
      const byte = bytes[at++]!;
      if (inString) {
        if (byte === QUOTE) inString = false;
        else if (byte === ESCAPE && at++ === bytes.length) this.#isEscaped = true;
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) break;
    }
    this.#depth = depth;
    this.#inString = inString;
    return Math.min(at, bytes.length);
  }

  #takeShell(byte: number): void {
    if (this.#state === 'outside') {
      if (byte <= 0x20) return; // white space, or the record separator of a GeoJSON text sequence
      if (byte !== OPEN_OBJECT) throw new RangeError('it does not begin with an object');
      this.#state = 'shell';
      this.#depth = 0;
    }
    this.#keep(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (this.#inString) {
      if (byte === QUOTE) this.#inString = false;
      else if (byte === ESCAPE) this.#isEscaped = true;
    } else if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT) this.#depth++;
    else if (byte === OPEN_ARRAY) {
      if (this.#depth === 1 && this.#isAtFeatures()) this.#state = 'elements';
      else this.#depth++;
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --this.#depth === 0) {
      this.#parts.shell(DECODER.decode(this.#shell.bytes.subarray(0, this.#shell.length)));
      this.#shell.length = 0;
      this.#state = 'outside';
    }
  }

  #isAtFeatures(): boolean {
    const end = this.#shell.length - 1;
    return FEATURES_KEY.test(DECODER.decode(this.#shell.bytes.subarray(Math.max(0, end - 64), end)));
  }

  #keep(byte: number): void {
    this.#shell.reserve(1);
    this.#shell.byte(byte);
  }
}
