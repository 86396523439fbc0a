/** The files of a program: which there are, and the same program over others. */
import type { InputUse } from '../passport/recorder.ts';
import type { CubeProgram, PlaneOperation, PlaneSource } from './program.ts';

/** The program with the paths of its files changed. */
export function mapProgramPaths(program: CubeProgram, map: (path: string) => string): CubeProgram {
  return mapSources(program, (band) => ({ ...band, path: map(band.path) }));
}

type Band = PlaneSource['band'];

/** The program with the bands that it reads changed. */
export function mapSources(program: CubeProgram, map: (band: Band) => Band): CubeProgram {
  const mapped = <T extends PlaneSource>(source: T): T => ({ ...source, band: map(source.band) });
  const operations = program.operations.map((operation): PlaneOperation => {
    switch (operation.kind) {
      case 'source':
        return { ...mapped(operation), classes: mapClasses(operation.classes) };
      case 'layer':
        return { ...operation, sources: operation.sources.map(mapped), classes: mapClasses(operation.classes) };
      case 'classed':
        return { ...operation, classes: mapClasses(operation.classes)! };
      default:
        return operation;
    }
  });
  type Classes = Extract<PlaneOperation, { kind: 'layer' }>['classes'];
  function mapClasses(classes: Classes): Classes {
    return classes && { ...classes, mask: { ...classes.mask, source: map(classes.mask.source) } };
  }
  return { ...program, operations };
}

/** Every band that a program reads, classifications included, in the order of its operations. */
export function sourcesOf({ operations }: CubeProgram): Pick<PlaneSource, 'band' | 'file'>[] {
  return operations.flatMap((operation) => {
    switch (operation.kind) {
      case 'source':
        return [operation, ...classesOf(operation)];
      case 'layer':
        return [...operation.sources, ...classesOf(operation)];
      case 'classed':
        return classesOf(operation);
      default:
        return [];
    }
  });
}

function classesOf({ classes }: Extract<PlaneOperation, { kind: 'source' | 'layer' | 'classed' }>) {
  return classes ? [{ band: classes.mask.source, file: classes.file }] : [];
}

/** What a passport says of them, each file and role once. */
export function usesOf(program: CubeProgram): InputUse[] {
  const uses = new Map<string, InputUse>();
  for (const { band, file } of sourcesOf(program))
    uses.set(JSON.stringify([file, band.path]), { role: file.role, path: band.path, reading: file.reading });
  return [...uses.values()];
}
