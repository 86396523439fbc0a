/** The numbers under zones: a band of a file as it is stored, or a layer or a cube evaluated where zones are. */
import type { BandBlock, DataType, Samples } from '../core/raster/block.ts';
import type { Floats } from '../core/raster/composite.ts';
import type { Window } from '../core/grid/window.ts';
import type { ValueScale } from '../core/geometry/zonal/statistics.ts';
import type { CubeProgram } from '../cube/program.ts';
import { withSource } from '../io/source-cache.ts';
import type { SourceRef } from '../io/source-cache.ts';
import { computeValues, readLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import type { Scratch } from './scratch.ts';

export type ValueSource =
  | {
      readonly kind: 'band';
      readonly source: SourceRef;
      /** From 0. */
      readonly band: number;
      readonly dtype: DataType;
      readonly scale: ValueScale;
    }
  | { readonly kind: 'layer'; readonly layer: Layer }
  /** A data cube of one plane. */
  | { readonly kind: 'cube'; readonly program: CubeProgram };

const PLAIN: ValueScale = { scale: 1, offset: 0 };

/** Type of the numbers that `readValues` gives. */
export function dtypeOf(values: ValueSource): DataType {
  if (values.kind === 'band') return values.dtype;
  if (values.kind === 'cube') return 'float32';
  return values.layer.formula ? 'float32' : 'float64'; // numbers of a file keep their digits
}

/** value = number · scale + offset */
export function scaleOf(values: ValueSource): ValueScale {
  return values.kind === 'band' ? values.scale : PLAIN;
}

export interface ZonalValues {
  readonly data: Samples;
  /** 1 = valid, and then finite; null: all are. */
  readonly mask: Uint8Array | null;
}

/** A window of the grid of the zones, in memory of `scratch`. */
export async function readValues(
  values: ValueSource,
  window: Window,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<ZonalValues> {
  const pixels = window.width * window.height;
  if (values.kind === 'layer') {
    const data = scratch.samples(dtypeOf(values), pixels) as Floats;
    computeValues(values.layer, await readLayer(values.layer, window, scratch), data);
    return onlyFinite({ data, mask: null });
  }
  if (values.kind === 'cube') {
    const { readCubeValues } = await import('../cube/read-values.ts');
    return onlyFinite(await readCubeValues(values.program, 0, window, scratch, signal));
  }
  const into = [scratch.samples(values.dtype, pixels)];
  const read = await withSource(values.source, (raster) => raster.read(window, { bands: [values.band], into, signal }));
  return onlyFinite(read[0] as BandBlock);
}

/** The mask of a file has seen to NaN; what is infinite has no mean either. */
function onlyFinite({ data, mask }: ZonalValues): ZonalValues {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return { data, mask };
  let known = mask;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value - value === 0 || known?.[i] === 0) continue;
    known ??= new Uint8Array(data.length).fill(1);
    known[i] = 0;
  }
  return { data, mask: known };
}
