/** The buffers of a reply that move to the other thread instead of being copied. */
export function transferList(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  collect(value, buffers, 0);
  return [...buffers];
}

const MAX_DEPTH = 6;

function collect(value: unknown, into: Set<ArrayBuffer>, depth: number): void {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return;
  if (ArrayBuffer.isView(value)) {
    // A small Buffer is a view on Node's shared pool: moving that would detach everybody else's data.
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) into.add(value.buffer);
  } else if (value instanceof ArrayBuffer) into.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, into, depth + 1);
  else for (const item of Object.values(value)) collect(item, into, depth + 1);
}
