/** Gathers the operations of a program: equal ones once, formulas brought down to the files that they read. */
import type { Expression } from '../core/expression/graph.ts';
import { LaterSources } from './open-later.ts';
import type { ClassSource, CubeProgram, PixelCallback, PlaneOperation, PlaneSource } from './program.ts';
import { inputsOf, toPlain, withInputs } from './program.ts';
import type { PlainExpression } from './program.ts';

export class ProgramBuilder {
  readonly operations: PlaneOperation[] = [];
  readonly expressions: PlainExpression[] = [];
  readonly callbacks: PixelCallback[] = [];
  readonly later = new LaterSources();
  readonly #known = new Map<string, number>();

  /** With the operations of a program under their numbers. */
  static of({ operations, expressions, callbacks }: CubeProgram): ProgramBuilder {
    const builder = new ProgramBuilder();
    builder.operations.push(...operations);
    builder.expressions.push(...expressions);
    builder.callbacks.push(...callbacks);
    return builder;
  }

  at(index: number): PlaneOperation {
    return this.operations[index]!;
  }

  add(operation: PlaneOperation): number {
    return this.#intern(this.operations, operation, '');
  }

  callback(callback: PixelCallback): number {
    return this.#intern(this.callbacks, callback, 'callback ');
  }

  #intern<T>(list: T[], item: T, prefix: string): number {
    const key = prefix + JSON.stringify(item);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = list.push(item) - 1;
    this.#known.set(key, index);
    return index;
  }

  empty(): number {
    return this.add({ kind: 'constant', value: null });
  }

  source(source: PlaneSource, classes: ClassSource | null = null): number {
    return this.add({ kind: 'source', ...source, classes });
  }

  /**
   * @param inputs  In the order of the expression's bands.
   * @param repair  The callback to ask where an input has no value; null: the result has none there.
   */
  formula(expression: Expression, inputs: readonly number[], repair: PixelCallback | null = null): number {
    const index = this.#intern(this.expressions, toPlain(expression), 'expression ');
    return this.#formula(index, inputs, repair && this.callback(repair));
  }

  #formula(expression: number, inputs: readonly number[], repair: number | null): number {
    if (repair !== null) return this.add({ kind: 'formula', expression, inputs, repair });
    const operations = inputs.map((input) => this.at(input));
    const [first] = operations;
    if (first?.kind === 'mosaic') {
      // Tile by tile: a pixel's bands then come from one scene, and each tile is read once
      const tiles = operations.flatMap((operation) => (operation.kind === 'mosaic' ? [operation.inputs] : []));
      const count = first.inputs.length;
      if (tiles.length === inputs.length && tiles.every((tile) => tile.length === count))
        return this.mosaic(
          first.inputs.map((_, k) =>
            this.#formula(
              expression,
              tiles.map((tile) => tile[k]!),
              null,
            ),
          ),
        );
    }
    const sources = operations.flatMap((operation) => (operation.kind === 'source' ? [operation] : []));
    const classes = sources[0]?.classes ?? null;
    const key = JSON.stringify(classes);
    if (sources.length === inputs.length && sources.every((source) => JSON.stringify(source.classes) === key))
      return this.add({
        kind: 'layer',
        expression,
        classes,
        sources: sources.map(({ band, calibration, file }) => ({ band, calibration, file })),
      });
    return this.add({ kind: 'formula', expression, inputs, repair });
  }

  mosaic(inputs: readonly number[]): number {
    return inputs.length === 1 ? inputs[0]! : this.add({ kind: 'mosaic', inputs });
  }

  /** Makes what lies in excluded classes nodata; on the way down to the files where that changes nothing. */
  classed(input: number, classes: ClassSource): number {
    const operation = this.at(input);
    if (operation.kind === 'constant' && operation.value === null) return input;
    if ((operation.kind === 'source' || operation.kind === 'layer') && operation.classes === null)
      return this.add({ ...operation, classes });
    return this.add({ kind: 'classed', input, classes });
  }

  shift(input: number, col: number, row: number): number {
    if (col === 0 && row === 0) return input;
    const operation = this.at(input);
    switch (operation.kind) {
      case 'constant':
        return input;
      case 'source':
        return this.add({
          ...operation,
          ...shiftSource(operation, col, row),
          classes: shiftClasses(operation, col, row),
        });
      case 'layer':
        return this.add({
          ...operation,
          sources: operation.sources.map((source) => shiftSource(source, col, row)),
          classes: shiftClasses(operation, col, row),
        });
      case 'shift':
        return this.shift(operation.input, operation.col + col, operation.row + row);
      case 'mosaic':
        return this.mosaic(operation.inputs.map((tile) => this.shift(tile, col, row)));
      default:
        return this.add({ kind: 'shift', input, col, row });
    }
  }

  /** What these planes need, renumbered: the same planes give the same program, whatever else a graph makes. */
  finish(planes: readonly number[]): Omit<CubeProgram, 'grid' | 'dimensions'> {
    const needed = new Set<number>(planes);
    for (let index = this.operations.length - 1; index >= 0; index--)
      if (needed.has(index)) for (const input of inputsOf(this.at(index))) needed.add(input);
    const at = new Map<number, number>();
    const expressions = new Numbering(this.expressions);
    const callbacks = new Numbering(this.callbacks);
    const operations: PlaneOperation[] = [];
    for (const index of [...needed].sort((a, b) => a - b)) {
      const operation = renumber(
        withInputs(this.at(index), (input) => at.get(input)!),
        expressions,
        callbacks,
      );
      at.set(index, operations.push(operation) - 1);
    }
    const kept = { expressions: expressions.items, callbacks: callbacks.items };
    return { planes: planes.map((plane) => at.get(plane)!), operations, ...kept };
  }
}

/** The items of a list that are used, in the order of first use. */
class Numbering<T> {
  readonly items: T[] = [];
  readonly #all: readonly T[];
  readonly #at = new Map<number, number>();

  constructor(all: readonly T[]) {
    this.#all = all;
  }

  of(index: number): number {
    const known = this.#at.get(index);
    if (known !== undefined) return known;
    const at = this.items.push(this.#all[index]!) - 1;
    this.#at.set(index, at);
    return at;
  }
}

function renumber(
  operation: PlaneOperation,
  expressions: Numbering<PlainExpression>,
  callbacks: Numbering<PixelCallback>,
): PlaneOperation {
  switch (operation.kind) {
    case 'layer':
      return { ...operation, expression: expressions.of(operation.expression) };
    case 'formula': {
      const { expression, repair } = operation;
      const repaired = repair === null ? null : callbacks.of(repair);
      return { ...operation, expression: expressions.of(expression), repair: repaired };
    }
    case 'callback':
      return { ...operation, callback: callbacks.of(operation.callback) };
    default:
      return operation;
  }
}

function shiftSource<T extends PlaneSource>({ band, calibration, file }: T, col: number, row: number): PlaneSource {
  return { band: shiftBand(band, col, row), calibration, file };
}

function shiftClasses({ classes }: { readonly classes: ClassSource | null }, col: number, row: number) {
  return classes && { ...classes, mask: { ...classes.mask, source: shiftBand(classes.mask.source, col, row) } };
}

function shiftBand(band: PlaneSource['band'], col: number, row: number): PlaneSource['band'] {
  const { scaleX, offsetX, scaleY, offsetY } = band.alignment;
  return {
    ...band,
    alignment: { scaleX, offsetX: offsetX + col * scaleX, scaleY, offsetY: offsetY + row * scaleY },
  };
}
