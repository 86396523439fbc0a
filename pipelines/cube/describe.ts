/** A program in one sentence, for passports and lists. */
import type { CubeProgram, PlaneOperation } from './program.ts';
import { inputsOf } from './program.ts';

/** `Data cube: median of 5 dates of a formula over 2 bands`. */
export function describeProgram({ operations, planes }: CubeProgram): string {
  const words: string[] = [];
  for (let at: PlaneOperation | undefined = operations[planes[0]!]; at;) {
    words.push(wordsOf(at));
    const [first] = inputsOf(at);
    at = first === undefined ? undefined : operations[first];
  }
  const count = planes.length === 1 ? '' : ` (${planes.length} bands)`;
  return `Data cube${count}: ${words.filter((word) => word !== '').join(' of ')}`;
}

function wordsOf(operation: PlaneOperation): string {
  switch (operation.kind) {
    case 'constant':
    case 'literal':
      return 'numbers of the graph';
    case 'source':
      return `${operation.file.role}${operation.classes ? ', masked by classes' : ''}`;
    case 'layer':
      return `a formula over ${operation.sources.map(({ file }) => file.role).join(', ')}${operation.classes ? ', masked by classes' : ''}`;
    case 'formula':
      return `a formula over ${operation.inputs.length} planes`;
    case 'classed':
    case 'mask':
      return 'the masked values';
    case 'mosaic':
      return `the mosaic of ${operation.inputs.length}`;
    case 'reduce':
      return `${operation.reducer.kind} of ${operation.inputs.length} planes`;
    case 'callback':
      return `a process over ${operation.inputs.length} planes`;
    case 'series':
      return `${operation.analysis.kind} of the series of ${operation.inputs.length} dates`;
    case 'change':
      return `change between ${operation.before} and ${operation.inputs.length - operation.before} dates`;
    case 'speckle':
      return `speckle filter ${operation.choice.method}`;
    case 'kernel':
      return `a kernel of ${operation.kernel.length} × ${operation.kernel[0]!.length}`;
    case 'warp':
      return `EPSG:${operation.to.epsg}, ${operation.resampling}`;
    case 'polygons':
      return 'polygons';
    default:
      return '';
  }
}
