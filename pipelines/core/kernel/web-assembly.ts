/** What is used of the WebAssembly namespace, which belongs to the DOM's types although Node has it too. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyApi {
  readonly Memory: new (options: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
}

const host = globalThis as unknown as { WebAssembly: WebAssemblyApi; atob(base64: string): string };

export const wasm = host.WebAssembly;

const modules = new Map<string, object>();

/** An instance of a module that needs nothing from outside, with memory of its own; the module is compiled once. */
export function instantiate<Exports>(base64: string): Exports {
  let module = modules.get(base64);
  if (!module) {
    const bytes = Uint8Array.from(host.atob(base64), (character) => character.charCodeAt(0));
    modules.set(base64, (module = new wasm.Module(bytes)));
  }
  return new wasm.Instance(module, {}).exports as Exports;
}
