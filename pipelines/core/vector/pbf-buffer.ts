/**
 * Protocol buffers written into one growing array. Fields are `field << 3 | wire type`; a message whose length is not
 * known beforehand is begun, written and ended.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
import { withRoom } from './growable.ts';

export class PbfBuffer {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  length = 0;

  /** Makes room for `size` more bytes; the plain `byte` and `varint` calls that follow do not check. */
  reserve(size: number): void {
    if (this.length + size > this.bytes.length) this.bytes = withRoom(this.bytes, this.length + size);
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** @param value  A whole number from 0 to 2^53. */
  varint(value: number): void {
    const bytes = this.bytes;
    let at = this.length;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.length = at;
  }

  /** Copies a range of another array; short ones byte by byte, which costs less than a view. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    if (end - start > 64) {
      this.bytes.set(from.subarray(start, end), this.length);
      this.length += end - start;
      return;
    }
    const bytes = this.bytes;
    let at = this.length;
    for (let i = start; i < end; i++) bytes[at++] = from[i]!;
    this.length = at;
  }

  /** @returns what `end` wants. */
  begin(tag: number): number {
    this.reserve(16);
    this.bytes[this.length++] = tag;
    return this.length++; // most messages are shorter than 128 bytes: one byte for the length
  }

  end(start: number): void {
    const size = this.length - start - 1;
    if (size < 0x80) {
      this.bytes[start] = size;
      return;
    }
    const more = size < 0x4000 ? 1 : size < 0x200000 ? 2 : size < 0x10000000 ? 3 : 4;
    this.reserve(more);
    this.bytes.copyWithin(start + 1 + more, start + 1, this.length);
    const end = this.length + more;
    this.length = start;
    this.varint(size);
    this.length = end;
  }

  utf8(text: string): void {
    this.reserve(text.length * 3);
    const bytes = this.bytes;
    const start = this.length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) {
        this.length = start + ENCODER.encodeInto(text, bytes.subarray(start)).written;
        return;
      }
      bytes[start + i] = code;
    }
    this.length = start + text.length;
  }
}

const ENCODER = new TextEncoder();
