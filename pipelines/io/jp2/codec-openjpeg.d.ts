/** What we use of `@cornerstonejs/codec-openjpeg`, which ships without types. */
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  export interface J2KDecoder {
    /** Memory of the codec for `length` bytes to decode; valid until the codec allocates again. */
    getEncodedBuffer(length: number): Uint8Array;
    /** `level` 0 is full size, 1 half …; `layers` 0 means all quality layers. */
    decodeSubResolution(level: number, layers: number): void;
    /** A copy: samples interleaved by pixel, 1 byte each up to 8 bits, else 2 (little-endian). */
    getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>;
    delete(): void;
  }
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder;
    readonly HEAPU8: Uint8Array;
  }
  export default function createOpenJpeg(options: {
    print?(text: string): void;
    printErr?(text: string): void;
  }): Promise<OpenJpeg>;
}
